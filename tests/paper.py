"""What a document that the house has set on paper says."""

import io

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, page after page, a line for each line."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

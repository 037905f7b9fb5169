"""What is made for one reader travels compressed: on a rural line a page with a form weighs a quarter of its text.

Public pages come compressed from their cache, files from disk have compressed copies beside them. What is left is made
for this request and holds secrets beside words of the address, so its length must not betray them (BREACH): Django's
compression adds a random length to each answer, the form token is another one each time, and another site's request
carries no session (``SameSite=Lax``).
"""

import re

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT = re.compile(r"text/(?!event-stream)|application/([\w.-]+\+)?(json|xml)\b|image/svg\+xml")


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, data and drawings of whoever reads gzip; never photos, fonts or files."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress text that is not compressed yet."""
        if isinstance(response, FileResponse) or not _TEXT.match(response.headers.get("Content-Type", "")):
            return response
        return super().process_response(request, response)

"""Types of what programs send."""

from typing import Annotated

from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Words that PostgreSQL can keep: any but the character zero. Forms refuse that one by themselves."""

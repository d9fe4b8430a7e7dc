"""Render the text of a note, which is not code."""

import re

from markdown_it.common.utils import escapeHtml

PERCENT = re.compile(r"(?<=\d) (?=[%‰](?!\w))")


def text_html(text: str) -> str:
    """Escape a text; a line does not break between a number and a percent sign.

    >>> text_html("88 % < 1")
    '88\\xa0% &lt; 1'
    """
    return escapeHtml(PERCENT.sub("\u00a0", text) if "%" in text or "‰" in text else text)

"""The rows of results on a page, as text."""

import re

PIECE = re.compile(
    r"""
    <tr\ class="query-group">(?P<group>.*?)</tr> | <p\ class="query-key">(?P<key>.*?)</p>
    | <tr\ class="query-summaries">(?P<sums>.*?)</tr> | <tr>(?P<row>.*?)</tr>
    | <li\ class="card">(?P<card>.*?)</li> | <li[^>]*>(?P<item>.*?)(?=</?ul|</?ol|</li>|<li)
    """,
    re.VERBOSE | re.DOTALL,
)
CELL = re.compile(r"<(?:td|dd|p)\b[^>]*>(.*?)</(?:td|dd|p)>", re.DOTALL)


def plain(html: str) -> str:
    html = re.sub(r'<input[^>]*aria-label="([^"]*)"[^>]*>', r"\1", html)
    html = re.sub(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', r"\1", html, flags=re.DOTALL)
    text = re.sub("<[^>]*>", "", html)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return " ".join(text.split())


def shown(html: str) -> list[str]:
    """Return the rows of a rendered result, as cases have them."""
    lines = []
    for match in PIECE.finditer(html):
        sign = {"group": "=", "key": "=", "sums": "&"}.get(match.lastgroup, "+")
        content = match[match.lastgroup]
        cells = [plain(cell) for cell in CELL.findall(content)] if match.lastgroup in ("row", "sums", "card") else []
        if match.lastgroup == "row" and not cells:
            continue
        lines.append(" ".join(f"{sign} {' | '.join(cells) if cells else plain(content)}".split()))
    return lines


def results(page: str) -> list[str]:
    """Return the HTML of each result on a page."""
    body = page.partition("<article")[2].partition("</article>")[0]
    return [_element(body, match.start()) for match in re.finditer('<div class="query query-', body)]


def _element(html: str, start: int) -> str:
    """Return an element of HTML, which may hold others of its kind."""
    depth = 0
    for match in re.finditer("<(/?)div", html[start:]):
        depth += -1 if match[1] else 1
        if not depth:
            return html[start : start + match.end()]
    return html[start:]

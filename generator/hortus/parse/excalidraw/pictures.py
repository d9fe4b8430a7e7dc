"""Extract pictures that a scene stores as data URLs, as files of the note."""

import base64
import binascii
import re
from hashlib import sha256

from hortus.core.svg import clean_svg, parse_svg, svg_text

DATA_URL = re.compile(r"data:(?P<type>image/[\w.+-]+)(?P<base64>;base64)?,(?P<data>.*)", re.DOTALL)
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif"}
STARTS = {"png": b"\x89PNG", "jpg": b"\xff\xd8", "gif": b"GIF8", "webp": b"RIFF", "avif": b""}
SVG = "image/svg+xml"


def stored_picture(url: str) -> tuple[str, bytes] | None:
    """Return name and content of the picture in a data URL; None if it is not a picture that pages may show.

    SVG is sanitised: no scripts, links or external URLs.
    """
    found = DATA_URL.match(url)
    if not found or not found["base64"]:
        return None
    try:
        content = base64.b64decode(found["data"], validate=True)
    except (binascii.Error, ValueError):
        return None
    suffix = SUFFIXES.get(found["type"], "")
    if found["type"] == SVG:
        suffix, content = "svg", _shapes(content)
    if not suffix or not content or (suffix != "svg" and not content.startswith(STARTS[suffix])):
        return None
    return f"picture-{sha256(content).hexdigest()[:12]}.{suffix}", content


def _shapes(content: bytes) -> bytes:
    try:
        root = parse_svg(content)
    except ValueError:
        return b""
    clean_svg(root)
    return svg_text(root).encode()

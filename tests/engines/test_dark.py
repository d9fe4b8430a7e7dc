"""Pictures on dark pages in three browsers: black on transparent is visible."""

from base64 import b64decode
from importlib.resources import files
from io import BytesIO

import pytest
from PIL import Image

from hortus.parse.syntax.diagram import ADAPTIVE

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100"><style>{}</style>
<rect x="80" y="30" width="40" height="40" fill="#333"/></svg>"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["diagram", "figure"])
def test_a_diagram_is_visible_in_both_themes(engine, tmp_path, theme, kind):
    """In both themes shapes have a contrast of at least 4.5 to 1."""
    style = (files("hortus") / "theme/static/style.css").read_text(encoding="utf-8")
    (tmp_path / "style.css").write_text(style, encoding="utf-8")
    (tmp_path / "drawn.svg").write_text(SVG.format(ADAPTIVE.format("")), encoding="utf-8")
    page = tmp_path / f"{theme}-{kind}.html"
    page.write_text(
        f"<!doctype html><html data-theme={theme}><meta charset=utf-8><link rel=stylesheet href=style.css>"
        f"<figure class={kind}><img src=drawn.svg width=200 height=100></figure>",
        encoding="utf-8",
    )
    engine.get(page.as_uri())
    left, top = engine.execute_script("const b = document.images[0].getBoundingClientRect(); return [b.left, b.top]")
    picture = Image.open(BytesIO(b64decode(engine.get_screenshot_as_base64()))).convert("RGB")
    shape, ground = (_light(picture.getpixel((round(left) + x, round(top) + 50))) for x in (100, 20))

    assert (max(shape, ground) + 0.05) / (min(shape, ground) + 0.05) >= 4.5


def _light(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance of WCAG 2."""
    linear = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in colour))
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

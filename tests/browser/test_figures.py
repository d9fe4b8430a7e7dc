"""Figures on a page: enlarged by click or Enter, with their slider; without JavaScript a link to the picture."""

from io import BytesIO

import pytest
from PIL import Image


def until_shown(image, theme: str) -> None:
    """Wait until a figure has the ink of a theme.

    Pixels are compared, as Chromium 156 keeps the old `currentSrc` over HTTP if only the fragment changes. The picture
    must have a shape in ink that is larger than a hairline, also where it is reduced: of a hairline no pixel has the
    whole ink.
    """
    image.scroll_into_view_if_needed()
    for _ in range(100):
        grey = Image.open(BytesIO(image.screenshot())).convert("L")
        darkest, brightest = grey.getextrema()  # bars have 117, on either ground
        if darkest < 110 and brightest > 230 if theme == "light" else darkest < 40 and brightest > 130:
            return
        image.page.wait_for_timeout(50)
    raise AssertionError(f"not {theme}: from {darkest} to {brightest}")


EVERYWHERE = pytest.mark.parametrize("place", ["disk", "root", "folder"])


@EVERYWHERE
def test_a_picture_is_enlarged(read, place):
    """Enter opens it in full size, Escape closes it, and focus returns."""
    page = read("drawn.html", place)
    link = page.locator("a.zoom").first
    small = link.locator("img").bounding_box()
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Steps that go up")
    dialog.wait_for()

    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 900}
    assert dialog.locator("img").bounding_box()["width"] > 2 * small["width"]
    page.keyboard.press("Escape")
    assert not dialog.count()
    assert link.evaluate("link => link === document.activeElement")
    assert page.complaints == []


def test_the_slider_comes_along(read):
    """The enlarged figure shows the same frame as the page, with a slider of its own."""
    page = read("drawn.html")
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.locator("a.zoom").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("slider").focus()

    assert dialog.locator("output").text_content() == "1"
    page.keyboard.press("ArrowRight")
    assert dialog.locator("output").text_content() == "2"
    dialog.locator(".cell svg").wait_for()


def test_one_frame_has_no_slider(read):
    """A single picture is enlarged without slider, and closed by a click outside or on the button."""
    page = read("drawn.html")
    for spot in ("button", "div"):
        page.locator("a.zoom").nth(1).click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert not dialog.get_by_role("slider").count()
        page.get_by_role("button", name="Close").click() if spot == "button" else page.keyboard.press("Escape")
        assert not dialog.count()


def test_nothing_is_fetched_before(reader, places):
    """The scripts for enlarging are loaded on the first click: two files."""
    page, asked = reader().new_page(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(places["root"] + "drawn.html", wait_until="networkidle")

    assert not [name for name in asked if name.startswith("zoom")]
    page.locator("a.zoom").first.click()
    page.get_by_role("dialog").wait_for()
    assert {"zoom.js", "zoom.css"} == {name for name in asked if name.startswith("zoom")}


@EVERYWHERE
def test_attached_pictures_and_diagrams_are_enlarged(read, place):
    """They are enlarged like figures; small pictures and pictures that are links are not."""
    page = read("pictures.html", place)
    for kind in (".picture", ".diagram img"):
        enlarge(page, kind)
    assert not page.locator("img[src*=dot][role], a img[role]").count()
    assert page.complaints == []


def enlarge(page, kind: str) -> None:
    """Enlarge a picture with the keyboard and with the mouse, and close it each time."""
    small = page.locator(f"{kind}.zoom-in").first
    small.scroll_into_view_if_needed()
    width = small.bounding_box()["width"]
    dialog = page.get_by_role("dialog")
    small.focus()
    page.keyboard.press("Enter")
    dialog.wait_for()
    assert dialog.locator("img").bounding_box()["width"] > 2 * width

    page.keyboard.press("Escape")
    assert not dialog.count()
    assert small.evaluate("image => image === document.activeElement")
    small.click()
    dialog.wait_for()
    page.keyboard.press("Escape")


def test_without_script_pictures_are_pictures(read):
    """Without JavaScript nothing suggests that pictures can be clicked."""
    page = read("pictures.html", java_script_enabled=False)

    assert page.get_by_role("img").count() == 4
    assert not page.locator("img[role], img[tabindex]").count()


@pytest.mark.parametrize("place", ["disk", "folder"])
def test_without_script_the_picture_opens(read, place):
    """Without JavaScript the link opens the picture itself."""
    page = read("drawn.html", place, java_script_enabled=False)
    page.locator("a.zoom").first.click()

    assert page.url.endswith("/figures/steps.svg")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing_in_what_is_enlarged(read, violations, width, theme):
    page = read("drawn.html", width=width, theme=theme)
    page.locator("a.zoom").first.click()
    page.get_by_role("dialog").wait_for()

    assert [] == violations(page)


@pytest.mark.parametrize(
    ("url", "place", "script"),
    [
        pytest.param("drawn.html", "disk", True, id="a note from a disk"),
        pytest.param("drawn.html", "root", False, id="a note without script"),
        pytest.param("figures/index.html", "disk", False, id="the gallery from a disk without script"),
        pytest.param("figures/index.html", "root", True, id="the gallery"),
    ],
)
def test_pictures_have_the_theme_of_the_page(read, url, place, script):
    """Those of a dark system are dark, with and without JavaScript, and light in print."""
    page = read(url, place, theme="dark", java_script_enabled=script)
    shown = page.locator("picture img")
    shown.last.scroll_into_view_if_needed()
    for media, theme in (("screen", "dark"), ("print", "light"), ("screen", "dark")):
        page.emulate_media(media=media, color_scheme="dark")
        for image in shown.all():
            until_shown(image, theme)


def test_a_chosen_theme_costs_no_request(reader, places):
    """The switch changes pictures that are shown, in one request each; the next page begins with the choice."""
    page, asked = reader().new_page(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("#")[0]))
    page.goto(places["root"] + "drawn.html", wait_until="networkidle")
    page.keyboard.press("t")
    for image in page.locator("picture img").all():
        until_shown(image, "dark")
    pictures = [name for name in asked if name.endswith(".svg")]
    assert len(pictures) == len(set(pictures))

    page.reload()
    until_shown(page.locator("picture img").first, "dark")
    page.locator("a.zoom").first.click()
    until_shown(page.locator("dialog img"), "dark")

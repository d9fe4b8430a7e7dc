"""A gallery with many pictures."""

MORE = """() => {
    const list = document.querySelector(".gallery ul"), entry = list.lastElementChild;
    for (let count = list.children.length; count < 40; count++) list.append(entry.cloneNode(true));
}"""
DRAWN = "() => document.querySelector('.gallery li:last-child a').checkVisibility({ contentVisibilityAuto: true })"


def test_pictures_below_the_screen_wait(read):
    """Only what is near the screen is drawn with the page; the rest when the reader scrolls there."""
    page = read("figures/index.html")
    page.evaluate(MORE)
    page.wait_for_function(f"() => !({DRAWN})()")
    page.keyboard.press("End")
    page.wait_for_function(DRAWN)

    assert [] == page.complaints

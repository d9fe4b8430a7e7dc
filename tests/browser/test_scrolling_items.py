"""Formulas within lines that are wider than their place, and what is around them."""

import pytest

WIDE = "$" + "+".join(f"x_{{{n}}}" for n in range(40)) + "$"
VAULT = {
    "Note.md": "# Note\n- [ ] Open $x^2$\n\n- [x] Done, with $x^2$.\n\n1. One $x^2$ here.\n\n2. Two.\n\n"
    f"A {WIDE}.\n\n**B {WIDE}**\n\n- C {WIDE}\n- D {WIDE}.\n"
}
BOXES = """() => [...document.querySelectorAll(".task input")].map((box) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) === box;
})"""
LINES = """() => [...document.querySelectorAll("ol p")].map((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    return range.getBoundingClientRect().left;
})"""


@pytest.fixture(scope="module")
def address(build_site):
    """A note with formulas in loose lists."""
    return (build_site(VAULT) / "note.html").as_uri()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_page_with_wide_formulas(reader, address, width):
    """Wide formulas scroll; boxes of tasks, outside of paragraphs that scroll, are seen; all items are aligned."""
    page = reader(width=width).new_page()
    page.goto(address)
    page.wait_for_function("!('waiting' in document.documentElement.dataset)")
    page.locator(".math-line").nth(3).wait_for()
    first, second = page.evaluate(LINES)

    assert [True, True] == page.evaluate(BOXES)
    assert first == pytest.approx(second, abs=0.5)
    assert page.evaluate("document.documentElement.scrollWidth") == width

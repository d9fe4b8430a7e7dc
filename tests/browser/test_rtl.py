"""Sites written from right to left: what is placed by its side of the page, in Chromium."""

import pytest
from playwright.sync_api import expect

VAULT = {
    "hortus.toml": 'language = "ar"\n',
    "الشبكات.md": "# الشبكات\n[[الخسارة]] و [[ما لم يكتب بعد]]\n\n| الاسم | القيمة |\n|---|---|\n| الدقة | 88 |\n\n- أولًا\n",
    "الخسارة.md": "# الخسارة\nعن [[الشبكات]].\n",
    "الأدوات.md": "# الأدوات\nكلمات عن [[الشبكات]].\n",
}
SIDES = """() => {
    const box = (element) => element.getBoundingClientRect();
    const graph = document.querySelector(".local-graph");
    const nodes = box(graph.querySelector(".note:not(.here)"));
    const names = [...graph.querySelectorAll("a text")].map(box);
    return {
        covered: names.filter(({ left, right }) => left < nodes.right && right > nodes.left).length,
        left: names.filter(({ right }) => right <= nodes.left).length,
        cell: box(document.querySelector("table")).right - parseFloat(getComputedStyle(document.querySelector("th")).paddingRight),
        table: box(document.querySelector("table")).right,
    };
}"""


@pytest.fixture(scope="module")
def arabic(build_site):
    """A site in Arabic."""
    return build_site(VAULT)


@pytest.fixture
def page(reader, arabic):
    """A page of the site, with names of notes as addresses."""
    page = reader().new_page()
    page.goto((arabic / "الشبكات.html").as_uri())
    return page


def test_names_of_the_local_graph(page):
    """Names are outside of the nodes, on both sides, as in other languages."""
    sides = page.evaluate(SIDES)

    assert (0, 1) == (sides["covered"], sides["left"])


def test_tables_begin_at_the_edge(page):
    """The first column has its space on the side of the second."""
    sides = page.evaluate(SIDES)

    assert sides["table"] == sides["cell"]


def test_lists_of_notes(reader, arabic):
    """The first line of an entry begins at the edge of the list, not beyond it."""
    page = reader().new_page()
    page.goto((arabic / "report.html").as_uri())
    beyond = page.evaluate(
        """() => [...document.querySelectorAll(".notes > li > a:first-child")].filter((link) =>
            link.getBoundingClientRect().right > link.closest("ul").getBoundingClientRect().right + 1).length"""
    )

    assert page.locator(".notes > li > a").count()
    assert 0 == beyond


def test_a_card_begins_where_its_link_does(page):
    """The right edges of a link and of its card agree."""
    link = page.locator("main p a.internal").first
    link.hover()
    expect(page.locator(".preview")).to_be_visible()
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)")
    box, card = link.bounding_box(), page.locator(".preview").bounding_box()

    assert box["x"] + box["width"] == pytest.approx(card["x"] + card["width"], abs=1)

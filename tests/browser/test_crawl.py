"""Crawl the whole site in a browser: follow every link of every page, and check the files that pages load."""

from urllib.parse import unquote, urldefrag

import pytest

LINKS = """() => [...document.querySelectorAll("[href], [src]")].flatMap(element => [
    element.href?.baseVal !== undefined ? new URL(element.href.baseVal, document.baseURI).href : element.href,
    element.src,
]).filter(Boolean)"""
IDS = "() => [...document.querySelectorAll('[id]')].map(element => element.id)"


@pytest.mark.parametrize("place", ["root", "folder"])
def test_every_link_leads_somewhere(reader, places, site, place):
    """Every page except aliases and 404 is reached from the first page, every fragment exists, and no page complains."""
    start, context = places[place], reader()
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append((page.url, message.text)))
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
    waiting, ids, asked = [start + "index.html"], {}, set()
    wanted: set[tuple[str, str, str]] = set()
    while waiting:
        url = waiting.pop()
        if url in ids:
            continue
        answer = page.goto(url)
        assert answer.ok, url
        ids[url] = set(page.evaluate(IDS))
        for link in page.evaluate(LINKS):
            target, anchor = urldefrag(link)
            if not target.startswith(start):
                continue
            if target.endswith(".html"):
                waiting.append(target)
                if target == f"{start}graph.html" and anchor.endswith(".html"):
                    waiting.append(start + anchor)  # a node of the graph
                else:
                    wanted.add((url, target, unquote(anchor)))
            elif target not in asked:
                asked.add(target)
                assert context.request.get(target).ok, (url, target)

    assert [] == complaints
    assert [] == sorted(one for one in wanted if one[2] and one[2] not in ids[one[1]])
    pages = {file.relative_to(site / "root").as_posix() for file in (site / "root").rglob("*.html")}
    reached = {unquote(url.removeprefix(start)) for url in ids}
    assert pages - reached == {"404.html", "signpost.html"}


@pytest.fixture(scope="module")
def many(tmp_path_factory, build_at):
    """Build a vault of more notes than one page lists; return the address of its folder's page."""
    vault, out = tmp_path_factory.mktemp("many"), tmp_path_factory.mktemp("parts")
    (vault / "all").mkdir()
    for number in range(700):
        (vault / "all" / f"Note {number:03}.md").write_text(f"See [[Missing {number}]].\n")
    build_at(vault).write(out)
    return (out / "all" / "index.html").as_uri()


def test_keys_go_through_a_long_list(reader, many):
    """`n` and `p` go from part to part of a list; the first has no previous part."""
    page = reader().new_page()
    page.goto(many)
    for key, expected in [("p", "Note 000"), ("n", "Note 300"), ("n", "Note 600"), ("p", "Note 300")]:
        page.keyboard.press(key)

        page.locator(".notes li:first-child", has_text=expected).wait_for()


@pytest.mark.parametrize("url", ["all/index.2.html", "wanted.2.html"])
def test_a_part_for_everyone(reader, violations, many, url):
    """Without JavaScript the labels of parts are links; axe finds no problem, also on a phone."""
    page = reader(width=390, theme="dark").new_page()
    page.goto(many.replace("all/index.html", url))
    assert [] == violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    plain = reader(java_script_enabled=False).new_page()
    plain.goto(page.url)
    ways = plain.get_by_role("navigation", name="Pages of this list")
    assert plain.locator("[aria-current=page]").count() == 1
    ways.get_by_role("link").first.click()

    assert plain.url == page.url.replace(".2.html", ".html")


def test_figures_and_data_are_reached(site, read):
    """The page of a figure links to its numbers, code and pictures, and they exist."""
    page = read("figures/steps.html")
    offered = page.locator(".downloads a").evaluate_all("all => all.map(link => new URL(link.href).pathname)")

    assert {".csv", ".py", ".svg", ".png"} <= {address[address.rindex(".") :] for address in offered}
    assert [] == [address for address in offered if not (site / "root" / address.lstrip("/")).is_file()]

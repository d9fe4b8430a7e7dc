"""A browser's way through all of the garden: every link of every page is followed, and so is what pages load."""

from urllib.parse import unquote, urldefrag

import pytest

LINKS = """() => [...document.querySelectorAll("[href], [src], [data-frames]")].flatMap(element => [
    element.href?.baseVal !== undefined ? new URL(element.href.baseVal, document.baseURI).href : element.href,
    element.src,
    ...(element.dataset?.frames?.split("|") ?? []).map(frame => new URL(frame, document.baseURI).href),
]).filter(Boolean)"""
IDS = "() => [...document.querySelectorAll('[id]')].map(element => element.id)"


@pytest.mark.parametrize("place", ["root", "folder"])
def test_every_link_leads_somewhere(reader, places, site, place):
    """From the first page every page but those of aliases and 404 is reached; places in them are there."""
    start, context = places[place], reader()
    page = context.new_page()
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
                wanted.add((url, target, unquote(anchor)))
            elif target not in asked:
                asked.add(target)
                assert context.request.get(target).ok, (url, target)

    assert [] == sorted(one for one in wanted if one[2] and one[2] not in ids[one[1]])
    pages = {file.relative_to(site / "root").as_posix() for file in (site / "root").rglob("*.html")}
    reached = {unquote(url.removeprefix(start)) for url in ids}
    assert pages - reached == {"404.html", "signpost.html"}


def test_figures_and_data_are_reached(site, read):
    """The page of a figure offers its numbers, code and pictures, and they are there."""
    page = read("figures/steps.html")
    offered = page.locator(".downloads a").evaluate_all("all => all.map(link => new URL(link.href).pathname)")

    assert {".csv", ".py", ".svg", ".png"} <= {address[address.rindex(".") :] for address in offered}
    assert [] == [address for address in offered if not (site / "root" / address.lstrip("/")).is_file()]

"""What scripts add: theme, keys, table of contents, copying; and that pages work without them."""

import re

import pytest

EVERYWHERE = pytest.mark.parametrize("place", ["disk", "root", "folder"])
GROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(253, 252, 249)", "rgb(21, 23, 26)"


@EVERYWHERE
def test_the_theme_is_kept(read, reader, place):
    """The switch selects the theme other than the system's; the choice survives a reload and the next page."""
    context = reader(theme="light")
    page = read("everything.html", place, context)
    assert page.evaluate(GROUND) == LIGHT

    page.get_by_role("button", name="Theme: by system").click()
    assert page.evaluate(GROUND) == DARK
    page.reload()
    assert page.evaluate(GROUND) == DARK
    assert read("index.html", place, context).evaluate(GROUND) == DARK


def test_the_theme_goes_round(read):
    """Three clicks lead back to the system's theme."""
    page = read("everything.html", theme="dark")
    grounds = []
    for _ in range(3):
        page.keyboard.press("t")
        grounds.append(page.evaluate(GROUND))

    assert [LIGHT, DARK, DARK] == grounds
    page.emulate_media(color_scheme="light")
    assert page.evaluate(GROUND) == LIGHT


def test_the_theme_never_flashes(read, reader, places):
    """The chosen theme is set before the page has a body."""
    context = reader(theme="light")
    read("everything.html", context=context).keyboard.press("t")
    page = context.new_page()
    page.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.body) return;
          window.themeAtBirth = document.documentElement.dataset.theme;
          watch.disconnect();
        }).observe(document, {childList: true, subtree: true})"""
    )
    page.goto(places["root"] + "index.html")

    assert page.evaluate("window.themeAtBirth") == "dark"


def test_an_alias_does_not_flash(read, reader, places):
    """The redirect page of an alias has the chosen theme, too; the redirect is disabled here."""
    context = reader(theme="light")
    read("everything.html", context=context).keyboard.press("t")
    page = context.new_page()
    page.route(
        "**/signpost.html",
        lambda route: route.fulfill(
            body=re.sub('<meta http-equiv="refresh"[^>]*>', "", route.fetch().text()), content_type="text/html"
        ),
    )
    page.goto(places["root"] + "signpost.html")

    assert page.get_by_text("This note is at").is_visible()
    assert page.evaluate(GROUND) == DARK


@pytest.mark.parametrize("theme", [("light", LIGHT), ("dark", DARK)], ids=["light", "dark"])
def test_without_script_the_system_decides(read, theme):
    """Without JavaScript there is no theme switch, and no other button without function."""
    name, ground = theme
    page = read("everything.html", theme=name, java_script_enabled=False)

    assert page.evaluate(GROUND) == ground
    assert not page.locator("button:visible").count()


@pytest.mark.parametrize("width", [390, 1440])
def test_without_script_contents_are_there(read, width):
    """Next to the text the table of contents is open; above it, it opens on click."""
    page = read("everything.html", width=width, java_script_enabled=False)
    link = page.locator(".contents a", has_text="The end")
    if width == 390:
        assert not link.is_visible()
        page.get_by_text("On this page").click()

    assert link.is_visible()


@EVERYWHERE
def test_keys_follow_the_trail(read, place):
    """`n` and `p` go to the next and the previous note of the map."""
    page = read("everything.html", place)
    page.keyboard.press("n")
    page.wait_for_url("**/wide-things.html")
    page.keyboard.press("n")
    page.wait_for_url("**/not-yet.html")
    page.keyboard.press("p")
    page.wait_for_url("**/wide-things.html")


@EVERYWHERE
def test_help_names_the_keys(read, place):
    """`?` lists the keys of this page in a dialog that Escape closes; it is loaded when it is asked for."""
    page = read("everything.html", place)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.wait_for()

    assert {"n", "t"} <= set(dialog.locator("kbd").all_text_contents())
    page.keyboard.press("Escape")
    assert not dialog.count()
    page.keyboard.press("?")
    dialog.wait_for()
    assert dialog.count() == 1
    assert page.complaints == []


def test_keys_can_be_turned_off(read):
    """Shortcuts of single letters can be turned off (WCAG 2.1.4)."""
    page = read("everything.html")
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("t")

    assert page.evaluate(GROUND) == LIGHT
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("dialog").wait_for()
    assert not page.get_by_label("Single-key shortcuts").is_checked()


def test_contents_mark_what_is_read(read):
    """The current section is marked: the first, the last and after a jump."""
    page = read("everything.html")
    current = page.locator(".contents:not(.folders) [aria-current]")
    page.locator("#deeper").evaluate("heading => heading.scrollIntoView()")
    page.locator(".contents [aria-current][href='#deeper']").wait_for()
    page.evaluate("scrollTo(0, 1e6)")
    page.locator(".contents [aria-current][href='#the-end']").wait_for()

    assert current.count() == 1


def test_code_can_be_copied(read, reader):
    """The button copies the code without line numbers to the clipboard."""
    context = reader(permissions=["clipboard-read", "clipboard-write"])
    page = read("everything.html", context=context)
    page.locator(".code").hover()
    page.get_by_role("button", name="Copy").click()

    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "def layer(x):\n    return x @ W + b\n"


def test_skip_link(read):
    """The first Tab stop skips the navigation."""
    page = read("everything.html")
    page.locator("main").wait_for(state="visible")  # its formulas wait for their font
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("main:focus").wait_for()

    assert page.evaluate("document.activeElement.id") == "content"


@EVERYWHERE
def test_a_random_note(read, places, place):
    """`r` opens a written note other than the current one."""
    page = read("everything.html", place)
    for _ in range(3):
        before = page.url
        page.keyboard.press("r")
        page.wait_for_url(lambda url, before=before: url != before)
        assert page.locator("article.note:not(.stub)").count()
        assert page.url.startswith(places[place])


def test_without_script_random_is_all_notes(read):
    """Without JavaScript the link opens the list of all notes."""
    page = read("everything.html", java_script_enabled=False)
    page.get_by_role("link", name="Random").click()

    assert page.url.endswith("/all-notes.html")


def test_folders_unfold_without_script(read):
    """A folder is a list that expands and collapses; its name links to its page."""
    page = read("tags/index.html", java_script_enabled=False)
    leaf = page.get_by_role("link", name="#kitchen/sink")
    assert leaf.is_visible()
    page.locator("summary[aria-label='Contents of #kitchen']").click()

    assert not leaf.is_visible()


def test_keys_and_the_keyboard(read):
    """Caps Lock does not matter; a held key acts once; Shift and Control shortcuts are left to the browser."""
    page = read("everything.html")
    press = (
        "(key, more = {}) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, ...more}))"
    )
    page.evaluate(f"({press})('T')")
    assert page.evaluate(GROUND) == DARK

    page.evaluate(f"({press})('t', {{repeat: true}})")
    for more in ("shiftKey", "ctrlKey", "metaKey", "altKey"):
        page.evaluate(f"({press})('T', {{{more}: true}})")
    page.keyboard.press("Control+Shift+K")
    assert page.evaluate(GROUND) == DARK
    assert not page.get_by_role("dialog").count()

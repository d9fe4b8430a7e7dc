"""Interface texts, dates and numbers of all languages."""

import importlib.util
import re
import tomllib

import pytest

from hortus.core.words import LANGUAGES, SOURCE, Words
from hortus.parse.syntax import callout_icons, diagram
from hortus.report.kinds import SEVERITY, TITLES
from hortus.site.files import THEME, theme_file

PACKAGE = THEME.parent.parent
CATALOGUES = sorted(file.name.removesuffix(".toml") for file in LANGUAGES.iterdir() if file.name.endswith(".toml"))
OTHERS = [name for name in CATALOGUES if name != SOURCE]
WANTED = "ar cs de en es fr it ja ko pt zh".split()
IN_CODE = {
    "theme/templates/*.html": re.compile(r"""\b(?:t|fill)\("([^"]+)\""""),
    "theme/static/*.js": re.compile(r"""\bT\("([^"]+)"\)"""),
    "site/**/*.py": re.compile(r"""\b(?:words|said)\(\s*(?:"([^"]+)"|'([^']+)')"""),
    "parse/**/*.py": re.compile(
        r"""\b(?:words|words_of\(options\.language\)|said)\((?:\w+\.?\w*, )?["']([^"']+)["']"""
    ),
}
BY_NAME = {*TITLES.values(), *diagram.KINDS.values(), *map(str.capitalize, callout_icons.KINDS)}
"""Texts that are looked up by a name in a table: kinds of issues, of diagrams and of callouts."""


def texts_in_code() -> set[str]:
    """Return every interface text that templates, scripts and pages ask for."""
    found = set(BY_NAME)
    for glob, pattern in IN_CODE.items():
        for file in PACKAGE.glob(glob):
            found |= {
                one or two
                for one, two in (
                    ((*m, "")[:2]) if isinstance(m, tuple) else (m, "") for m in pattern.findall(file.read_text())
                )
            }
    return found


def catalogue(language: str) -> dict:
    return tomllib.loads((LANGUAGES / f"{language}.toml").read_text("utf-8"))


def forms(text) -> list[str]:
    return text if isinstance(text, list) else [text]


def test_there_are_eleven_languages():
    """A catalogue each: English, German, French, Spanish, Portuguese, Italian, Czech, Chinese, Japanese, Korean, Arabic."""
    assert WANTED == CATALOGUES


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_complete(language):
    """A catalogue has every text that is asked for, and no other."""
    assert texts_in_code() == catalogue(language).keys()


def test_every_kind_of_issue_has_a_heading():
    """The report page names each kind in the language of the site."""
    assert SEVERITY.keys() == TITLES.keys()


@pytest.mark.parametrize("language", CATALOGUES)
def test_texts_fit_their_places(language):
    """Values in a text are those of the English one, plural forms are as many as the language has, nothing is HTML."""
    words = Words(language)
    for key, text in catalogue(language).items():
        values = set(re.findall(r"\{\w+\}", key))

        assert all(set(re.findall(r"\{\w+\}", form)) in (values, values - {"{n}"}) for form in forms(text)), key
        assert not any(set(form) & set('"<>&\\') for form in forms(text)), key
        assert len(forms(text)) == (len(words.categories) if key in catalogue(SOURCE) else 1), key


@pytest.mark.parametrize(
    ("language", "date", "month", "number"),
    [
        ("en", "23 November 2026", "November 2026", "12,345"),
        ("en-US", "November 23, 2026", "November 2026", "12,345"),
        ("de", "23. November 2026", "November 2026", "12.345"),
        ("de-CH", "23. November 2026", "November 2026", "12'345"),
        ("fr", "23 novembre 2026", "novembre 2026", "12\u202f345"),
        ("es", "23 de noviembre de 2026", "noviembre de 2026", "12.345"),
        ("pt-BR", "23 de novembro de 2026", "novembro de 2026", "12.345"),
        ("it", "23 novembre 2026", "novembre 2026", "12.345"),
        ("cs", "23. listopadu 2026", "listopad 2026", "12\u00a0345"),
        ("zh-Hans", "2026年11月23日", "2026年11月", "12,345"),
        ("ja", "2026年11月23日", "2026年11月", "12,345"),
        ("ko", "2026년 11월 23일", "2026년 11월", "12,345"),
        ("ar", "23 نوفمبر 2026", "نوفمبر 2026", "12,345"),
        ("sw", "23 November 2026", "November 2026", "12,345"),
    ],
)
def test_dates_and_numbers(language, date, month, number):
    """Dates and numbers are as Chromium's `Intl` writes them; a language without a table has those of English."""
    words = Words(language)

    assert (date, month, number) == (words.date("2026-11-23"), words.month("2026-11"), words.number(12345))


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en", 1, "1 note"),
        ("fr", 0, "0 note"),
        ("cs", 4, "4 poznámky"),
        ("cs", 105, "105 poznámek"),
        ("ar", 2, "ملاحظتان"),
        ("ar", 103, "103 ملاحظات"),
        ("ar", 1011, "1,011 ملاحظة"),
        ("ja", 1, "ノート 1 件"),
    ],
)
def test_plural_forms(language, number, text):
    """A number chooses its plural form by the rules of CLDR."""
    assert text == Words(language)("{n} notes", n=number)


def test_formats_are_those_of_babel(repository):
    """The table in the package is what the script makes of Babel's data."""
    pytest.importorskip("babel")
    spec = importlib.util.spec_from_file_location("make_formats", repository / "generator" / "dev" / "make_formats.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)

    assert made.table() == made.TABLE.read_text("utf-8")


def test_scripts_speak_the_language(tmp_path):
    """Texts in scripts are those of the site's language, without a request more."""
    script = theme_file("site.js", tmp_path, language="de").decode()

    assert '"Kopiert"' in script and "Copied" not in script and "T(" not in script


@pytest.fixture(scope="module")
def arabic(tmp_path_factory, build_at):
    folder = tmp_path_factory.mktemp("arabic")
    (folder / "hortus.toml").write_text('language = "ar"\ndescription = "حديقة"\n')
    (folder / "index.md").write_text("---\ndate: 20261123\n---\n# حديقة\n\n1. [[note]]\n2. [[غير مكتوبة]]\n")
    (folder / "note.md").write_text("---\nlang: en\n---\nEnglish words.\n")
    return build_at(folder)


def test_a_page_is_in_the_language_of_the_site(arabic):
    """Interface, dates and direction follow the setting; a note with `lang` has its own."""
    page, note = arabic.page("index.html"), arabic.page("note.html")

    assert '<html lang="ar" dir="rtl">' in page and ">انتقل إلى المحتوى</a>" in page
    assert '<time datetime="2026-11-23">23 نوفمبر 2026</time>' in page
    assert '<html lang="ar" dir="rtl">' in note and 'lang="en"' in note
    assert not re.search(r">(?:Notes|Tags|Recent|Keys|Linked from|What is new)<", page + note)


def test_the_graph_is_in_the_language_of_the_site(arabic):
    """The page of the graph, its list and its script; titles of notes stay as they are."""
    page, script = arabic.page("graph.html"), arabic.page("assets/graph.js")

    assert 'aria-label="الملاحظة المحددة"' in page and ">خريطة</span>" in page
    assert "الملاحظات والأشكال: 3، والروابط: 2" in page
    assert '"تكبير"' in script and '"other": "{n} رابط"' in script
    assert not re.search(r"not written yet|All notes|Filter the|Arrow keys|most linked", page)
    assert not re.search(r"\bT\(|Zoom in|Find a note|Any tag", script)


def test_a_site_from_right_to_left_has_its_style(arabic, build_vault):
    """Only a site that is written from right to left loads the style that mirrors the page."""
    assert 'href="assets/rtl.css"' in arabic.page("index.html")
    assert "rtl.css" not in build_vault({"index.md": "A"}).page("index.html")

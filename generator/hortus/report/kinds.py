"""Every kind of issue, with its severity and the words for it."""

import re
from collections.abc import Mapping

from hortus.core.model import Severity

SEVERITY: dict[str, Severity] = {
    "broken_link": "error",
    "missing_heading": "warning",
    "missing_block": "warning",
    "missing_asset": "error",
    "ambiguous_link": "warning",
    "empty_link": "warning",
    "todo": "info",
    "todo_link": "info",
    "unsafe_url": "warning",
    "embed_cycle": "warning",
    "orphan": "info",
    "unmapped": "info",
    "duplicate_url": "warning",
    "bad_front_matter": "error",
    "unclear_privacy": "warning",
    "bad_tag": "warning",
    "bad_notebook": "error",
    "bad_query": "warning",
    "bad_math": "warning",
    "bad_diagram": "warning",
    "bad_encoding": "warning",
    "unclosed_comment": "warning",
    "accidental_code": "warning",
    "attribute_list": "info",
    "template_folder": "info",
    "bad_template_settings": "warning",
    "figure_failed": "error",
    "figure_stale": "warning",
    "unknown_result": "warning",
    "stale_number": "warning",
    "missing_alt": "warning",
    "private_link": "warning",
    "remote_image": "info",
    "external_broken": "warning",
    "not_shown": "info",
    "unread": "error",
    "unsafe_attachment": "warning",
    "static_file": "warning",
}
"""Every kind of issue, with its severity; docs/Report.md explains each."""
TITLES = {
    "broken_link": "Broken links",
    "missing_heading": "Missing headings",
    "missing_block": "Missing blocks",
    "missing_asset": "Missing files",
    "ambiguous_link": "Ambiguous links",
    "empty_link": "Empty links",
    "todo": "Places still to do",
    "todo_link": "Notes still to write",
    "unsafe_url": "Unsafe addresses",
    "embed_cycle": "Notes that embed themselves",
    "orphan": "Notes without links to them",
    "unmapped": "Notes in no map",
    "duplicate_url": "Notes with the same address",
    "bad_front_matter": "Invalid properties",
    "unclear_privacy": "Unclear privacy",
    "bad_tag": "Invalid tags",
    "bad_notebook": "Invalid notebooks",
    "bad_query": "Invalid queries",
    "bad_math": "Invalid formulas",
    "bad_diagram": "Invalid diagrams",
    "bad_encoding": "Invalid characters",
    "unclosed_comment": "Comments that are not closed",
    "accidental_code": "Accidental code",
    "attribute_list": "Attribute lists",
    "template_folder": "Template folders",
    "bad_template_settings": "Invalid settings of templates",
    "figure_failed": "Figures that failed",
    "figure_stale": "Outdated figures",
    "unknown_result": "Unknown results",
    "stale_number": "Outdated numbers",
    "missing_alt": "Missing alt texts",
    "private_link": "Links to private notes",
    "remote_image": "Remote images",
    "external_broken": "Broken external links",
    "not_shown": "Content that is not shown",
    "unread": "Files that could not be read",
    "unsafe_attachment": "Unsafe attachments",
    "static_file": "Static files that are not copied",
}
"""The heading of each kind on the report page, in English."""
COUNTED = frozenset(
    (
        "link image heading block asset todo url cycle orphan comment note diagram tag attachment list folder file "
        "result number"
    ).split()
)
"""Last words of kinds that have a plural."""
UNREAD = "unread"
"""The kind for which `hortus build` and `hortus check` end with status 1: a note is missing from the site."""
EXPECTED = frozenset({"template_folder"})
"""Kinds that ``--strict`` ignores: every vault with templates has them."""
BROKEN = frozenset({"broken_link", "missing_asset", "external_broken"})
"""Kinds for which `hortus check` fails."""


def has_problems(summary: Mapping[str, int]) -> bool:
    """Return whether a report has problems for which ``--strict`` fails.

    >>> has_problems({"template_folder": 1}), has_problems({"template_folder": 1, "orphan": 2})
    (False, True)
    """
    return not summary.keys() <= EXPECTED


def amount(count: int, thing: str) -> str:
    """Write a count with its noun.

    >>> amount(1, "note"), amount(0, "note")
    ('1 note', '0 notes')
    """
    return f"{count} {thing}" + "s" * (count != 1)


def kind_words(kind: str, count: int) -> str:
    """Write how many issues of a kind there are.

    >>> kind_words("broken_link", 2), kind_words("todo", 1), kind_words("figure_failed", 3)
    ('2 broken links', '1 todo', '3 figures failed')
    """
    if kind.startswith("figure_"):
        return f"{amount(count, 'figure')} {kind.removeprefix('figure_')}"
    words = kind.replace("_", " ")
    if kind == "bad_query":
        return f"{count} bad {'query' if count == 1 else 'queries'}"
    return amount(count, words) if kind.rsplit("_", 1)[-1] in COUNTED else f"{count} {words}"


EXTRAS = {"matplotlib": "figures", "numpy": "figures", "torch": "torch"}
"""Extras of Hortus, by the module that they install."""
PACKAGES = {
    "PIL": "pillow",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""Packages whose names differ from those of their modules, by module."""


FAULT_HINTS = {
    "its ALT cannot be filled": "`{name}` in ALT must be a number or text that `compute` returns",
    "its net cannot be shown": "builds and previews print the reason",
}


def figure_hint(fault: str, error: str) -> str:
    """Return a hint for a figure's *fault*, which is public, and *error*, which may have text of its script.

    >>> figure_hint("failed at net.py:3", "ModuleNotFoundError: No module named 'sklearn'")
    'sklearn is not installed: pip install scikit-learn'
    """
    return FAULT_HINTS.get(fault) or extra_hint(error)


def extra_hint(error: str) -> str:
    """Return a hint for installing a library that a figure script did not find; empty if that is not the error.

    >>> extra_hint("ModuleNotFoundError: No module named 'torch.nn' (net.py:3)"), extra_hint("ValueError: torch")
    ("torch comes with the extra: pip install 'hortus[torch]'", '')
    >>> extra_hint("ModuleNotFoundError: No module named 'sklearn'")
    'sklearn is not installed: pip install scikit-learn'
    """
    found = re.match(r"ModuleNotFoundError: No module named '(\w+)[\w.]*'", error)
    if found is None:
        return ""
    name = found[1]
    if name in EXTRAS:
        return f"{name} comes with the extra: pip install 'hortus[{EXTRAS[name]}]'"
    return f"{name} is not installed: pip install {PACKAGES.get(name, name)}"

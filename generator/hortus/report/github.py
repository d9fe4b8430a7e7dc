"""A report as GitHub workflow commands, one line per issue: annotations of a pull request.

GitHub shows ten of each severity per step, so the most severe come first.
"""

from collections.abc import Iterable

from hortus.core.model import Issue

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render_annotations(issues: Iterable[Issue], vault: str = "", figures: str = "figures/") -> list[str]:
    """Write issues as annotations; *vault* and *figures* are the paths of these folders in the repository.

    >>> issue = Issue("broken_link", "a, b.md", 2, 5, "100%: no\\nnote", length=3, severity="error")
    >>> render_annotations([issue], "vault/")
    ['::error file=vault/a%2C b.md,line=2,col=5,endColumn=8,title=broken link::100%25: no%0Anote']
    """
    ordered = sorted(issues, key=lambda issue: list(COMMANDS).index(issue.severity))
    return [_annotation(issue, _file(issue.path, vault, figures)) for issue in ordered]


def _file(path: str, vault: str, figures: str) -> str:
    """Return the path of a file in the repository; figure scripts have the path ``figures/NAME.py``."""
    script = path.startswith("figures/") and path.endswith(".py")
    return figures + path.removeprefix("figures/") if script else vault + path


def _annotation(issue: Issue, path: str) -> str:
    places = {
        "file": path,
        "line": str(issue.line),
        "col": str(issue.column),
        "endColumn": str(issue.column + issue.length),
        "title": issue.kind.replace("_", " "),
    }
    message = f"{issue.message}; {issue.hint}" if issue.hint else issue.message
    named = ",".join(f"{name}={_property(value)}" for name, value in places.items())
    return f"::{COMMANDS[issue.severity]} {named}::{_data(message)}"


def _data(text: str) -> str:
    """Escape characters that would end or begin a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

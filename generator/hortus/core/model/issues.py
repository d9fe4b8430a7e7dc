"""Errors of the command, and issues of notes."""

from dataclasses import dataclass
from typing import Literal


class HortusError(Exception):
    """An error that the user has to fix; *status* is the command's exit status."""

    def __init__(self, message: str, status: int = 3):
        super().__init__(message)
        self.status = status


Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem that the author can fix."""

    kind: str
    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    target: str = ""
    length: int = 1
    severity: Severity = "warning"

"""The types of properties that a vault has in ``.obsidian/types.json`` (Obsidian 1.4 and later)."""

import json
from collections.abc import Mapping
from pathlib import Path

from hortus.core.keys import fold
from hortus.vault.template_folders import NAMED_IN, settings_text

FILE = ".obsidian/types.json"
SETTINGS_FILES = frozenset({*NAMED_IN, FILE})
"""The files of Obsidian's settings that are read."""


def read_property_types(root: Path) -> Mapping[str, str]:
    """Return the types of properties by folded name, such as ``date``; none if the file is absent or damaged."""
    try:
        settings = json.loads(settings_text(root, FILE) or "{}")
    except (OSError, ValueError, RecursionError):
        return {}
    found = settings.get("types") if isinstance(settings, dict) else None
    named = found.items() if isinstance(found, dict) else ()
    return {fold(name.strip()): kind for name, kind in sorted(named) if isinstance(kind, str)}

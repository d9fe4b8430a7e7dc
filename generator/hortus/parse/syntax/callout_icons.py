"""Callout types, their aliases, and an icon for each, drawn in the text colour."""

ALIASES = {
    "note": ("seealso",),
    "abstract": ("summary", "tldr"),
    "tip": ("hint", "important"),
    "success": ("check", "done"),
    "question": ("help", "faq"),
    "warning": ("caution", "attention"),
    "failure": ("fail", "missing"),
    "danger": ("error",),
    "quote": ("cite",),
}

DRAWINGS = {
    "note": '<path d="M4 20l1-5L16 4l4 4L9 19z"/><path d="M13 7l4 4"/>',
    "abstract": '<rect x="5" y="5" width="14" height="16" rx="2"/><path d="M9 3h6v4H9zM9 12h6M9 16h4"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.5"/>',
    "todo": '<circle cx="12" cy="12" r="9"/><path d="M8 12l3 3 5-6"/>',
    "tip": '<path d="M9 17c-2-1.5-3-3.5-3-6a6 6 0 0 1 12 0c0 2.5-1 4.5-3 6zM9.5 21h5"/>',
    "success": '<path d="M4 13l5 5L20 6"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 17v.5"/>',
    "warning": '<path d="M12 4l9 16H3zM12 10v5M12 17.5v.5"/>',
    "failure": '<path d="M6 6l12 12M18 6L6 18"/>',
    "danger": '<path d="M13 3L5 14h6l-1 7 8-11h-6z"/>',
    "bug": '<rect x="8" y="8" width="8" height="12" rx="4"/>'
    '<path d="M9 8a3 3 0 0 1 6 0M12 12v8M8 12H4M8 16H4.5M16 12h4M16 16h3.5M8 5L6.5 3M16 5l1.5-2"/>',
    "example": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6H5M4.5 12H5M4.5 18H5"/>',
    "quote": '<path d="M10 7H5v6h5V7zm0 6c0 3-1.5 4-4 5M19 7h-5v6h5V7zm0 6c0 3-1.5 4-4 5"/>',
}

NAMED = {
    "pencil": "note",
    "pencil-alt": "note",
    "book": "abstract",
    "clipboard-list": "abstract",
    "info-circle": "info",
    "check-circle-2": "todo",
    "fire": "tip",
    "flame": "tip",
    "check-circle": "success",
    "question-circle": "question",
    "help-circle": "question",
    "exclamation-triangle": "warning",
    "alert-triangle": "warning",
    "times-circle": "failure",
    "x": "failure",
    "bolt": "danger",
    "zap": "danger",
    "list": "example",
    "list-ol": "example",
    "quote-right": "quote",
}
"""Names of the same icons in Font Awesome and Lucide, as the Admonition plugin and Obsidian use them."""

KINDS = {name: kind for kind in DRAWINGS for name in (kind, *ALIASES.get(kind, ()))}


def kind_of(name: str) -> str:
    """Return the kind of a callout's type; unknown types are notes.

    >>> kind_of("faq"), kind_of("recipe")
    ('question', 'note')
    """
    return KINDS.get(name, "note")


def icon(name: str, wanted: str = "") -> str:
    """Return the icon of a callout's type, or the icon named *wanted* if it exists."""
    wanted = wanted.lower().removeprefix("lucide-").removeprefix("fa-")
    kind = NAMED.get(wanted) or KINDS.get(wanted) or kind_of(name)
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{DRAWINGS[kind]}</svg>"
    )

"""Pictures that follow the theme of their page: one SVG with the colours of both themes.

A page chooses by fragment: ``x.svg#dark`` in a ``<source>`` for dark screens, ``x.svg#light`` otherwise, also in
print. An SVG without a fragment follows the system. A media query within the SVG is not enough: in WebKit an
``<img>`` is always light, and no engine has it follow a theme that the reader chose on the site. The theme is set on
the root, because WebKit ignores filters of elements within an SVG.
"""

DARK_SCREEN = "screen and (prefers-color-scheme: dark)"
"""The theme switch of the site replaces this media query by one that is always or never true (``site.js``)."""


def adaptive_css(root: str, light: str, dark: str) -> str:
    """Return a style sheet with the declarations of both themes for the root element *root* of an SVG.

    >>> adaptive_css(".a", "fill:red", "fill:tan").splitlines()[0]
    '.a{fill:red}@media (prefers-color-scheme:dark){.a{fill:tan}}'
    """
    chosen = "".join(f"{root}:has(>#{theme}:target){{{style}}}" for theme, style in (("light", light), ("dark", dark)))
    return f"{root}{{{light}}}@media (prefers-color-scheme:dark){{{root}{{{dark}}}}}\n{chosen}"


def adaptive_picture(address: str, attributes: str) -> str:
    """Return the ``<picture>`` that shows such an SVG; *address* and *attributes* are escaped HTML."""
    return (
        f'<picture><source media="{DARK_SCREEN}" srcset="{address}#dark">'
        f'<img src="{address}#light" {attributes}></picture>'
    )


THEMES = ("light", "dark")
"""Ids of empty elements in the root, the targets of the fragments."""

"""Colours of admonition blocks: the nearest theme colour."""

import pytest

from hortus.parse.syntax.callout_colours import hue_of


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("68, 138, 255", "blue"),
        ("0,176,255", "teal"),
        ("0, 200, 83", "leaf"),
        ("255, 145, 0", "rust"),
        ("255, 23, 68", "red"),
        ("245, 0, 87", "red"),
        ("124, 77, 255", "violet"),
        ("158, 158, 158", "muted"),
        ("#7a3fd0", "violet"),
        ("#fc0", "ochre"),
        ("#FF0000", "red"),
        ("rgb(0 128 0)", "leaf"),
        ("rgba(0, 0, 255, 0.5)", "blue"),
        ('"orange"', "rust"),
        ("999, 0, 0", "red"),
        ("", ""),
        ("var(--x)", ""),
        ("1, 2", ""),
        ("red; } body { display: none", ""),
    ],
)
def test_nearest(colour, expected):
    """The Admonition plugin's default colours map to those of the matching callouts; invalid colours to none."""
    assert expected == hue_of(colour)

"""Hortus: a vault of notes, led by maps of content, made into a site."""

from pathlib import Path

__version__ = "0.1.0"
PACKAGE = Path(__file__).parent
"""The folder of this package: its modules, its theme, its templates for new notes."""

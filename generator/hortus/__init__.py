"""Hortus: a vault of notes, led by maps of content, made into a site."""

__version__ = "0.1.0"

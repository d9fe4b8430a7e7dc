"""Figures that scripts make at build time: declared in notes, keyed, run, recoloured."""

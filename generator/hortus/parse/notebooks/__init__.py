"""Jupyter notebooks: their cells, stored outputs, and a terminal's colours in them."""

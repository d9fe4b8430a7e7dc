"""Parse Jupyter notebooks: cells, stored outputs, ANSI colours."""

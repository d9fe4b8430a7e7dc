"""The graph: nodes and layout, as data for the page and for machines, and as a drawing around one note."""

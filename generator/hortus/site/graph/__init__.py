"""The graph: its nodes and their places, as a page, as data, and around one note."""

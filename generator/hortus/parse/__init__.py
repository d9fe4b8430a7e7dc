"""Parse one file, independently of all others: notes, canvases, notebooks, drawings."""

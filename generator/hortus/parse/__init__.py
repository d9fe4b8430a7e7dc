"""One file understood alone: notes, canvases, notebooks, drawings."""

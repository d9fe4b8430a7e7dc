"""The figure cache: keys, dependencies, and a content-addressed store."""

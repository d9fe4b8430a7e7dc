"""Build a site from a vault: the steps in order, and what changed since the last build."""

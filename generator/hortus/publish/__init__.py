"""Publish a site on a git branch."""

"""Issues and other findings for the author."""

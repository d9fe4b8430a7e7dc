"""Read a vault from disk: notes and their properties, attachments, dates of changes."""

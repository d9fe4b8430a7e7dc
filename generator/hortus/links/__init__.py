"""Join all notes: resolve links, read maps and tags, and leave out private notes and their names."""

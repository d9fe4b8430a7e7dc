"""The Markdown dialect: CommonMark, GitHub's tables and strikethrough, and Obsidian's syntax; one syntax per file.

`dialect` makes the parser of all of them.
"""

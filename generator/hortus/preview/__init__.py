"""The preview: a local server that shows a vault while it is written. Nothing is written into the vault or the site.

watch      files that changed on disk
session    the survey of the vault, updated where it changed; some of its steps keep their last results
pages      every address of the site, and the page or file at it
search     the search index, made when a page asks for it
events     tells open pages in a browser when they change
saves      what a save did, as a line for the terminal
security   which requests are answered
server     the HTTP server that uses all of these
"""

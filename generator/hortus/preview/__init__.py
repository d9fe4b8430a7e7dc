"""The preview: a local server that shows a vault while you edit it. It writes neither to the vault nor to the site.

watch      files that change on disk
session    the survey of the vault, updated after each change; some of its steps cache their last results
pages      the page or file at every URL of the site
search     the search index, made when a page asks for it
events     pushes changes to the pages that are open in a browser
saves      the effect of a save, as a line for the terminal
security   which requests are allowed
server     the HTTP server that uses all of these
"""

"""Make the files of the site: addresses, pages, feeds, search, the graph."""

"""All notes joined: links resolved, maps, tags, and what is private kept out."""

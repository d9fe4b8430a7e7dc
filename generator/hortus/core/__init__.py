"""Records, settings, names, git and other things that every other room needs."""

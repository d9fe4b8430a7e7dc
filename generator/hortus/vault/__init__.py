"""The disk in: a folder of notes read, their front matter, when they changed."""

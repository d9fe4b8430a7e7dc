"""Make pages of what is known: finished values in, one template a kind of page, HTML out.

press      templates, and what all pages have in common: the home of jinja2
head       what the top of a page says, to people and machines
notes      a note's page, the place of one that is wanted, an alias
ways       on it: the notes above it and the trails through it
backlinks  on it: who leads here, and in which words
lists      all notes, folders, tags, recent changes
parts      a list that outgrows a page, in parts
entries    what lists are made of
figures    a figure's page, the gallery
whole      graph, report, wanted notes, the page for wrong addresses
catalogue  the address of every page, and what makes it

Bodies come from render.py.
"""

from hortus.site.pages.catalogue import Recipe, catalogue
from hortus.site.pages.notes import note_page
from hortus.site.pages.templates import Material, Press, forget_templates

__all__ = ["Material", "Press", "Recipe", "catalogue", "forget_templates", "note_page"]

"""Make the pages of the site, with one template for each kind of page.

environment loading and compiling of templates
templates   the press: renders templates, with data that many pages share
meta        head elements: title, canonical URL, Open Graph, JSON-LD
notes       pages of notes, stubs of missing notes, redirects of aliases
folders     the folder tree next to a note
summary     dates, first words and numbers of links in lists, and the opening of the first page
navigation  breadcrumbs and trails on a note's page
trails      positions of notes in trails
backlinks   backlinks on a note's page, with the sentences around links
lists       all notes, folders, tags, recent changes
pagination  long lists, divided into pages
tree        entries and branches of lists
figures     a figure's page, the gallery
about       graph, report, wanted notes, 404

catalogue   the URL and recipe of every page
"""

from hortus.site.pages.catalogue import Recipe, catalogue
from hortus.site.pages.environment import forget_templates
from hortus.site.pages.notes import note_page
from hortus.site.pages.templates import Material, Press

__all__ = ["Material", "Press", "Recipe", "catalogue", "forget_templates", "note_page"]

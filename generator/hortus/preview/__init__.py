"""The preview: a vault shown in the browser while it is written. Nothing is written into the vault or the site.

watch      what changed on the disk
session    the vault understood, and understood again where it changed; `reader`, `targets`, `relink`, `retell`,
           `drawing` are the steps of a survey that remember what they did last
showing    every address of the site, and what answers it
later      the search index, made when a page asks for it
push       pages that are open in a browser, told when they change
guard      who may ask, and for what
server     all of these joined
"""

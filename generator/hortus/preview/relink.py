from hortus.graph import link_notes
class Linker:
    def link(self, **known):
        return link_notes(**known)

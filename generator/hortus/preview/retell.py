from hortus.report import make_report
class Teller:
    def report(self, **known):
        return make_report(**known)

from hortus.cli.main import run

run()

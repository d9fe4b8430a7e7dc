"""Show the vault in a browser while you write."""

import argparse

from hortus.cli.arguments import FINE, add_vault, count
from hortus.report.kinds import amount

OPEN = """\
{line}
  Everybody who can reach this machine can now read ALL notes of this vault,
  including drafts and private ones, and all attachments that they link to.
{line}"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument("--port", type=count, default=8000, metavar="N", help="first port to try (default: 8000)")
    command.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (default: 127.0.0.1); 0.0.0.0 shows all notes to the network",
    )
    command.add_argument("--open", action="store_true", help="open the browser")


def run(given: argparse.Namespace) -> int:
    import asyncio
    import webbrowser
    from contextlib import suppress

    from hortus.cli.terminal import plain
    from hortus.core.cache import clear_leftovers
    from hortus.preview.security import is_loopback
    from hortus.preview.server import address_of, listen, serve
    from hortus.preview.session import Session

    listener = listen(given.host, given.port)
    session = Session(given.vault)
    try:
        address = address_of(given.host, listener.getsockname()[1])
        notes = session.state.found.shown.graph.notes
        drafts = sum(not note.public for note in notes.values())
        if not is_loopback(given.host):
            print(OPEN.format(line="!" * 78), flush=True)
        hidden = f", {drafts} of them private or a draft and shown here only" if drafts else ""
        print(f"{amount(len(notes), 'note')}{hidden}", flush=True)
        print(f"preview at {address} (end with Ctrl+C)", flush=True)
        if given.open:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            asyncio.run(serve(session, listener, given.host, lambda words: print(plain(words), flush=True)))
    finally:
        session.close()
        listener.close()
        clear_leftovers(session.state.config.cache)
    return FINE

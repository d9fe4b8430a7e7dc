"""Worker processes: every message gets an answer or a failure, and every run ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

from hortus.core.model import Note, ParseOptions, Source
from hortus.parse.all_notes import Work, answer_message, load_parser, parse_notes, read_notes
from hortus.parse.note import parse_note
from hortus.parse.note_cache import Memo, decode_note
from hortus.parse.pool import Failure, Pool
from hortus.parse.worker import Worker


@pytest.fixture(autouse=True)
def must_end():
    """A run that hangs fails its test instead of stopping all of them."""

    def give_up(number, frame):
        raise AssertionError("the pool hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(100)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def small_pipes(monkeypatch):
    """Sockets with buffers of a few kB, as on other systems."""
    pair = socket.socketpair

    def small():
        ends = pair()
        for end in ends:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, option, 1)  # the system takes the least it can
        return ends

    monkeypatch.setattr("hortus.parse.worker.socket.socketpair", small)


def answers(pool: Pool, messages: list[bytes], seconds: float = 20.0) -> list[bytes | Failure]:
    """Return the answer to each message."""
    try:
        found = dict(pool.run(len(messages), lambda number: (messages[number], seconds)))
    finally:
        pool.close()
    return [found[number] for number in range(len(messages))]


# --- what workers do ----------------------------------------------------------------------------


def triple(content: bytes) -> bytes:
    return content * 3


def obey(content: bytes) -> bytes:
    """Do what a message says: ``WHAT`` always, ``WHAT FILE`` only while the file does not exist."""
    what, _, marker = content.decode().partition(" ")
    if not marker or not os.path.exists(marker):
        if marker:
            Path(marker).touch()
        ORDERS[what]()
    return b"done: " + content


def spin(seconds: float = 1000.0) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def run_out_of_memory() -> None:
    raise MemoryError


ORDERS = {
    "answer": lambda: None,
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(7),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "sleep": lambda: time.sleep(1000),
    "nap": lambda: time.sleep(0.6),
    "spin": spin,
    "work": lambda: spin(1.8),
    "exhaust": run_out_of_memory,
}


# --- nothing blocks -----------------------------------------------------------------------------

SIZES = [1, 50, 400, 4, 130, 2, 370, 300, 300, 9] * 4
"""Thousands of bytes."""


@pytest.mark.parametrize("jobs", [1, 2, 3, 4])
def test_large_messages_in_small_pipes(jobs, small_pipes):
    """Messages and answers are much larger than a buffer; neither side blocks the other."""
    messages = [bytes([65 + number]) * size * 1000 for number, size in enumerate(SIZES)]

    assert [message * 3 for message in messages] == answers(Pool(triple, jobs), messages)


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_many_small_messages(jobs):
    messages = [str(number).encode() for number in range(3000)]

    assert [message * 3 for message in messages] == answers(Pool(triple, jobs), messages)


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_large_notes_in_small_pipes(jobs, small_pipes):
    """Notes of 1 to 400 kB are parsed as without processes."""
    line = (
        "See [[a link]]. " + "Plain prose, of which a paragraph has many lines, and few of them a link.\n" * 30 + "\n"
    )
    sources = [Source(f"{number}.md", line * (size * 1000 // len(line))) for number, size in enumerate(SIZES[:10])]

    assert tuple(map(parse_note, sources)) == parse_notes(sources, ParseOptions(), Memo(None), Work(jobs))


def test_no_messages():
    assert [] == answers(Pool(triple, 2), [])
    assert [b""] == answers(Pool(triple, 2), [b""])


# --- workers that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("what", ["die", "exit", "exhaust", "stop", "sleep"])
def test_a_worker_that_fails_once_costs_nothing(what, jobs, tmp_path):
    """If it is killed, ended, stopped or asleep, another worker answers its message."""
    messages = [b"answer"] * 5 + [f"{what} {tmp_path / 'marker'}".encode()] + [b"answer"] * 5

    assert [b"done: " + message for message in messages] == answers(Pool(obey, jobs, silence_limit=0.2), messages)


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("die", "its process was killed (signal 9), twice"),
        ("exit", "its process ended (status 7), twice"),
        ("exhaust", "its process ended (status 1), twice"),
        ("stop", "its process did not respond for"),
        ("sleep", "its process did not respond for"),
    ],
)
def test_a_message_that_always_fails_costs_itself(what, words, jobs):
    """It fails with the reason after a second attempt; all others are answered."""
    messages = [b"answer", what.encode(), b"answer", b"answer", what.encode(), b"answer"]
    found = answers(Pool(obey, jobs, silence_limit=0.2), messages)

    assert [b"done: answer"] * 4 == [answer for answer in found if isinstance(answer, bytes)]
    assert all(isinstance(found[place], Failure) and words in found[place].why for place in (1, 4))
    assert not found[1].late


def test_processor_time_is_limited():
    """A message that uses more CPU time fails; the next ones have their full time."""
    slow, *others = answers(Pool(obey, 1), [b"spin", b"answer", b"answer"], seconds=0.3)

    assert Failure("took more than 0.3 seconds of processor time", late=True) == slow
    assert [b"done: answer"] * 2 == others


def test_waiting_is_not_processor_time():
    """Waiting because of other processes does not count."""
    assert [b"done: nap"] * 2 == answers(Pool(obey, 1), [b"nap"] * 2, seconds=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say what a process used")
def test_a_worker_that_works_is_not_silent():
    """A message that takes longer than the silence limit, and uses the CPU all the time, is answered."""
    assert [b"done: work"] * 2 == answers(Pool(obey, 2, silence_limit=0.6), [b"work"] * 2)


def test_a_note_that_is_given_up_is_named():
    """It has an issue with a hint, and is private."""
    slow = Source("slow.md", "- **item** [[link]] $x$\n" * 4000)
    pool = Pool(answer_message, 1)
    try:
        ((number, encoded, lasting),) = read_notes([slow], ParseOptions(), pool, limit=0.05)
    finally:
        pool.close()
    note = decode_note(encoded)
    (issue,) = note.issues

    assert (0, False, False) == (number, lasting, note.public)
    assert ("unread", "slow.md", "split the note") == (issue.kind, issue.path, issue.hint)
    assert "processor time" in issue.message


@pytest.mark.skipif(sys.platform != "linux", reason="the signals that a process blocks are read from /proc")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_interrupt_does_not_reach_a_worker_that_starts(method):
    """Ctrl-C is blocked before its first instruction, so that no traceback comes from the import of its modules."""
    worker = Worker(get_context(method), answer_message, load_parser, [])
    try:
        status = Path(f"/proc/{worker.process.pid}/status").read_text()
    finally:
        worker.process.kill()
        worker.socket.close()
    (blocked,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk"))

    assert blocked >> signal.SIGINT - 1 & 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_no_process_is_left():
    """After a run that failed in every way all workers are gone."""
    before = set(active_children())
    pool = Pool(obey, 3, silence_limit=0.2)
    answers(pool, [b"stop", b"die", b"answer", b"spin", b"sleep"], seconds=0.3)

    assert [] == pool.workers
    assert set(active_children()) <= before


# --- a pool that is kept ----------------------------------------------------------------------------


@pytest.fixture
def warm_pool():
    pool = Pool(answer_message, 2, "spawn", load_parser)
    pool.warm()
    yield pool
    pool.close()


def read(pool: Pool, sources: list[Source], limit: float = 20.0) -> list[Note]:
    found = {number: decode_note(encoded) for number, encoded, _ in read_notes(sources, ParseOptions(), pool, limit)}
    return [found[number] for number in range(len(sources))]


def test_a_kept_pool_reads_as_a_build_does(warm_pool):
    """The same workers serve one run after another."""
    sources = [Source(f"{number}.md", f"# {number}\n\n[[{number + 1}]] %%hidden%%\n") for number in range(60)]
    first = read(warm_pool, sources)
    workers = list(warm_pool.workers)

    assert list(map(parse_note, sources)) == first == read(warm_pool, sources)
    assert workers == warm_pool.workers


def test_a_kept_pool_after_a_note_that_is_given_up(warm_pool):
    """The next notes are parsed, and so is the same note with more time."""
    slow = Source("slow.md", "- **item** [[link]] $x$\n" * 4000)
    fine = Source("fine.md", "# Fine\n")

    assert ["unread"] == [issue.kind for issue in read(warm_pool, [slow, fine], limit=0.05)[0].issues]
    assert [parse_note(fine), parse_note(slow)] == read(warm_pool, [fine, slow])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_idle_workers_that_are_gone_are_replaced(warm_pool, number):
    """Killed or stopped between two saves: the next save is parsed."""
    warm_pool.silence_limit = 0.2
    fine = Source("fine.md", "# Fine\n")
    read(warm_pool, [fine])
    for worker in warm_pool.workers:
        os.kill(worker.process.pid, number)

    assert [parse_note(fine)] * 3 == read(warm_pool, [fine] * 3)


ORPHANS = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from hortus.parse.pool import Pool
pool = Pool(bytes.upper, 3)
pool.warm()
print(*(worker.process.pid for worker in pool.workers), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_command_that_is_killed(repository):
    """Their sockets close, and they exit."""
    done = subprocess.run(
        [sys.executable, "-c", ORPHANS, repository / "generator"], capture_output=True, text=True, check=False
    )
    workers = [int(pid) for pid in done.stdout.split()]
    while any(map(_runs, workers)):
        time.sleep(0.02)

    assert 3 == len(workers)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""Seed every random generator of a script, including those that it creates without a seed.

Python and numpy take the seed of an unseeded generator from `random._urandom`. Replacing it by a seeded stream covers
``random.Random()``, `secrets`, ``numpy.random.default_rng()``, ``SeedSequence()`` and all bit generators. `os.urandom`
itself stays random: `hortus figures --verify` finds scripts that use it.
"""

import random
import sys
from typing import Any

_stream = random.Random(0)
_seed_random = random.Random.seed


def seed() -> None:
    """Restart all streams of random numbers."""
    _seed_random(_stream, 0)
    vars(random)["_urandom"] = _stream.randbytes
    vars(random)["seed"] = random.Random.seed.__get__(vars(random)["_inst"])
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        torch: Any = sys.modules["torch"]
        torch.seed = lambda: torch.manual_seed(_stream.getrandbits(63)).initial_seed()
        torch.manual_seed(0)


def _seed_from_stream(self: random.Random, a: Any = None, version: int = 2) -> None:
    _seed_random(self, _stream.getrandbits(256) if a is None else a, version)


def install() -> None:
    """Make generators without a seed take it from the stream, in this process."""
    random.Random.seed = _seed_from_stream  # type: ignore[method-assign] # the class is also used by libraries
    seed()

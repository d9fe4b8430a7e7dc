"""How often random tests are repeated: by default a sample, with HORTUS_THOROUGH=1 all of them."""

import os

THOROUGH = bool(os.environ.get("HORTUS_THOROUGH"))


def often(times: int) -> int:
    """Return *times*, or a quarter of it by default, at least one."""
    return times if THOROUGH else max(1, times // 4)

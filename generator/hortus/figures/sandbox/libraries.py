"""Versions of the libraries that a figure was made with, determined without importing them."""

import platform
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import metadata
from re import match

DRAWS = "matplotlib"


@lru_cache
def distributions() -> dict[str, tuple[str, ...]]:
    """Return the distributions of each top-level module."""
    found = metadata.packages_distributions()
    return {module: tuple(sorted(set(names))) for module, names in found.items()}


def loaded_versions() -> dict[str, str]:
    """Return versions of Python, of the platform, and of every imported third-party module, by distribution."""
    return platform_versions() | _versions(name for module in _loaded() for name in distributions().get(module, ()))


def compute_versions(reached: Iterable[str]) -> dict[str, str]:
    """Return the same without libraries for drawing only, unless *reached*, the modules of `compute`, contains them."""
    direct = {name for module in reached for name in distributions().get(module, ())}
    needless = _requirements(DRAWS) - {"numpy"} - direct
    return {name: version for name, version in loaded_versions().items() if name.lower() not in needless}


def platform_versions() -> dict[str, str]:
    return {"python": platform.python_version(), "machine": f"{sys.platform} {platform.machine()}"}


def differences(recorded: Mapping[str, str]) -> list[str]:
    """Return differences from the *recorded* versions; empty if the environment is the same."""
    here = platform_versions()
    return [
        f"{name} {version}, here {now or 'absent'}"
        for name, version in sorted(recorded.items())
        if (now := here.get(name) or version_of(name)) != version
    ]


@lru_cache
def version_of(distribution: str) -> str:
    """Return the installed version; empty if it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _versions(names: Iterable[str]) -> dict[str, str]:
    return {name: version_of(name) for name in sorted(set(names))}


def _loaded() -> set[str]:
    tops = {name.partition(".")[0] for name in list(sys.modules)}
    return {name for name in tops if not name.startswith("_") and name not in {"hortus", "pip", "setuptools"}}


def _requirements(distribution: str) -> set[str]:
    """Return the distribution and all its requirements, in lower case, without extras."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        name = waiting.pop().lower()
        if name in found:
            continue
        found.add(name)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        names = (match(r"[\w.-]+", line) for line in lines if "extra ==" not in line)
        waiting += [name[0] for name in names if name]
    return found

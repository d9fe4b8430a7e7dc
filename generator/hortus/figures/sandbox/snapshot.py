"""Run exactly the code that was hashed for the key, even if a file has changed since."""

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
import traceback
import types
from collections.abc import Sequence


class Snapshot(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the job's local modules from memory; *sources* maps a file to its text."""

    def __init__(self, modules: dict[str, list[str]], sources: dict[str, str]):
        self.modules = modules
        self.sources = sources

    def find_spec(self, fullname: str, path: object = None, target: object = None):
        if fullname not in self.modules:
            return None
        file = self.modules[fullname][0]
        package = os.path.basename(file) == "__init__.py"
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=file, is_package=package)
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.compiled(self.modules[module.__name__][0]), module.__dict__)

    def compiled(self, file: str) -> types.CodeType:
        return compile(self.sources[file], file, "exec", dont_inherit=True)


def install(job: dict) -> Snapshot:
    """Make the job's modules and the folder of its scripts importable, and their lines available to tracebacks."""
    sources = dict(job["modules"].values()) | {job["file"]: job["code"]}
    for file, text in sources.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    finder = Snapshot(job["modules"], sources)
    sys.dont_write_bytecode = True
    sys.pycache_prefix = os.path.join(os.getcwd(), "pycache")
    sys.meta_path.insert(0, finder)
    sys.path.append(job["folder"])  # last, so that a script does not hide a library of the same name
    return finder


def make_module(job: dict) -> types.ModuleType:
    module = types.ModuleType("figure_script")
    module.__file__ = job["place"]
    sys.modules["figure_script"] = module
    return module


def user_frames(error: BaseException, job: dict) -> list[traceback.FrameSummary]:
    """Return the frames in the author's files, with their original names."""
    known = {file: os.path.basename(file) for file, _ in job["modules"].values()}
    known[job["file"]] = os.path.basename(job["file"])
    return [
        traceback.FrameSummary(known[frame.filename], frame.lineno, frame.name, line=frame.line)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in known
    ]


def format_frames(frames: Sequence[traceback.FrameSummary]) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} in {frame.name}\n    {frame.line}" for frame in frames]

"""Run exactly the code that was hashed for the key, even if a file has changed since.

Only the author's code can import the author's modules: a library that looks for an optional one of the same name does
not find a figure script.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
import traceback
import types
from collections.abc import Sequence
from importlib.readers import FileReader

IMPORTING = ("<frozen importlib", importlib.__file__, __file__)
"""Files of the import system, between an import and its finder."""


class Snapshot(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the job's local modules from memory; *sources* maps a file to its text."""

    def __init__(self, modules: dict[str, list[str]], sources: dict[str, str]):
        self.modules = modules
        self.sources = sources

    def find_spec(self, fullname: str, path: object = None, target: object = None):
        if fullname not in self.modules or not self.asked_by_author():
            return None
        file = self.modules[fullname][0]
        package = os.path.basename(file) == "__init__.py"
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=file, is_package=package)
        spec.has_location = True
        return spec

    def asked_by_author(self) -> bool:
        """Return whether the import that is running is in one of the author's files."""
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(IMPORTING):
            frame = frame.f_back
        return frame is not None and frame.f_code.co_filename in self.sources

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.compiled(self.modules[module.__name__][0]), module.__dict__)

    def get_resource_reader(self, fullname: str) -> FileReader:
        """Return the reader of the files in a package, for `importlib.resources`."""
        return FileReader(importlib.machinery.SourceFileLoader(fullname, self.modules[fullname][0]))

    def compiled(self, file: str) -> types.CodeType:
        return compile(self.sources[file], file, "exec", dont_inherit=True)


class Unlisted(importlib.abc.MetaPathFinder):
    """Finds the author's modules whose names are known only at run time, after all libraries, in *folder*."""

    def __init__(self, snapshot: Snapshot, folder: str):
        self.snapshot, self.folder = snapshot, folder

    def find_spec(self, fullname: str, path: object = None, target: object = None):
        place = os.path.join(self.folder, *fullname.split("."))
        package = os.path.join(place, "__init__.py")
        if not self.snapshot.asked_by_author():
            return None
        if os.path.isfile(package):
            spec = importlib.util.spec_from_file_location(fullname, package, submodule_search_locations=[place])
            self.snapshot.sources.setdefault(package, "")
            return spec
        if os.path.isfile(place + ".py"):
            self.snapshot.sources.setdefault(place + ".py", "")
            return importlib.util.spec_from_file_location(fullname, place + ".py")
        if os.path.isdir(place):
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [place]
            return spec
        return None


def install(job: dict) -> Snapshot:
    """Make the job's modules and the folder of its scripts importable, and their lines available to tracebacks."""
    sources = dict(job["modules"].values()) | {job["file"]: job["code"]}
    for file, text in sources.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    finder = Snapshot(job["modules"], sources)
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, finder)
    sys.meta_path.append(Unlisted(finder, job["folder"]))
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

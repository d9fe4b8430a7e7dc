"""Publish the site on a branch, for GitHub Pages or any other server of git branches."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hortus.cli.arguments import FAILED, FINE, PROBLEMS, REFUSED, add_jobs, add_vault
from hortus.cli.progress_bars import show_progress
from hortus.cli.terminal import counted, print_figures, print_timings, print_unread
from hortus.core.model import HortusError
from hortus.report.kinds import UNREAD, amount

if TYPE_CHECKING:
    from hortus.core.config import Config
    from hortus.publish.publish import Plan, Published
    from hortus.publish.secrets import Leak

MOST = 40
"""Names listed per kind."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument("--dry-run", action="store_true", help="list what would change, without publishing")
    command.add_argument("--branch", default="gh-pages", metavar="NAME", help="branch of the site (default: gh-pages)")
    command.add_argument("--remote", default="origin", metavar="NAME", help="where to push (default: origin)")
    command.add_argument(
        "--figures",
        choices=["run", "frozen"],
        default="run",
        help="run: run changed scripts; frozen: use only the cache",
    )
    command.add_argument(
        "--anyway",
        action="store_true",
        help="publish even if a figure failed, a note could not be read, or there are new errors",
    )
    command.add_argument(
        "--replace",
        action="store_true",
        help="replace files of others, and remove files that show private content",
    )
    command.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="MARK",
        help="publish a finding that looks secret or private, by its mark",
    )
    add_jobs(command)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason not to publish, with the exit status."""

    status: int
    reason: str
    """Empty if `execute` raises an error that lists the files."""


def run(given: argparse.Namespace) -> int:
    from hortus.core.config import read_config
    from hortus.publish.publish import execute

    config = read_config(given.vault)
    try:
        plan, obstacle = _prepare(given, config)
        if given.dry_run:
            print("nothing was published: this was a dry run")
            return obstacle.status if obstacle else FINE
        if obstacle and obstacle.reason:
            print(f"hortus: nothing was published, because of {obstacle.reason}", file=sys.stderr)
            return obstacle.status
        done = execute(plan, given.replace)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise HortusError(f"{error.filename or 'publish'}: {error.strerror}; nothing was published", FAILED) from None
    _print_published(plan, done, config.settings.site_url)
    return FAILED if done.late_error else FINE


def _prepare(given: argparse.Namespace, config: "Config") -> "tuple[Plan, Obstacle | None]":
    """Build the site, compare it with the branch, print the result; return the plan and the first obstacle, if any."""
    from hortus.publish.publish import check_ready, make_draft, make_plan, without_exposed

    check_ready(config.project, given.branch, given.remote)
    stages = show_progress()
    draft = make_draft(config, given.figures, given.jobs, stages)
    failed = "figures that failed" if print_figures(draft.found.shown.figures.values()) else ""
    if UNREAD in draft.found.report.summary:  # also when it is not new
        failed = failed or "notes that could not be read, and would be missing"
        print_unread(draft.found.report)
    leaks = [leak for leak in draft.leaks if leak.mark not in given.allow]
    _print_leaks(leaks)
    with stages.time("compare"):
        plan = make_plan(config, draft, given.branch, given.remote)
    exposed = [leak for leak in plan.exposed if leak.mark not in given.allow]
    if given.replace:
        plan, exposed = without_exposed(plan, given.allow), []
    _print_exposed(exposed, plan.branch)
    _print_plan(plan, given.dry_run)
    if given.timings:
        print_timings(stages.seconds)
    return plan, next(_obstacles(given, plan, failed, leaks or exposed), None)


def _obstacles(given: argparse.Namespace, plan: "Plan", failed: str, private: "Sequence[Leak]") -> Iterator[Obstacle]:
    """Yield the reasons not to publish; the first one determines the exit status."""
    errors = [issue for issue in plan.problems if issue.severity == "error" and plan.compared]
    if private:
        yield Obstacle(REFUSED, "what looks private or secret")
    if plan.blocked and not given.replace:
        yield Obstacle(REFUSED, "")
    if failed and not given.anyway:
        yield Obstacle(FAILED, f"{failed}; fix them, or pass --anyway")
    if errors and not given.anyway:
        yield Obstacle(PROBLEMS, f"{amount(len(errors), 'new error')}; fix it, or pass --anyway")


def _print_leaks(leaks: "Iterable[Leak]") -> None:
    for leak in leaks:
        place = f"{leak.path}:{leak.line}" if leak.path else leak.url
        print(f"{place}: looks like {leak.kind}: {leak.shown}; remove it, or pass --allow {leak.mark}", file=sys.stderr)


def _print_exposed(exposed: "Sequence[Leak]", branch: str) -> None:
    """Print findings in files that are already on the branch, and what to do about them."""
    for leak in exposed[:MOST]:
        shown = "" if leak.shown == leak.url else f": {leak.shown}"
        print(f"{branch}:{leak.url}: {leak.kind}{shown}; to keep it, pass --allow {leak.mark}", file=sys.stderr)
    if len(exposed) > MOST:
        print(f"{branch}: and {amount(len(exposed) - MOST, 'more file')}", file=sys.stderr)
    if exposed:
        print(
            f"{branch} already contains private content; --replace removes it from the branch "
            f"(earlier commits of {branch} keep it: if they are public, rewrite the branch)",
            file=sys.stderr,
        )


def _print_plan(plan: "Plan", whole: bool) -> None:
    """List pages added, changed and removed, and count other files. *whole*: list all pages, however many."""
    from hortus.publish.publish import size_warnings

    print(f"to: {_destination(plan)}")
    pages = {url for url in (*plan.receipt.pieces, *plan.removed) if url.endswith(".html")}
    for word, urls in (("+", plan.added), ("~", plan.changed), ("-", plan.removed)):
        listed = [url for url in urls if url in pages]
        shown = listed if whole else listed[:MOST]
        for url in shown:
            print(f"{word} {url}")
        if len(shown) < len(listed):
            print(f"{word} and {amount(len(listed) - len(shown), 'more page')}")
        if len(listed) < len(urls):
            print(f"{word} {amount(len(urls) - len(listed), 'other file')}")
    for url in plan.blocked if whole else ():
        print(f"! {url}: a file of somebody else at a path that the site needs; --replace replaces it")
    for url in plan.edited:
        print(f"  {url}: edited on {plan.branch} by somebody else; stays")
    if plan.removed:
        print(f"{amount(len(plan.removed), 'removed file')} can still be seen in the earlier commits of {plan.branch}")
    for words in size_warnings(plan.contents):
        print(f"warning: {words}", file=sys.stderr)
    known = plan.compared
    if known:
        for issue in plan.problems:
            print(f"new: {issue.path}:{issue.line}:{issue.column}: {issue.message}")
    summary: dict[str, int] = {}
    for issue in plan.problems:
        summary[issue.kind] = summary.get(issue.kind, 0) + 1
    print(f"problems{' new since last time' if known else ''}: {counted(summary) or 'none'}")


def _destination(plan: "Plan") -> str:
    """Describe the branch, the remote and its URL, and the repository if `GIT_DIR` sets it."""
    from hortus.core.git import remote_address

    where = f" at {plan.remote} ({remote_address(plan.repository, plan.remote)})" if plan.remote else ", no remote"
    chosen = os.environ.get("GIT_DIR", "")
    return f"{plan.branch}{where}" + (f", repository {os.path.abspath(chosen)} (GIT_DIR)" if chosen else "")


def _print_published(plan: "Plan", done: "Published", address: str) -> None:
    if plan.nothing and not done.pushed:
        print(f"{plan.branch} already has this site")
        return
    there = f"pushed to {plan.remote}" if done.pushed else "not pushed: the repository has no remote"
    print(f"{plan.branch} is at {done.commit[:12]}, {there}")
    if done.late_error:
        print(f"{plan.remote} accepted the site; afterwards git failed: {done.late_error}", file=sys.stderr)
    if plan.elsewhere:
        print(f"{plan.branch} in {plan.elsewhere[0]} was not changed; run `git pull` there to update it")
    elif not done.moved:
        print(f"your local {plan.branch} moved meanwhile and was not changed")
    if not plan.base.remote and done.pushed:
        print(f"on GitHub choose Settings, Pages, Deploy from a branch, {plan.branch}")
    if address:
        print(f"open {address}")

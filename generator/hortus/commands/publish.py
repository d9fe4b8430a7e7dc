"""Publish the site on a branch, for GitHub Pages or any other server of git branches."""

import argparse
import sys

from hortus.commands import FAILED, FINE, PROBLEMS, REFUSED, add_jobs, add_vault
from hortus.model import HortusError
from hortus.report import amount
from hortus.terminal import counted, print_figures, print_timings, show_progress

MOST = 40
"""Names listed of a kind."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument("--dry-run", action="store_true", help="list what would change, and publish nothing")
    command.add_argument("--branch", default="gh-pages", metavar="NAME", help="branch of the site; else gh-pages")
    command.add_argument("--remote", default="origin", metavar="NAME", help="where to push; else origin")
    command.add_argument(
        "--figures", choices=["run", "frozen"], default="run", help="run scripts, or take what is there"
    )
    command.add_argument(
        "--anyway", action="store_true", help="publish although figures failed or there are new errors"
    )
    command.add_argument("--replace", action="store_true", help="put the site in the place of files that others wrote")
    command.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="MARK",
        help="publish what looks secret: the mark that was printed",
    )
    add_jobs(command)


def run(given: argparse.Namespace) -> int:
    try:
        return _publish(given)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise HortusError(f"{error.filename or 'publish'}: {error.strerror}; nothing was published", FAILED) from None


def _publish(given: argparse.Namespace) -> int:
    from hortus.config import read_config
    from hortus.publish import carry_out, check_ready, make_draft, make_plan

    config = read_config(given.vault)
    check_ready(config.project, given.branch, given.remote)
    stages = show_progress()
    draft = make_draft(config, given.figures, given.jobs, stages)
    failed = print_figures(draft.found.shown.figures.values())
    leaks = [leak for leak in draft.leaks if leak.mark not in given.allow]
    _print_leaks(leaks)
    with stages.time("compare"):
        plan = make_plan(config, draft, given.branch, given.remote)
    _print_plan(plan, given.dry_run)
    if given.timings:
        print_timings(stages.seconds)
    errors = [issue for issue in plan.problems if issue.severity == "error" and plan.base.receipt is not None]
    status = REFUSED if leaks or (plan.blocked and not given.replace) else FINE
    if not status and not given.anyway:
        status = FAILED if failed else PROBLEMS if errors else FINE
    if given.dry_run:
        print("nothing was published: this was a dry run")
        return status
    if status and not (plan.blocked and not leaks):
        reason = (
            "what looks private or secret"
            if leaks
            else "figures that failed"
            if failed
            else amount(len(errors), "new error")
        )
        hint = "" if leaks else "; mend it, or give --anyway"
        print(f"hortus: nothing was published, because of {reason}{hint}", file=sys.stderr)
        return status
    _print_published(plan, carry_out(plan, given.replace), config.settings.site_url)
    return FINE


def _print_leaks(leaks) -> None:
    for leak in leaks:
        place = f"{leak.path}:{leak.line}" if leak.path else leak.url
        print(
            f"{place}: looks like {leak.kind}: {leak.shown}; take it out, or give --allow {leak.mark}", file=sys.stderr
        )


def _print_plan(plan, whole: bool) -> None:
    """List pages added, changed, removed; the rest is counted. *whole*: however many they are."""
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
        print(f"! {url}: written by somebody else, where the site has to be; --replace puts the site there")
    for url in plan.edited:
        print(f"  {url}: edited on {plan.branch} by somebody else; stays")
    if plan.removed:
        print(f"{amount(len(plan.removed), 'removed file')} can still be seen in the earlier commits of {plan.branch}")
    known = plan.base.receipt is not None
    if known:
        for issue in plan.problems:
            print(f"new: {issue.path}:{issue.line}:{issue.column}: {issue.message}")
    summary: dict[str, int] = {}
    for issue in plan.problems:
        summary[issue.kind] = summary.get(issue.kind, 0) + 1
    print(f"problems{' new since last time' if known else ''}: {counted(summary) or 'none'}")


def _print_published(plan, done, address: str) -> None:
    if plan.nothing and not done.pushed:
        print(f"{plan.branch} holds this site already")
        return
    there = f"pushed to {plan.remote}" if done.pushed else "not pushed: the repository has no remote"
    print(f"{plan.branch} is at {done.commit[:12]}, {there}")
    if plan.elsewhere:
        print(f"{plan.branch} in {plan.elsewhere[0]} was left as it is; `git pull` there brings it up to date")
    elif not done.moved:
        print(f"your own {plan.branch} moved meanwhile and was left as it is")
    if not plan.base.remote and done.pushed:
        print(f"on GitHub choose Settings, Pages, Deploy from a branch, {plan.branch}")
    if address:
        print(f"open {address}")

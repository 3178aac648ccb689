"""From which commit a rule has failed, and who can say why: bisect-rule."""

from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import (
    USAGE,
    cache_note,
    commit_at,
    fail,
    revision_option,
)

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.disk.rule_history import Failing


@click.command("bisect-rule", epilog="Example: leanfolio bisect-rule state-unknown EP-12")
@click.argument("rule")
@click.argument("id", required=False)
@revision_option
@click.pass_obj
def bisect_rule(project: "Project", rule: str, id: str | None, revision: str | None) -> None:
    """Name the commit from which a RULE has failed, for the item ID if one is given.

    Each landing on the main line is checked as of its own day. Where the rule failed, held, and
    fails again, it is the newest run of failing commits that counts.
    """
    from leanfolio.cache.prose_links import scanning
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.check import RULES
    from leanfolio.disk.rule_history import rule_history
    from leanfolio.read.suggestions import did_you_mean

    if rule not in RULES:
        hint = did_you_mean(rule, RULES, "`leanfolio explain` lists them")
        fail(USAGE, f"there is no rule {rule}", hint)
    commit = commit_at(project, revision or "HEAD")
    assert commit is not None
    with Store(own_cache()) as store:
        history = rule_history(project.content, commit, rule, id, scanning(store))
        if not history.commits:
            fail(USAGE, "no commit holds this content", "commit it first")
        found = history.failing()
        newest = history.result(0)[0]
    cache_note(store.problem)
    if found is None and id is not None and (newest is None or id not in newest):
        from leanfolio.output.visible import visible

        names = newest.items if newest is not None else ()
        hint = did_you_mean(id, names, "`leanfolio show items` lists them")
        fail(USAGE, f"there is no item {visible(id)}, and {rule} never failed for it", hint)
    subject = f"{rule} for {id}" if id is not None else rule
    if found is None:
        number = len(history.known)
        click.echo(f"{subject}: holds in all of the {number} newest commits that were checked")
        return
    click.echo(answer(project, subject, id, found), nl=False)


def answer(project: "Project", subject: str, id: str | None, found: "Failing") -> str:
    """What is known of the first failing commit, line by line."""
    from leanfolio.disk.git import is_shallow
    from leanfolio.disk.git_commits import author_of, subject_of
    from leanfolio.output.visible import visible

    first = found.first
    author = visible(author_of(project.content, first)) or "an author without a name"
    title = visible(subject_of(project.content, first))
    since = "has failed since" if found.is_now else "failed from"
    lines = [f"{subject} {since} {first.short} of {first.day.isoformat()}: {title}"]
    lines += [
        f"  {visible(str(problem.at))}: {visible(problem.message)}"
        for problem in found.problems[:3]
    ]
    if len(found.problems) > 3:
        lines.append(f"  and {len(found.problems) - 3} more")
    owner = owner_of(found, id)
    lines.append(f"who can say why: {author}, who wrote it" + (f"; {owner}" if owner else ""))
    if not found.is_now:
        until = f"{found.last.short} of {found.last.day.isoformat()}"
        lines.append(f"it holds now; {until} was the last commit in which it failed")
    if found.passed_before is None:
        why = (
            "this clone is shallow: `git fetch --unshallow`"
            if is_shallow(project.content)
            else "it is the first that holds content"
        )
        lines.append(f"no earlier commit is known ({why})")
    if found.skipped:
        lines.append(
            f"{found.skipped} commits in between were not checked: it may have held in one of them"
        )
    return "".join(f"{line}\n" for line in lines)


def owner_of(found: "Failing", id: str | None) -> str:
    """The owner of the item that the rule failed for, as it said then."""
    from leanfolio.model.audience import mention_of
    from leanfolio.output.visible import visible

    items = found.portfolio.items
    item = items.get(id) if id is not None else None
    if item is None and found.problems:
        problem = found.problems[0]
        there = [entry for entry in items.values() if entry.origin.path == problem.at.path]
        named = [entry for entry in there if mention_of((entry.id,)).search(problem.message)]
        item = next(iter(named or there), None)
    return f"{visible(item.owner)}, owner of {item.id}" if item and item.owner else ""

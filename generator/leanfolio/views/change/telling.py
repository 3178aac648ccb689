"""The story of a change, in the order of its weight: what a board asks first stands first."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from msgspec.structs import replace

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.revision import Revision
from leanfolio.problem import Problem
from leanfolio.views.change.details import count_lines, detail_lines
from leanfolio.views.change.items import came_and_went, state_lines, unreadable_lines
from leanfolio.views.change.money import money_lines
from leanfolio.views.change.problems import new_and_gone, worst_first
from leanfolio.views.change.promises import promise_lines
from leanfolio.views.change.ranks import crossing_lines, rank_lines
from leanfolio.views.change_story import (
    ChangeLine,
    ChangeStory,
    CommitOf,
    named,
    no_commit,
    told_first,
)
from leanfolio.views.home.decisions import DecisionNeeded, decisions_needed
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Text, joined, listed, message, plural


def tell_story(
    comparison: Comparison,
    before: Revision,
    after: Revision,
    problems: tuple[Sequence[Problem], Sequence[Problem]] = ((), ()),
    commit_of: CommitOf = no_commit,
) -> ChangeStory:
    """Return what changed between two revisions.

    In this order: decisions that are newly needed, or whose day has come; promises that moved;
    money; what came over the cut line or fell below it; what entered and left; states; everything
    else as counts. `problems` are those of both sides, as of the same day.
    """
    lines: Sequence[ChangeLine] = [
        *decision_lines(comparison, before.day),
        *promise_lines(comparison, commit_of),
        *money_lines(comparison, commit_of),
        *crossing_lines(comparison, commit_of),
        *came_and_went(comparison, commit_of),
        *state_lines(comparison, commit_of),
        *unreadable_lines(comparison, commit_of),
    ]
    details: Sequence[ChangeLine] = (
        *rank_lines(comparison, commit_of),
        *detail_lines(comparison, commit_of),
    )
    lines, details = in_files(lines, comparison), in_files(details, comparison)
    first, folded = told_first(lines, tuple(count_lines(comparison)))
    new, gone = new_and_gone(comparison, *problems)
    return ChangeStory(
        finding=finding(lines, comparison, len(new)),
        summary=summary(before, after, comparison.after.as_of),
        before=before,
        after=after,
        decisions=tuple(line for line in first if line.section == "decision"),
        lines=first,
        folded=(*folded, *details),
        new_problems=tuple(worst_first(new)),
        gone_problems=tuple(worst_first(gone)),
    )


def in_files(lines: Sequence[ChangeLine], comparison: Comparison) -> tuple[ChangeLine, ...]:
    """Return the lines with the file in which their item stands, or stood last."""
    sides = (comparison.after.portfolio.items, comparison.before.portfolio.items)

    def file_of(line: ChangeLine) -> PurePosixPath | None:
        id = line.item.id if line.item else ""
        return next((side[id].origin.path for side in sides if id in side), None)

    return tuple(replace(line, path=file_of(line)) for line in lines)


def decision_lines(comparison: Comparison, since: date) -> Iterator[ChangeLine]:
    """Yield the decisions that are needed now and were not before, or whose day has come since."""
    earlier = {
        (entry.item.id, entry.ask)
        for entry in decisions_needed(comparison.before.portfolio, comparison.before)
        if not has_come(entry, since, comparison.after.as_of)
    }
    for entry in decisions_needed(comparison.after.portfolio, comparison.after):
        if (entry.item.id, entry.ask) not in earlier:
            item = comparison.after.portfolio[entry.item.id]
            text = message("{item} needs a decision: {ask} ({due})",
                           item=named(item), ask=entry.ask, due=entry.due)  # fmt: skip
            yield ChangeLine("decision", text, ref(item))


def has_come(entry: DecisionNeeded, since: date, until: date) -> bool:
    """Return whether the day of a decision lies between two revisions."""
    return entry.by is not None and since < entry.by <= until


def summary(before: Revision, after: Revision, as_of: date) -> Text:
    """Return what was compared, as of which day where that is not the later revision's, and
    whether the work tree holds what no commit has."""
    words: list[Text] = [
        message("From {before} to {after}.",
                before=revision_words(before), after=revision_words(after))
    ]  # fmt: skip
    if as_of != after.day:
        words.append(message("The figures of both stand at {day}.", day=as_of))
    if after.dirty:
        words.append(message("The work tree holds changes that no commit has."))
    return joined(words, " ")


def revision_words(revision: Revision) -> Text:
    """Return a revision as a reader knows it: its name, its commit and its day."""
    commit = revision.commit
    if revision.is_work_tree:
        if commit is None:
            return message("the work tree")
        return message("the work tree on top of {commit}", commit=commit.short)
    if commit is None or commit.id.startswith(revision.name):
        return message("{commit} of {day}", day=revision.day,
                       commit=commit.short if commit else revision.name)  # fmt: skip
    return message("{name} ({commit} of {day})",
                   name=revision.name, commit=commit.short, day=revision.day)  # fmt: skip


def finding(lines: Sequence[ChangeLine], comparison: Comparison, new_problems: int) -> Text:
    """Return the change in one sentence: how much of what weighs most."""
    parts = [words for words in finding_parts(lines, comparison, new_problems) if words]
    if parts:
        first, *rest = parts
        return listed([first.sentence(), *rest])
    if number := len(comparison.changes):
        return plural("{n:spelled} detail changed", "{n:spelled} details changed",
                      number).sentence()  # fmt: skip
    if comparison.money:
        return message("Only what was spent changed")
    return message("Nothing changed")


def finding_parts(
    lines: Sequence[ChangeLine], comparison: Comparison, new_problems: int
) -> Iterator[Message | None]:
    """Yield a count for each section that has lines, and for new problems."""

    def number(section: str) -> int:
        return sum(line.section == section for line in lines)

    if count := number("decision"):
        yield plural("{n:spelled} decision is newly needed or due",
                     "{n:spelled} decisions are newly needed or due", count)  # fmt: skip
    if count := number("promise"):
        yield plural("{n:spelled} promise moved", "{n:spelled} promises moved", count)
    if count := number("money"):
        yield plural("{n:spelled} amount moved", "{n:spelled} amounts moved", count)
    if count := number("line"):
        yield plural("{n:spelled} epic crossed the cut line",
                     "{n:spelled} epics crossed the cut line", count)  # fmt: skip
    if count := number("came-and-went"):
        yield plural("{n:spelled} item entered or left", "{n:spelled} items entered or left", count)
    if count := number("state"):
        yield plural("{n:spelled} epic changed its state",
                     "{n:spelled} epics changed their states", count)  # fmt: skip
    if new_problems:
        yield plural("{n:spelled} problem is new", "{n:spelled} problems are new", new_problems)

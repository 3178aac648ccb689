"""The end of an increment: what it was worth, what is carried over, and the one that follows."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.editor.acts.act import (
    Act,
    ActError,
    Moment,
    entry_set,
    field_set,
    given,
    item_named,
)
from leanfolio.editor.acts.trial import Trial
from leanfolio.editor.field_edits import written
from leanfolio.editor.new_item import InvalidItem, next_id, refuse_id
from leanfolio.editor.workspace import Workspace
from leanfolio.model import Feature, Increment
from leanfolio.model.field import NotNegative
from leanfolio.model.item import SubModel
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.wording import days

OF_YEAR = re.compile(r"(.*?)(\d{4})-(\d+)\Z", re.DOTALL)


class NextIncrement(Struct, frozen=True):
    """The increment that follows: one that is there, or a file that is still to be written."""

    id: str
    path: PurePosixPath | None = None
    text: str = ""


class Closing(Struct, frozen=True):
    """What is left to do at the end of an increment."""

    increment: Increment
    unrated: tuple[int, ...]  # objectives without an actual value, by their index
    unfinished: tuple[Feature, ...]
    next: NextIncrement


class Rating(SubModel):
    """What business owners found an objective worth when the increment ended."""

    actual: NotNegative


def closing_of(workspace: Workspace, id: str, next: str | None = None) -> Closing:
    """What is left to do in this increment. `next` names the one that follows, there or new.

    Raises ActError.
    """
    portfolio = workspace.portfolio
    increment = item_named(portfolio, id, "id", Increment)
    unrated = (
        index
        for index, objective in enumerate(increment.objectives)
        if objective.actual_value is None
    )
    features = sorted(portfolio.members_of(increment.id, Feature), key=lambda one: id_order(one.id))
    unfinished = tuple(
        feature for feature in features if portfolio.category_of(feature) not in CLOSED
    )
    following = next_increment(workspace, increment, next)
    return Closing(increment, tuple(unrated), unfinished, following)


def next_increment(workspace: Workspace, increment: Increment, id: str | None) -> NextIncrement:
    """The increment that follows; a draft of it, where nobody has begun one."""
    others = workspace.portfolio.items_of(Increment)
    if id is not None:
        known = next((other for other in others if other.id.casefold() == id.casefold()), None)
        return NextIncrement(known.id) if known else drafted(workspace, increment, id)
    end = increment.end
    later = [other for other in others if other.start and end and other.start > end]
    if later:
        return NextIncrement(min(later, key=lambda other: (other.start, id_order(other.id))).id)
    return drafted(workspace, increment, None)


def drafted(workspace: Workspace, increment: Increment, id: str | None) -> NextIncrement:
    """A file for the next increment: as long as this one, with iterations as long as these."""
    if increment.start is None or increment.end is None:
        message = f"{increment.id} has no `start` and `end`, so the next one cannot be drafted"
        raise ActError(message, "add them, or name an increment that is there with --next", "next")
    begin = increment.end + timedelta(days=1)
    begin += timedelta(days=(increment.start - begin).days % 7)  # the same day of the week
    new = id or id_after(workspace, increment, begin)
    try:
        refuse_id(workspace, new)
    except InvalidItem as wrong:
        raise ActError(str(wrong), wrong.hint, "next") from None
    shift = begin - increment.start
    iterations = [
        {"name": entry.name, "start": entry.start + shift, "end": entry.end + shift}
        for entry in increment.iterations
    ]
    lines = [f"start: {begin}", f"end: {increment.end + shift}"]
    lines += ["iterations:", *(f"  - {written(entry)}" for entry in iterations)] * bool(iterations)
    title = title_after(increment, new)
    body = f"What it is for is still to be written. It follows {increment.id}."
    text = "\n".join(["---", *lines, "---", f"# {title}", "", body, ""])
    return NextIncrement(new, PurePosixPath(Increment.FOLDER, f"{new}.md"), text)


def id_after(workspace: Workspace, increment: Increment, begin: date) -> str:
    """The id of the next increment: one number on, or the first of a new year."""
    found = OF_YEAR.match(increment.id)
    if found is None:
        return next_id(workspace, Increment)
    prefix, year, number = found.groups()
    if begin.year > int(year):
        return f"{prefix}{begin.year}-{1:0{len(number)}}"
    return f"{prefix}{year}-{int(number) + 1:0{len(number)}}"


def title_after(increment: Increment, id: str) -> str:
    """The title of the next increment: this one's with the other number, where it holds it."""
    old, new = (re.sub(r"\A[A-Za-z-]*", "", name) for name in (increment.id, id))
    return increment.title.replace(old, new) if old and old in increment.title else id


def rating(text: str) -> Decimal | None:
    """The actual value that a text gives; None of an empty one. Raises ActError."""
    return given(Rating, {"actual": text}, {"actual": "actual"}).actual if text else None


def close(
    trial: Trial, closing: Closing, ratings: Mapping[int, Decimal], carried: Collection[str]
) -> None:
    """Write actual values, move what is carried over, and begin the next increment.

    `ratings` gives the value by the index of the objective. Raises ActError.
    """
    increment = closing.increment
    changes = [
        entry_set(increment, "objectives", index, "actual_value", value)
        for index, value in sorted(ratings.items())
    ]
    if changes:
        trial.do(Act(increment, tuple(changes)))
    if closing.next.path is not None:
        trial.begin(closing.next.path, closing.next.text)
    for id in carried:
        feature = item_named(trial.portfolio, id, "carry", Feature)
        trial.do(Act(feature, (field_set(feature, "increment", closing.next.id),)))


def too_early(increment: Increment, moment: Moment) -> str:
    """A warning where an increment is closed before its last day; else empty."""
    if increment.end is None or increment.end <= moment.day:
        return ""
    left = days((increment.end - moment.day).days)
    return f"{increment.id} ends on {increment.end}, in {left}"


def chosen(closing: Closing, text: str, portfolio: Portfolio) -> list[str]:
    """The unfinished features that a text names: all, none, or their ids. Raises ActError."""
    ids = [feature.id for feature in closing.unfinished]
    words = text.replace(",", " ").split()
    if [word.casefold() for word in words] == ["all"]:
        return ids
    if [word.casefold() for word in words] == ["none"]:
        return []
    result = [item_named(portfolio, word, "carry", Feature).id for word in words]
    for id in result:
        if id not in ids:
            message = f"{id} is not among the unfinished features of {closing.increment.id}"
            raise ActError(message, f"they are {', '.join(ids)}", "carry")
    return [id for id in ids if id in result]

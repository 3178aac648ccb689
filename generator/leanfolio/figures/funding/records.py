"""What stands beside the items: spending, ballots, scenarios and logos, as they were written.

`content/actuals/*.csv` says what was spent, `content/ballots/*` what each group would give, and
`content/scenarios/*.yml` how else the money could be shared. Reading asks nothing of the portfolio;
whether the ids in them exist is asked when they are used.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from leanfolio.figures.funding.ballots import Vote, read_ballots
from leanfolio.figures.funding.ledger import Spending, read_actuals
from leanfolio.model import Origin, Visibility
from leanfolio.model.audience import may_read, mention_of, texts_in
from leanfolio.model.field import problem_and_fix, read_day, read_number
from leanfolio.model.hidden_fields import NOT_SHOWN, Audiences
from leanfolio.model.source import MAX_RECORD_BYTES, Source, record_kind
from leanfolio.model.visibility import AUDIENCES
from leanfolio.problem import Place, Problem, Related
from leanfolio.read import Reading, decode, key_place, problem_of
from leanfolio.read.rules import visibility_wrong
from leanfolio.read.suggestions import did_you_mean
from leanfolio.read.yaml import FENCE, Fields, parse


class Round(Struct, frozen=True):
    """A round of participatory budgeting: its pot, and the votes of all groups."""

    name: str
    title: str
    on: date | None
    pot: Decimal | None
    note: str
    votes: tuple[Vote, ...]
    at: Place
    visibility: Visibility = "public"

    def texts(self) -> Iterator[str]:
        """Yield all that it says, with the ids of what was voted for."""
        yield from (self.name, self.title, self.note)
        for vote in self.votes:
            yield from (vote.group, vote.item)


class Alternative(Struct, frozen=True):
    """A scenario as it was written: its fields, and where each of them stands."""

    name: str
    fields: Mapping[str, Any]
    origin: Origin

    @property
    def visibility(self) -> Visibility:
        """Who may read it; of a word that is none, insiders alone."""
        value = self.fields.get("visibility", "public")
        return value if value in AUDIENCES else AUDIENCES[-1]


class Records(Struct, frozen=True):
    """All that stands beside the items, and what could not be read of it."""

    spendings: tuple[Spending, ...] = ()
    rounds: tuple[Round, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    logos: tuple[Source, ...] = ()  # SVG files, as they are
    problems: tuple[Problem, ...] = ()

    def visible_to(
        self,
        audience: Visibility,
        withheld: Collection[str],
        spending_hidden: Collection[str] = (),
        readers: Audiences | None = None,
    ) -> "Records":
        """Return what an audience may read: nothing that names an item that it may not see.

        A round or a scenario is left out whole, as its sums would give the hidden amount away.
        `withheld` are the ids of these items, `spending_hidden` those of visible items whose
        spending is not for this audience; `readers` says what is hidden from it in all items.
        """
        if readers is not None and readers.hides_records(audience):
            return Records(logos=self.logos, problems=self.problems)
        if readers is not None and readers.hides_notes(audience):
            return self.without_notes().visible_to(audience, withheld, spending_hidden)
        mention = mention_of(withheld)
        return Records(
            tuple(
                entry
                for entry in self.spendings
                if entry.item not in withheld and entry.item not in spending_hidden
            ),
            tuple(
                entry
                for entry in self.rounds
                if may_read(audience, entry.visibility)
                and not any(map(mention.search, entry.texts()))
            ),
            tuple(
                entry
                for entry in self.alternatives
                if may_read(audience, entry.visibility)
                and not any(map(mention.search, texts_in((entry.name, entry.fields))))
            ),
            self.logos,
            self.problems,
        )

    def without_notes(self) -> "Records":
        """Return the same with "(not shown)" for each remark and reason."""
        return Records(
            tuple(replace(entry, note=NOT_SHOWN if entry.note else "") for entry in self.spendings),
            tuple(replace(entry, note=NOT_SHOWN if entry.note else "") for entry in self.rounds),
            tuple(
                replace(entry, fields={**entry.fields, "why": NOT_SHOWN})
                if entry.fields.get("why")
                else entry
                for entry in self.alternatives
            ),
            self.logos,
            self.problems,
        )


NO_RECORDS = Records()


def read_records(sources: Iterable[Source]) -> Records:
    """The records of all these files, in the order of their paths."""
    spendings: list[Spending] = []
    alternatives: list[Alternative] = []
    logos: list[Source] = []
    reading = Reading()
    tables: dict[str, tuple[Vote, ...]] = {}
    heads: dict[str, Alternative] = {}
    first: dict[tuple[str, str, bool], PurePosixPath] = {}
    for source in sorted(sources, key=lambda source: source.path.parts):
        path, kind = source.path, record_kind(source.path)
        if kind == "brand":
            logos.append(source)
            continue
        text = decode(source, reading, MAX_RECORD_BYTES)
        if text is None:
            continue
        key = (kind or "", name_of(path).casefold(), path.suffix.lower() == ".csv")
        if kind != "actuals" and first.setdefault(key, path) != path:
            reading.problems.append(record_duplicate(path, first[key]))
            continue
        if kind == "actuals":
            result, problems = read_actuals(text, path)
            spendings += result
            reading.problems += problems
        elif path.suffix.lower() == ".csv":
            votes, problems = read_ballots(text, path)
            tables[name_of(path)] = votes
            reading.problems += problems
        elif kind == "ballots":
            heads[name_of(path)] = fields_of(text, path, reading.problems)
        else:
            alternatives.append(fields_of(text, path, reading.problems))
    rounds = [
        round_of(name, heads.get(name), tables.get(name, ()), reading.problems)
        for name in sorted({*heads, *tables})
    ]
    return Records(
        tuple(spendings),
        tuple(rounds),
        tuple(alternatives),
        tuple(logos),
        tuple(reading.problems),
    )


def record_duplicate(path: PurePosixPath, first: PurePosixPath) -> Problem:
    """A scenario and a round of ballots have a name of their own, without regard to case.

    Of two files of one name one would be shown under the name of both.

    Fix: give one of the two another name, or delete it.
    """
    return Problem(
        Place(path),
        "record-duplicate",
        f"{path} has the name of {first}: {name_of(path)}",
        "give one of the two files another name, or delete it; the first one counts",
        related=(Related(Place(first), "the first is here"),),
    )


def name_of(path: PurePosixPath) -> str:
    """What a file is called: its path below its folder, without the ending."""
    return str(PurePosixPath(*path.parts[1:]).with_suffix(""))


def fields_of(text: str, path: PurePosixPath, problems: list[Problem]) -> Alternative:
    """The fields of a YAML file, read with the limits of a front matter."""
    fenced = text.startswith(f"{FENCE}\n")
    result: Fields = parse(text.removeprefix(f"{FENCE}\n"), 2 if fenced else 1)
    whose = "the front matter" if fenced else "the file"
    problems += [
        problem_of(fault._replace(message=fault.message.replace("the front matter", whose)), path)
        for fault in result.faults
    ]
    return Alternative(name_of(path), result.values, Origin(path, result.spans, result.keys))


# Ballots -------------------------------------------------------------------------------------

ROUND_FIELDS = ("title", "on", "pot", "note", "visibility", "ballots")


def round_of(
    name: str, head: Alternative | None, votes: tuple[Vote, ...], problems: list[Problem]
) -> Round:
    """A round from its YAML, its CSV, or both: `{title, on, pot, note, visibility, ballots}`."""
    if head is None:
        at = Place(votes[0].at.path) if votes else Place(PurePosixPath("ballots"))
        return Round(name, title_of(name), None, None, "", votes, at)
    fields, origin = head.fields, head.origin
    for field in fields:
        if field not in ROUND_FIELDS:
            hint = did_you_mean(str(field), ROUND_FIELDS, f"use {', '.join(ROUND_FIELDS)}")
            message = f"the field {field!r} is unknown"
            place = key_place(origin, (field,))
            problems.append(Problem(place, "ballot-unreadable", message, hint))
    if (visibility := fields.get("visibility", "public")) not in AUDIENCES:
        problems.append(visibility_wrong(visibility, origin.place("visibility")))
    on = read_value(read_day, fields.get("on"), origin.place("on"), problems)
    return Round(
        name=name,
        title=str(fields.get("title") or title_of(name)),
        on=on if isinstance(on, date) else None,
        pot=amount_at(fields.get("pot"), origin.place("pot"), problems),
        note=str(fields.get("note") or ""),
        votes=(*votes, *nested_votes(fields.get("ballots"), origin, problems)),
        at=Place(origin.path),
        visibility=head.visibility,
    )


def nested_votes(value: Any, origin: Origin, problems: list[Problem]) -> Iterator[Vote]:
    """The votes that a round's own file holds: group, then item with its amount."""
    if value is None:
        return
    for group, given in value.items() if isinstance(value, dict) else [("", value)]:
        if not isinstance(given, dict):
            message = "the ballots are no groups with their items"
            place = origin.place("ballots", group)
            hint = "write {Group: {EP-1: 100000}}"
            problems.append(Problem(place, "ballot-unreadable", message, hint))
            continue
        for item, written in given.items():
            place = origin.place("ballots", group, item)
            amount = amount_at(written, place, problems)
            if amount is not None:
                yield Vote(
                    str(group), str(item), amount, key_place(origin, ("ballots", group, item))
                )


def amount_at(value: Any, at: Place, problems: list[Problem]) -> Decimal | None:
    """An amount of zero or more, or a problem; nothing where nothing is written."""
    result = read_value(read_number, value, at, problems)
    if not isinstance(result, Decimal):
        return None
    if result < 0:
        message = f"the amount {result} is negative"
        problems.append(Problem(at, "ballot-unreadable", message, "give, or leave it out"))
        return None
    return result


def read_value(read: Any, value: Any, at: Place, problems: list[Problem]) -> Any:
    """What a reader makes of a value; None, with a problem, where it can make nothing of it."""
    if value is None:
        return None
    try:
        return read(value)
    except PydanticCustomError as error:
        message, hint = problem_and_fix(error.message())
        problems.append(Problem(at, "ballot-unreadable", message, hint or "write digits alone"))
        return None


def title_of(name: str) -> str:
    """A title made from a file's name."""
    words = name.rpartition("/")[2].replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]

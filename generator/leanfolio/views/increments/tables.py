"""The tables of an increment's page, from the rows that JSON and CSV hold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from leanfolio.figures.increments.votes import LOW
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Value, figure, headers
from leanfolio.views.increments.rows import (
    DependencyRow,
    LoadRow,
    MixRow,
    ObjectiveRow,
    OutcomeRow,
    WorkRows,
)
from leanfolio.views.increments.words import (
    KINDS,
    STANDINGS,
    STATUSES,
    VERDICTS,
    team_title,
)
from leanfolio.views.ref import ref
from leanfolio.wording import Text, in_context, joined, message, plural, readable, some

MOST_ROWS = 60  # of a table on the page, which holds the board as well
FEWER_ROWS = (60, 40, 25, 16, 12, 8)  # of each table, where all together would be too much
ROOM, LESS_ROOM = 1300, 800  # elements of all tables; less where the board is large


def linked(portfolio: Portfolio, id: str | None) -> Value:
    """An item as a link; its id where it does not exist; None where there is none."""
    return ref(portfolio[id]) if id and id in portfolio else id


def team_cell(portfolio: Portfolio, id: str | None) -> Value:
    return ref(portfolio[id]) if id else team_title(portfolio.partial, None)


def cut(
    rows: Sequence[tuple[Value, ...]], file: str, most: int
) -> tuple[tuple[tuple[Value, ...], ...], Text]:
    """The first rows, and what is left out of them."""
    more = len(rows) - most
    if more <= 0:
        return tuple(rows), ""
    return tuple(rows[:most]), plural(
        "{n} more is not listed here; {file} has them all.",
        "{n} more are not listed here; {file} has them all.",
        more, file=file,
    )  # fmt: skip


def rows_that_fit(tables: Sequence[tuple[int, int]], room: int) -> int:
    """How many rows each table may have, so that a page stays light enough to open on a phone.

    `tables` are the rows that each would have, and about how many elements a row of it takes;
    `room` is how many elements all may take.
    """
    fitting = (
        most
        for most in FEWER_ROWS
        if sum(min(rows, most) * elements for rows, elements in tables) <= room
    )
    return next(fitting, FEWER_ROWS[-1])


def objective_table(
    portfolio: Portfolio, objectives: Iterable[ObjectiveRow], most: int = MOST_ROWS
) -> Table:
    """What each team promised, its worth, and what is at risk: that first, where it is long."""
    every = list(objectives)
    if len(every) > most:
        every.sort(key=lambda entry: entry.standing != "at-risk")
    rows = [
        (
            entry.title, linked(portfolio, entry.team), readable(entry.commitment),
            figure(entry.planned), figure(entry.actual),
            STANDINGS[entry.standing],
            entry.because or None,
        )
        for entry in every
    ]  # fmt: skip
    shown, note = cut(rows, "data/increment-objectives.csv", most)
    labels = (
        "Objective", "Team", "Commitment", "Planned value#", "Actual value#", "Standing", "Because",
    )  # fmt: skip
    return Table(
        "Increment objectives", headers(*labels), shown, note, anchor="objectives", folds=False
    )


def dependency_table(
    portfolio: Portfolio, dependencies: Iterable[DependencyRow], most: int = MOST_ROWS
) -> Table:
    """Who needs what of whom, by when, and by when it is promised; the worst first."""
    rows = [
        (
            linked(portfolio, entry.consumer),
            linked(portfolio, entry.provider),
            team_cell(portfolio, entry.provider_team),
            moment(entry.needed_by, entry.needed_on),
            moment(entry.promised_by, entry.promised_on),
            STATUSES[entry.status],
            entry.text,
        )
        for entry in dependencies
    ]
    shown, note = cut(rows, "data/increment-dependencies.csv", most)
    labels = (
        "Consumer", "Provider", "Team of the provider", "Needed by", "Promised by", "Now",
        "In words",
    )  # fmt: skip
    return Table("Dependencies", headers(*labels), shown, note, anchor="dependencies")


def moment(name: str | None, day: date | None) -> Value:
    """An iteration or an increment with its last day; a plain day alone."""
    if day is None:
        return message("nobody says")
    return day if name is None else message("{name}, by {day}", name=name, day=day)


def load_table(portfolio: Portfolio, loads: Iterable[LoadRow], most: int = MOST_ROWS) -> Table:
    """The load of each team against its capacity; what does not fit first, where it is long."""
    whole = {}
    parts: defaultdict[str | None, list[LoadRow]] = defaultdict(list)
    for entry in loads:
        if entry.scope == "increment":
            whole[entry.team] = entry
        elif entry.scope == "iteration":
            parts[entry.team].append(entry)
    teams = list(whole.items())
    if len(teams) > most:
        teams.sort(key=lambda pair: (pair[1].verdict != "over", not full(parts[pair[0]], "over")))
    rows: list[tuple[Value, ...]] = [
        (
            team_cell(portfolio, team), *load_cells(load), too_full(parts[team], "over"),
            too_full(parts[team], "above-share"), unpointed(load),
        )
        for team, load in teams
    ]  # fmt: skip
    shown, note = cut(rows, "data/increment-load.csv", most)
    labels = (
        "Team", "Load#", "Capacity#", "Fits", "Over capacity in", "Above even share in",
        "Without points",
    )  # fmt: skip
    return Table("Capacity against load", headers(*labels), shown, note, anchor="load")


def load_cells(load: LoadRow) -> tuple[Value, Value, Value]:
    """The load of a team, its capacity, and whether the one fits into the other."""
    return (figure(load.points), load.capacity, fit(load))


def unpointed(load: LoadRow) -> Value:
    """The work that states no points, the first of it by id."""
    return some(load.unknown, 3) if load.unknown else None


def fit(load: LoadRow) -> Tag:
    """Whether the load of a team fits, and by how much it does not."""
    tag = VERDICTS[load.verdict]
    if load.too_many is None:
        return tag
    words = message("{verdict} by {points}", verdict=tag.word, points=load.too_many)
    return Tag(tag.tone, words)


def too_full(loads: Iterable[LoadRow], verdict: str) -> Text | None:
    """The iterations with this verdict: 4 (15 of 8 points)."""
    words = [
        message("{iteration} ({load})", iteration=entry.iteration, load=entry.text)
        for entry in full(loads, verdict)
    ]
    return joined(words, ", ") if words else None


def full(loads: Iterable[LoadRow], verdict: str) -> list[LoadRow]:
    return [entry for entry in loads if entry.verdict == verdict]


def vote_tables(portfolio: Portfolio, rows: WorkRows, most: int = MOST_ROWS) -> tuple[Table, ...]:
    """How sure the teams are: by team, and each vote with its reason."""
    every = message("the whole increment")
    teams: list[tuple[Value, ...]] = [
        (
            ref(portfolio[entry.team]) if entry.team else every,
            entry.mean, entry.lowest, entry.votes, entry.counts,
            confidence(entry.lowest),
        )
        for entry in rows.team_votes
    ]  # fmt: skip
    single = [
        (
            ref(portfolio[entry.team]) if entry.team else every,
            entry.vote, entry.by, entry.on, entry.reason,
        )
        for entry in rows.votes
    ]  # fmt: skip
    shown, note = cut(single, "data/increment-votes.csv", most)
    of_teams, note_on_teams = cut(teams, "data/increment-votes.csv", most)
    scale = message("From 1, it cannot be kept, to 5, it surely will be.")
    return (
        Table(
            "Votes of confidence",
            headers("Plan of", "Mean#", "Lowest#", "Votes#", "Each", "Lowest in words"),
            of_teams,
            joined((scale, note_on_teams), " ") if note_on_teams else scale,
            anchor="votes",
        ),
        Table(
            "Each vote, and why",
            headers("Plan of", "Vote#", "By", "On", "Reason"),
            shown,
            note,
            anchor="each-vote",
        ),
    )


def confidence(lowest: int) -> Tag:
    """What the lowest vote says of the plan."""
    if lowest <= LOW:
        return Tag("bad", in_context("a vote of confidence", "doubted"))
    if lowest == LOW + 1:
        return Tag("warn", in_context("a vote of confidence", "uncertain"))
    return Tag("good", in_context("a vote of confidence", "trusted"))


def outcome_tables(
    portfolio: Portfolio,
    outcomes: Iterable[OutcomeRow],
    most: int = MOST_ROWS,
    *,
    known: bool,
) -> tuple[Table, ...]:
    """What was finished, is open, was carried over and dropped, each as a list with its number."""
    every = tuple(outcomes)
    titles = {
        "finished": "Finished features", "carried": "Carried over", "dropped": "Dropped",
    }  # fmt: skip
    tables = []
    for outcome, title in titles.items():
        rows: list[tuple[Value, ...]] = [
            (
                ref(portfolio[entry.id]) if entry.id in portfolio
                else message("{id} {title}", id=entry.id, title=entry.title),
                KINDS[entry.kind], figure(entry.size), in_plan(entry), entry.text,
            )
            for entry in every
            if entry.outcome == outcome
        ]  # fmt: skip
        shown, note = cut(rows, "data/increment-outcomes.csv", most)
        labels = ("Feature", "Kind", "Size#", "In the plan", "Now")
        table = Table(title, headers(*labels), shown, note, anchor=outcome)
        tables.append(table if known else table.without("In the plan"))
    return tuple(tables)


def in_plan(entry: OutcomeRow) -> Text:
    if entry.planned is None:
        return message("not known")
    return message("planned") if entry.planned else message("added later")


def mix_table(mixes: Iterable[MixRow], *, known: bool) -> Table:
    """Features by kind: planned against delivered, in size and in number."""
    rows = tuple(
        (
            KINDS[entry.kind],
            *((mixed(entry.planned_features, entry.planned_size, entry.planned_unknown),
               entry.planned_share) if known else ()),
            mixed(entry.delivered_features, entry.delivered_size, entry.delivered_unknown),
            entry.delivered_share,
        )
        for entry in mixes
    )  # fmt: skip
    planned = ("Planned", "Share of planned size#") if known else ()
    unknown = message(
        "No plan is known from git, so that what was delivered is not compared with it."
    )
    return Table(
        "Mix of kinds",
        headers("Kind", *planned, "Delivered", "Share of delivered size#"),
        rows,
        "" if known else unknown,
        anchor="mix",
    )


def mixed(features: int | None, size: Decimal | None, unknown: int | None) -> Text:
    """How many features of a kind, and their size so far as it is stated."""
    counted = plural("{n} feature", "{n} features", features or 0)
    if not features:
        return counted
    parts: list[Text] = [counted]
    if unknown != features:
        parts.append(in_context("size of features", "size {size}", size=figure(size)))
    if unknown:
        parts.append(plural("{n} without a size", "{n} without a size", unknown))
    return joined(parts, ", ")

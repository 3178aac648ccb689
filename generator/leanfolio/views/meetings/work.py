"""The work of increments as meetings ask for it: objectives, load, dependencies, outcomes."""

from collections.abc import Sequence

from leanfolio.figures.funding.capacity import stream_of
from leanfolio.figures.increments.delivery import fates, mix
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.model import Epic, Feature, Increment
from leanfolio.views.built import Built
from leanfolio.views.cell import Value, figure
from leanfolio.views.increments.rows import (
    DependencyRow,
    OutcomeRow,
    dependency_row,
    load_rows,
    mix_rows,
    outcome_rows,
)
from leanfolio.views.increments.tables import (
    in_plan,
    linked,
    load_table,
    mix_table,
)
from leanfolio.views.increments.words import KINDS, STATUSES
from leanfolio.views.meetings.increments import WRITE_ONE, days_words, nothing_written
from leanfolio.views.meetings.section import (
    INCREMENTS,
    Section,
    WholeView,
    first_rows,
    rows_of,
    unless_missing,
)
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import url_of
from leanfolio.wording import Text, message, plural


def page_of(increment: Increment | None) -> WholeView:
    """The page of the increment; the list of all where there is none."""
    return WholeView(increment.title, url_of(increment)) if increment else INCREMENTS


# Load --------------------------------------------------------------------------------------------


def load(built: Built, increment: Increment | None) -> Section:
    """The load of each team against its capacity in the increment to plan."""
    loads = tuple(load_rows(built.facts.increments[increment.id])) if increment else ()
    whole = [row for row in loads if row.scope == "increment"]
    teams = [row for row in whole if row.team is not None]  # work of no team is no team's load
    over = {row.team for row in loads if row.verdict == "over"}
    unknown = sum(row.verdict == "unknown" for row in teams if row.team not in over)
    missing = message("no feature is planned for it.")
    cure = message("Write {field} in a file below {folder}.",
                   field="increment: and team:", folder="content/features/")  # fmt: skip
    if increment is None:
        missing, cure = message("no increment is ahead, and none runs."), WRITE_ONE
    return Section(
        anchor="load",
        question=message("Does {increment} fit the teams?", increment=increment.title)
        if increment
        else message("Does it fit the teams?"),
        finding=load_finding(len(over), unknown, len(teams), partial=built.portfolio.partial),
        whole=page_of(increment),
        table=first_rows(
            load_table(
                built.portfolio, sorted(loads, key=lambda row: row.team not in over), len(loads)
            ),
            page_of(increment),
        ),
        why=days_words(increment) if increment else "",
        missing="" if whole else missing,
        cure="" if whole else cure,
    )


def load_finding(over: int, unknown: int, teams: int, *, partial: bool) -> Text:
    """How many teams are over capacity, and of how many that is not known."""
    if not teams:
        return message("The load of teams is not known")
    none = of_what_is_shown(
        message("No team is known to be over its capacity"),
        message("No team that is shown is known to be over its capacity"),
        partial=partial,
    )
    counted = plural(
        "{n:spelled} team is over its capacity, in the whole or in an iteration",
        "{n:spelled} teams are over their capacity, in the whole or in an iteration",
        over,
    ).sentence()
    words = counted if over else none
    if not unknown:
        return words
    return plural(
        "{words}; of {n:spelled} it is not known", "{words}; of {n:spelled} it is not known",
        unknown, words=words,
    )  # fmt: skip


# Dependencies ------------------------------------------------------------------------------------


def late_dependencies(built: Built) -> Section:
    """What features need and is late, overdue or dropped; between value streams first."""
    late = [entry for entry in built.facts.dependencies if entry.at_risk]
    late.sort(key=lambda entry: not between_streams(built, entry))  # stable: the worst first
    rows = [row_of_dependency(built, entry) for entry in late]
    none = of_what_is_shown(
        message("No dependency is late"),
        message("No dependency that is shown is late"),
        partial=built.portfolio.partial,
    )
    labels = (
        "Feature", "Its value stream", "Waits for", "Value stream of that", "Team of that",
        "Needed by", "Promised by", "Now",
    )  # fmt: skip
    missing, cure = ("", "") if late else nothing_written(built.portfolio, "", "")
    return Section(
        anchor="dependencies",
        question=message("Which dependencies are late?"),
        finding=unless_missing(late_words(built, late) if late else none, missing),
        whole=INCREMENTS,
        table=rows_of("Late dependencies", labels, rows, INCREMENTS),
        why=message("Overdue and dropped ones are counted; the page of an increment has its own.")
        if late
        else "",
        missing=missing,
        cure=cure,
    )


def late_words(built: Built, late: Sequence[Dependency]) -> Text:
    """How many dependencies are late, and how many of these are known to be between streams."""
    number, between = len(late), sum(between_streams(built, entry) for entry in late)
    if all(all(streams_of(built, entry)) for entry in late):
        return plural(
            "{n:spelled} dependency is late, {between:pronoun} on another value stream",
            "{n:spelled} dependencies are late, {between:pronoun} on another value stream",
            number, between=between,
        ).sentence()  # fmt: skip
    return plural(
        "{n:spelled} dependency is late, {between:pronoun} known to be on another value stream",
        "{n:spelled} dependencies are late, {between:pronoun} known to be on another value stream",
        number, between=between,
    ).sentence()  # fmt: skip


def row_of_dependency(built: Built, entry: Dependency) -> tuple[Value, ...]:
    feature = built.portfolio[entry.consumer]
    increment = feature.increment if isinstance(feature, Feature) else None
    row: DependencyRow = dependency_row(entry, increment or "")
    return (
        linked(built.portfolio, row.consumer), stream(built, row.consumer),
        linked(built.portfolio, row.provider), stream(built, row.provider),
        linked(built.portfolio, row.provider_team), row.needed_on, row.promised_on,
        STATUSES[row.status],
    )  # fmt: skip


def stream(built: Built, id: str) -> Value:
    """The value stream of a feature or an epic, as a link; None where it has none."""
    return linked(built.portfolio, stream_id(built, id) or None)


def stream_id(built: Built, id: str) -> str | None:
    """The id of the value stream of a feature or an epic; empty or None where it has none."""
    item = built.portfolio[id]
    if isinstance(item, Feature):
        return stream_of(built.portfolio, item)
    return item.value_stream if isinstance(item, Epic) else None


def between_streams(built: Built, entry: Dependency) -> bool:
    """Whether both sides are known to be of different value streams."""
    consumer, provider = streams_of(built, entry)
    return bool(consumer and provider and consumer != provider)


def streams_of(built: Built, entry: Dependency) -> tuple[str | None, str | None]:
    """The value streams of both sides, by their ids; empty or None where one has none."""
    return stream_id(built, entry.consumer), stream_id(built, entry.provider)


# Outcomes ----------------------------------------------------------------------------------------


def features(built: Built, increment: Increment) -> Section:
    """What became of the features that were planned or stand in it now; finished ones counted."""
    compared = built.figures.plans.get(increment.id)
    every = outcome_rows(increment.id, fates(built.portfolio, increment, compared, built.as_of))
    rest = [row for row in every if row.outcome != "finished"]
    labels = ("Feature", "Kind", "Size#", "In the plan", "What became of it")
    rows = [row_of_outcome(built, row, known=compared is not None) for row in rest]
    return Section(
        anchor="features",
        question=message("What did we finish, carry over and drop?"),
        finding=features_finding(every, partial=built.portfolio.partial),
        whole=page_of(increment),
        table=rows_of("What is not finished", labels, rows, page_of(increment)),
        why=LISTED if rest else "",
        missing="" if every else message("no feature names this increment."),
        cure="" if every else message(
            "Name {increment} in the {field} of a feature, below {folder}.",
            increment=increment.id, field="increment:", folder="content/features/",
        ),
    )  # fmt: skip


LISTED = message("Listed are those that are not finished.")


def row_of_outcome(built: Built, row: OutcomeRow, *, known: bool) -> tuple[Value, ...]:
    return (
        linked(built.portfolio, row.id), KINDS[row.kind], figure(row.size),
        in_plan(row) if known else None, row.text,
    )  # fmt: skip


def features_finding(rows: tuple[OutcomeRow, ...], *, partial: bool) -> Text:
    """How many features were finished, are open, were carried over, and dropped."""
    if not rows:
        return of_what_is_shown(
            message("It has no feature"), message("No feature of it is shown"), partial=partial
        )
    count = dict.fromkeys(("finished", "open", "carried", "dropped"), 0)
    for row in rows:
        count[row.outcome] += 1
    return plural(
        "{n:spelled} feature: {finished:pronoun} finished, {open:pronoun} open, {carried:pronoun}"
        " carried over, {dropped:pronoun} dropped",
        "{n:spelled} features: {finished:pronoun} finished, {open:pronoun} open, {carried:pronoun}"
        " carried over, {dropped:pronoun} dropped",
        len(rows), finished=count["finished"], open=count["open"], carried=count["carried"],
        dropped=count["dropped"],
    ).sentence()  # fmt: skip


def mix_of_kinds(built: Built, increment: Increment) -> Section:
    """The kinds of features, planned against delivered, where no targets are stated for them."""
    compared = built.figures.plans.get(increment.id)
    every = fates(built.portfolio, increment, compared, built.as_of)
    table = mix_table(mix_rows(increment.id, mix(compared, every)), known=compared is not None)
    return Section(
        anchor="mix",
        question=message("Did we deliver the mix that was agreed?"),
        finding=message("The mix is not judged: no targets are stated for kinds of features"),
        whole=page_of(increment),
        table=first_rows(table, page_of(increment)),
        why=table.note if table.rows else "",
        missing="" if table.rows else message("no feature of it is finished."),
        cure="" if table.rows else message(
            "Write {field} of a feature with its day.", field="history:"
        ),
    )  # fmt: skip

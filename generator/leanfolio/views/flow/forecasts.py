"""The forecasts of all open epics: when each is done, and how; or why that is not known."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from leanfolio.figures.flow.forecast import Forecast, Forecasts
from leanfolio.figures.flow.forecast_pace import TeamPace
from leanfolio.figures.flow.reference_class import ReferenceClass, reference_class
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.cell import Fact, Table, Value, headers
from leanfolio.views.flow.forecast_words import cannot, reason_words
from leanfolio.views.flow.reference_words import reference_facts
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Text, joined, message, plural

MOST_ROWS = 8
MOST_NAMED = 4  # epics of one reason; all are counted
HOW = {
    "exact": message("calculated"),
    "simulated": message("simulated"),
    "done": message("done"),
}


class ForecastRow(Struct, frozen=True):
    """An open epic: by which day it is done with a chance of 50, 85 and 95 %."""

    id: str
    open: int | None  # features still to be done; None where their number is drawn
    p50: date | None
    p85: date | None
    p95: date | None
    how: Message | None
    why_not: Message | None


class PaceRow(Struct, frozen=True):
    """What a team finished in each whole week that is looked at, oldest first."""

    team: str
    weeks: tuple[int, ...]
    busy_weeks: int
    limit: int
    why_not: Message | None


class ForecastView(Struct, frozen=True):
    """All forecasts with what they rest on; seed and trials are None where nothing is drawn."""

    seed: int | None
    trials: int | None
    days_off: tuple[date, ...]
    epics: tuple[ForecastRow, ...]
    teams: tuple[PaceRow, ...]
    words: PageOnly[tuple[Message, ...]]
    tables: PageOnly[tuple[Table, ...]]
    facts: PageOnly[Mapping[str, tuple[Fact, ...]]]


def forecast_view(forecasts: Forecasts) -> ForecastView:
    """The forecasts of the epics that are open, by id, and the pace of the teams."""
    portfolio, day = forecasts.flow.portfolio, forecasts.as_of
    found = forecasts.epics
    rows = tuple(epic_row(id, found[id]) for id in by_rank(forecasts, found))
    paces = forecasts.plan.paces
    drawn = any(entry.way == "simulated" for entry in found.values())
    teams = tuple(pace_row(paces[team]) for team in sorted(paces, key=id_order))
    return ForecastView(
        forecasts.seed if drawn else None,
        forecasts.number_of_trials if drawn else None,
        tuple(sorted(portfolio.policy.flow.days_off)),
        rows,
        teams,
        (*method_words(forecasts), exact_words(), drawn_words(forecasts)) if teams and rows else (),
        (
            epic_table(rows, portfolio),
            reason_table(rows, found, portfolio),
            team_table(teams, portfolio),
        )
        if teams and rows
        else (),
        {
            id: (*epic_facts(entry, forecasts), *reference_facts(reference_of(id, forecasts), day))
            for id, entry in found.items()
        },
    )


def reference_of(id: str, forecasts: Forecasts) -> ReferenceClass | None:
    """The reference class of an epic; None where it names none."""
    epic = forecasts.flow.portfolio[id]
    return reference_class(forecasts.flow, epic) if isinstance(epic, Epic) else None


def by_rank(forecasts: Forecasts, ids: Iterable[str]) -> list[str]:
    """Ranked epics in order, then the others by id."""
    places = {score.item.id: place for place, score in enumerate(forecasts.order.scores)}
    return sorted(ids, key=lambda id: (places.get(id, len(places)), id_order(id)))


def epic_row(id: str, found: Forecast) -> ForecastRow:
    why = reason_words(found.reason) if found.reason is not None else None
    how = HOW[found.way] if found.way is not None else None
    number = None if found.drawn_from else len(found.open)
    half, most, nearly_all = found.dates
    return ForecastRow(id, number, half, most, nearly_all, how, why)


def pace_row(pace: TeamPace) -> PaceRow:
    why = reason_words(pace.reason) if pace.reason is not None else None
    return PaceRow(pace.team, pace.sample, pace.busy_weeks, pace.limit, why)


def epic_table(rows: tuple[ForecastRow, ...], portfolio: Portfolio) -> Table:
    """A row per epic that can be forecast, in the order of the ranking."""
    known = [row for row in rows if row.how is not None]
    cells: list[tuple[Value, ...]] = [
        (
            ref(portfolio[row.id]), row.open, *(day or beyond() for day in days_of(row)), row.how,
        )
        for row in known[:MOST_ROWS]
    ]  # fmt: skip
    labels = ("Epic", "Open features#", "50 % by", "85 % by", "95 % by", "How")
    note: Text = ""
    if len(known) > MOST_ROWS:
        note = message("The first {n} of {whole}; the CSV has all.", n=MOST_ROWS, whole=len(known))
    if not known:
        note = message("No open epic can be forecast.")
    title = "When open epics are done"
    return Table(title, headers(*labels), tuple(cells), note, "forecast-epics")


def reason_table(
    rows: tuple[ForecastRow, ...], found: Mapping[str, Forecast], portfolio: Portfolio
) -> Table:
    """Why the other epics cannot be forecast: a row per reason; ideas are counted in the note."""
    by_reason: dict[str, list[ForecastRow]] = {}
    for row in rows:
        if row.why_not is not None and not is_idea(found[row.id]):
            by_reason.setdefault(str(row.why_not), []).append(row)
    cells: list[tuple[Value, ...]] = [
        (group[0].why_not, tuple(ref(portfolio[row.id]) for row in group[:MOST_NAMED]), len(group))
        for group in by_reason.values()
    ]
    ideas = sum(1 for row in rows if is_idea(found[row.id]))
    note = joined(
        reason_notes(len(cells), max(map(len, by_reason.values()), default=0), ideas), " "
    )
    labels = headers("Why", "Epics", "Number#")
    title = "What cannot be forecast"
    return Table(title, labels, tuple(cells[:MOST_ROWS]), note, "forecast-impossible")


def reason_notes(reasons: int, most_epics: int, ideas: int) -> Iterator[Message]:
    """What the table of reasons leaves out: reasons, epics of one reason, and ideas."""
    if reasons > MOST_ROWS:
        yield message(
            "The first {n} of {whole} reasons; the CSV has all.", n=MOST_ROWS, whole=reasons
        )
    if most_epics > MOST_NAMED:
        yield message(
            "At most {limit} of the epics of a reason are named; the CSV has all.", limit=MOST_NAMED
        )
    if ideas:
        yield plural(
            "{n:spelled} idea without features is left out.",
            "{n:spelled} ideas without features are left out.",
            ideas,
        ).sentence()


def is_idea(found: Forecast) -> bool:
    """Whether there is nothing to forecast yet."""
    return found.reason is not None and found.reason.why == "idea"


def days_of(row: ForecastRow) -> tuple[date | None, ...]:
    return row.p50, row.p85, row.p95


def beyond() -> Message:
    return message("not within five years")


def team_table(rows: tuple[PaceRow, ...], portfolio: Portfolio) -> Table:
    """The weeks from which is drawn, team by team."""
    cells: list[tuple[Value, ...]] = [
        (
            ref(portfolio[row.team]),
            joined((str(number) for number in row.weeks), " ") if row.weeks else None,
            row.busy_weeks,
            row.limit,
            row.why_not or message("possible"),
        )
        for row in rows[:MOST_ROWS]
    ]
    labels = (
        "Team",
        "Features done, week by week",
        "Weeks with any done#",
        "Most at once#",
        "Forecast",
    )
    note = (
        message("The first {n} of {whole}; the JSON has all.", n=MOST_ROWS, whole=len(rows))
        if len(rows) > MOST_ROWS
        else ""
    )
    return Table("What forecasts rest on", headers(*labels), tuple(cells), note, "forecast-teams")


def method_words(forecasts: Forecasts) -> Iterator[Message]:
    """How forecasts are made."""
    policy = forecasts.flow.portfolio.policy.flow
    yield message(
        "Each week to come finishes as many features as one of the team's last whole weeks, each as"
        " likely as the other; up to {weeks} are looked at.",
        weeks=policy.weeks,
    )  # fmt: skip
    yield message(
        "Work that is begun goes first, then features in the order in which their epics are ranked."
        " An epic is done when all of its features are; what depends on others waits for them."
    )
    yield plural(
        "A week is five working days, Monday to Friday; {n:spelled} day off is left out.",
        "A week is five working days, Monday to Friday; {n:spelled} days off are left out.",
        len(policy.days_off),
    )


def exact_words() -> Message:
    return message("Where one team works alone and nothing waits, dates are calculated.")


def drawn_words(forecasts: Forecasts) -> Message:
    """By which seed one may repeat what was drawn."""
    return plural(
        "Where several teams work, or work waits, dates are simulated in {n} trial with the seed"
        " {seed}: one calendar a trial, in which each team draws its own weeks.",
        "Where several teams work, or work waits, dates are simulated in {n} trials with the seed"
        " {seed}: one calendar a trial, in which each team draws its own weeks.",
        forecasts.number_of_trials, seed=str(forecasts.seed),
    )  # fmt: skip


def epic_facts(found: Forecast, forecasts: Forecasts) -> Iterator[Fact]:
    """What the page of an epic says of when it is done; nothing of an idea without features."""
    if found.reason is not None:
        if not is_idea(found):
            yield Fact("Forecast", cannot(found.reason))
        return
    if found.way in ("exact", "simulated"):
        yield Fact("Forecast", dates_words(found), way_words(found, forecasts))


def dates_words(found: Forecast) -> Message:
    """By which days it is done, with which chance."""
    parts = [day if day is not None else beyond() for day in found.dates]
    return message(
        "50 % by {half}, 85 % by {most}, 95 % by {nearly_all}",
        half=parts[0], most=parts[1], nearly_all=parts[2],
    )  # fmt: skip


def way_words(found: Forecast, forecasts: Forecasts) -> Text:
    """How many features are left, and how the days came about."""
    if found.drawn_from:
        return plural(
            "its number of features drawn from {n} finished epic like it, simulated in {trials}"
            " trials, seed {seed}",
            "its number of features drawn from {n} finished epics like it, simulated in {trials}"
            " trials, seed {seed}",
            found.drawn_from, trials=forecasts.number_of_trials, seed=str(forecasts.seed),
        )  # fmt: skip
    if found.way == "exact":
        return plural(
            "{n} open feature, calculated from the past weeks of its team",
            "{n} open features, calculated from the past weeks of their team",
            len(found.open),
        )
    return plural(
        "{n} open feature, simulated in {trials} trials, seed {seed}",
        "{n} open features, simulated in {trials} trials, seed {seed}",
        len(found.open), trials=forecasts.number_of_trials, seed=str(forecasts.seed),
    )  # fmt: skip

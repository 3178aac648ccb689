"""What titles and summaries claim holds in odd portfolios, against the figures they speak of.

Every sentence that reaches the head of a page is known here: to a checker, or as one that claims
nothing of the portfolio. A new sentence fails the test until it is given its place.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings

from leanfolio.figures.okr.score import ObjectiveScore
from leanfolio.model import (
    Epic,
    Feature,
    HasUpdates,
    Increment,
    KeyResult,
    Objective,
    Risk,
    Story,
    Theme,
    ValueStream,
)
from leanfolio.pipeline import build, published
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.decisions import decision_log
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.home import home_view
from leanfolio.views.home.decisions import DecisionNeeded
from leanfolio.views.meetings.meeting import meetings_of
from leanfolio.views.pack.exceptions import exceptions_sheet
from leanfolio.views.strategy import Branch, strategy_view
from leanfolio.views.trace import SERVING, trace_view
from leanfolio.wording import Message, Percent, Text
from leanfolio.wording.evidence import EVIDENCE as EVIDENCE_WORDS
from leanfolio.wording.message import Formula, Listing, Series
from leanfolio.wording.terms import TERMS
from making import TODAY, source
from named_portfolios import PORTFOLIOS, named
from odd_portfolios import odd_portfolios

Check = Callable[[Built, Message], bool]
OPEN = ("new", "waiting", "active")


def messages(text: object) -> Iterator[Message]:
    """Every sentence in a text, the outer ones first."""
    if isinstance(text, Message):
        yield text
        for _, part in text.parts:
            yield from messages(part)
    elif isinstance(text, Listing | Series):
        for part in text.parts:
            yield from messages(part)
    elif isinstance(text, Formula):
        for part in text.terms:
            yield from messages(part)


def counts(number: Callable[[Built], int]) -> Check:
    """A sentence whose count is this number, asked of the content."""
    return lambda built, said: said.count == number(built)


@dataclass(frozen=True)
class Claim:
    """A claim about the whole: true where this is, whoever reads it."""

    truth: Callable[[Built], bool]

    def __call__(self, built: Built, _: Message) -> bool:
        return self.truth(built)


def claims(truth: Callable[[Built], bool]) -> Check:
    """A sentence without a count that is true where this is."""
    return Claim(truth)


# What the content says -------------------------------------------------------------------------


def epics(built: Built, *categories: str) -> list[Epic]:
    """The epics in states of these categories; all where none is named."""
    every = built.portfolio.items_of(Epic)
    if not categories:
        return list(every)
    return [epic for epic in every if built.portfolio.category_of(epic) in categories]


def blocked(built: Built) -> list[Epic]:
    """Open epics that need an epic that is not done, or are said to be blocked."""
    done = {epic.id for epic in epics(built, "done")}
    known = {epic.id for epic in epics(built)}
    return [
        epic
        for epic in epics(built, *OPEN)
        if known & set(epic.depends_on) - done - {epic.id}
        or any(block.until is None for block in epic.blocked)
    ]


def limits_kept(built: Built) -> bool:
    """Whether an epic stands in a column with a limit, and each such column is known to keep it."""
    full = []
    for state in built.portfolio.policy.states:
        inside = [epic for epic in epics(built) if epic.state == state.name]
        if state.limit is not None:
            full.append((len(inside), len(inside) <= state.limit))
        if state.limit_size is not None:
            sizes = [epic.job_size for epic in inside]
            total = sum(size for size in sizes if size is not None)
            full.append((len(inside), None not in sizes and total <= state.limit_size))
    return any(number for number, _ in full) and all(kept for _, kept in full)


def limited(built: Built) -> list[Epic]:
    """The epics in a column with a limit."""
    names = {
        state.name
        for state in built.portfolio.policy.states
        if state.limit is not None or state.limit_size is not None
    }
    return [epic for epic in epics(built) if epic.state in names]


def stream_rows(built: Built) -> tuple[FundingRow, ...]:
    return built.figures.funding.streams


def is_within(row: FundingRow) -> bool:
    return row.approved is not None and row.forecast is not None and row.forecast <= row.approved


def is_over(row: FundingRow) -> bool:
    return row.variance is not None and row.variance < 0


def over_by_title(built: Built, said: Message) -> bool:
    """Whether the named value stream is over, and it alone."""
    return [row.title for row in stream_rows(built) if is_over(row)] == [dict(said.parts)["stream"]]


def all_stated(built: Built) -> bool:
    """Whether every printed cell of approval, forecast and spending is there."""
    funding = built.figures.funding
    rows = (row for row in funding.section(funding.period).rows if row.level != "unallocated")
    cells = [(row.approved, row.forecast, row.actual) for row in rows]
    return None not in [cell for row in cells for cell in row] and not funding.not_summed


def nothing_stated(built: Built) -> bool:
    """Whether no value stream and no epic states an amount of the table."""
    lines = [line for stream in built.portfolio.items_of(ValueStream) for line in stream.budgets]
    amounts = [amount for line in lines for amount in (line.approved, line.forecast, line.actual)]
    amounts += [amount for epic in epics(built) for amount in (epic.approved, epic.actual)]
    return not [amount for amount in amounts if amount is not None]


def judged(built: Built) -> list[ObjectiveScore]:
    """The running objectives with a score of which something was due."""
    running = built.facts.running_objectives
    return [entry for entry in running if entry.score is not None and not not_due(entry)]


def not_due(entry: ObjectiveScore) -> bool:
    """Whether an objective has a score though nothing of it was due: all of it at 0, expected 0."""
    return entry.score == 0 and entry.pace == 0


def green(built: Built) -> int:
    return sum((entry.score or 0) >= Fraction(65, 100) for entry in judged(built))


def green_of(whole: Callable[[Built], int], share: Callable[[int, int], bool]) -> Check:
    """A sentence on how many of so many objectives are green; its count is of the whole."""
    return claims(lambda built: share(green(built), whole(built)))


def running_of(built: Built) -> tuple[ObjectiveScore, ...]:
    return built.facts.running_objectives


def first_day(built: Built, entry: ObjectiveScore) -> date | None:
    """The first day of an objective's period."""
    period = entry.objective.period
    days = built.portfolio.days_of(period) if period else None
    return days.first if days else None


def running(built: Built) -> int:
    return len(built.facts.running_objectives)


def judged_count(built: Built) -> int:
    """How many can be judged, where some cannot; else none, so that no claim of some holds."""
    return len(judged(built)) if len(judged(built)) < running(built) else -1


def reported(built: Built) -> int:
    return sum(entry.score is not None for entry in built.facts.running_objectives)


def behind(built: Built) -> list[str]:
    """The titles of the running objectives whose score is below their pace."""
    return [
        entry.objective.title
        for entry in built.facts.running_objectives
        if entry.score is not None
        and entry.pace is not None
        and entry.score < entry.pace
        and first_day(built, entry) != TODAY
    ]


def off(built: Built) -> int:
    """How many things are off on home."""
    home = home_view(built.portfolio, built.facts, built.figures)
    return len(home.exceptions) + len(home.more_exceptions)


def quiet(built: Built) -> bool:
    """Whether nothing waits, nothing is off, and no page says otherwise."""
    home = home_view(built.portfolio, built.facts, built.figures)
    return not home.decisions and not off(built) and not built.problems


def problems(built: Built, severity: str) -> int:
    return sum(problem.severity == severity for problem in built.problems)


def scored(built: Built) -> int:
    return len(built.facts.ranking.scores)


def candidates(built: Built) -> int:
    return scored(built) + len(built.facts.ranking.unscored)


def traced(built: Built) -> bool:
    """Whether every open epic moves a key result, and every objective has an epic below it."""
    moved = {id for epic in epics(built) for id in epic.key_results}
    results = built.portfolio.items_of(KeyResult)
    served = {result.objective for result in results if result.id in moved}
    wanted = {objective.id for objective in built.portfolio.items_of(Objective)}
    return all(epic.key_results for epic in epics(built, *OPEN)) and wanted <= served


def number_of(model: type[Theme | Objective | KeyResult | Epic | Feature | Story]) -> Check:
    return counts(lambda built: len(built.portfolio.items_of(model)))


# The sentences ---------------------------------------------------------------------------------


def begun(built: Built) -> list[Epic]:
    """The epics with a history that wait or are worked on: those whose clock runs."""
    return [epic for epic in epics(built, "waiting", "active") if epic.history]


def flow_times(built: Built) -> list[int]:
    """The days from the first move out of the funnel to done, of each epic that says both."""
    times = []
    for epic in epics(built, "done"):
        first = [move.on for move in epic.history if move.state != "funnel"]
        if first and epic.history[0].state != epic.history[-1].state:
            times.append((epic.history[-1].on - first[0]).days)
    return times


def words(built: Built) -> list[str]:
    """The newest word on the health of everything that goes on."""
    over = {epic.id for epic in epics(built, "done", "cancelled")}
    over |= {
        objective.id
        for objective in built.portfolio.items_of(Objective)
        if objective.period
        and (days := built.portfolio.days_of(objective.period)) is not None
        and days.last < built.as_of
    }
    items = (built.portfolio.policy, *built.portfolio.items.values())
    said: list[str] = []
    for item in items:
        if isinstance(item, HasUpdates) and item.id not in over:
            told = [update for update in item.updates if update.on <= built.as_of]
            said += [max(told, key=lambda update: update.on).health] if told else []
    return said


def open_risks(built: Built) -> list[Risk]:
    """The risks that nobody has resolved or accepted."""
    risks = built.portfolio.items_of(Risk)
    return [risk for risk in risks if risk.status not in ("resolved", "accepted")]


def planned(built: Built) -> list[Epic]:
    """The epics that are not over; one without a state is none of those."""
    over = {epic.id for epic in epics(built, "done", "cancelled")}
    return [epic for epic in epics(built) if epic.id not in over]


def has_place(built: Built, epic: Epic) -> bool:
    """Whether an epic has a day by which it is due, or a feature in an increment with days."""
    dated = {increment.id for increment in built.portfolio.items_of(Increment) if increment.days}
    features = [
        feature
        for feature in built.portfolio.items_of(Feature)
        if feature.epic == epic.id and built.portfolio.category_of(feature) != "cancelled"
    ]
    return epic.due is not None or any(feature.increment in dated for feature in features)


def decided(built: Built) -> list[object]:
    """What was decided on epics and risks, and allowed for epics: those alone, in these files."""
    found: list[object] = [entry for epic in epics(built) for entry in epic.decisions]
    found += [entry for epic in epics(built) for entry in epic.waivers]
    found += [risk for risk in built.portfolio.items_of(Risk) if risk.acceptance]
    return found


def due(built: Built) -> tuple[DecisionNeeded, ...]:
    return decision_log(built).due


def largest(built: Built) -> list[str]:
    """The ids of the risks that may happen and have the largest exposure."""
    rated = {
        risk.id: risk.probability * risk.impact
        for risk in built.portfolio.items_of(Risk)
        if risk.status != "resolved" and risk.probability is not None and risk.impact is not None
    }
    return [id for id, product in rated.items() if product == max(rated.values())]


def days_of_running(built: Built, said: Message) -> bool:
    """Whether an increment runs on that day of so many."""
    parts = dict(said.parts)
    spans = [each.days for each in built.portfolio.items_of(Increment) if each.days]
    return (parts["day"], parts["length"]) in [
        ((TODAY - span.first).days + 1, (span.last - span.first).days + 1) for span in spans
    ]


def running_increment(built: Built) -> Increment:
    """The increment that runs, the first of several to end last."""
    every = [each for each in built.portfolio.items_of(Increment) if each.days]
    return next(
        each
        for each in sorted(every, key=lambda each: (each.days.first, each.id), reverse=True)  # type: ignore[union-attr]
        if each.days and each.days.first <= TODAY <= each.days.last
    )


def threatened(built: Built) -> int:
    """Objectives of the running increment without a value, of which a feature goes wrong."""
    portfolio = built.portfolio
    increment = running_increment(built)
    ended = {one.name for one in increment.iterations if one.end < TODAY}

    def behind(feature: Feature) -> bool:
        stories = portfolio.children_of(feature.id, Story)
        late = [one for one in stories if one.iteration in ended]
        return any(portfolio.category_of(one) in OPEN for one in late)

    return sum(
        any(
            isinstance(item := portfolio.items.get(id), Feature)
            and portfolio.category_of(item) in OPEN
            and behind(item)
            for id in each.features
        )
        for each in increment.objectives
        if each.actual_value is None
    )


def share_in(built: Built, said: Message) -> bool:
    """Whether that share of the committed value has come in so far."""
    objectives = running_increment(built).objectives
    planned = sum(each.planned_value or 0 for each in objectives if each.commitment == "committed")
    actual = sum(each.actual_value or 0 for each in objectives)
    share = dict(said.parts)["share"]
    return isinstance(share, Percent) and share.share == Fraction(actual) / Fraction(planned)


EVIDENCE: Mapping[str, Callable[[Epic], bool]] = {
    "owner": lambda epic: bool(epic.owner),
    "hypothesis": lambda epic: epic.hypothesis is not None and not epic.hypothesis.blanks,
    "cost": lambda epic: (epic.cost, epic.whole_life_cost) != (None, None),
    "score": lambda epic: (
        None
        not in (epic.business_value, epic.time_criticality, epic.risk_opportunity, epic.job_size)
    ),
    "go-decision": lambda epic: "go" in [entry.kind for entry in epic.decisions],
    "mvp-cost": lambda epic: epic.mvp is not None and epic.mvp.cost is not None,
    "leading-indicator": lambda epic: bool(epic.leading_indicators),
    "budget": lambda epic: epic.approved is not None,
    "persevere-decision": lambda epic: "persevere" in [entry.kind for entry in epic.decisions],
    "measured-indicator": lambda epic: any(entry.observed for entry in epic.leading_indicators),
}


def lacking(built: Built, *, here: bool = False) -> int:
    """How many open epics do not show what their state asks for; or, if not `here`, that or what
    the next one asks for."""
    states = built.portfolio.policy.states
    number = 0
    for epic in epics(built, *OPEN):
        place = [state.name for state in states].index(str(epic.state))
        ahead = [state for state in states[place + 1 :] if state.category != "cancelled"]
        wanted = (*states[place].evidence, *(() if here else ahead[0].evidence))
        number += not all(EVIDENCE[piece](epic) for piece in wanted)
    return number


def lacking_of(share: Callable[[int, int], bool]) -> Check:
    """A sentence on how many of so many open epics lack something."""
    return claims(lambda built: share(lacking(built), len(epics(built, *OPEN))))


def waits(built: Built) -> set[str]:
    """The epics that wait for another that is not done."""
    return {epic.id for epic in built.facts.epics if built.facts.blocked.get(epic.id)}


def full_for_next(built: Built, said: Message) -> bool:
    """The candidate is named by its title, and a column on the board has no room for it."""
    candidate = str(dict(said.parts)["candidate"]).strip("“”")
    [epic] = [epic for epic in built.facts.epics if epic.title == candidate]
    urgent = "expedited" in said.msgid
    full = [
        column
        for column in built.figures.board.columns
        if column.category == "active"
        if (column.limit is not None and column.count >= column.limit)
        or (column.limit_size is not None
            and (column.size or 0) + (epic.job_size or 0) > column.limit_size)
    ]  # fmt: skip
    return bool(full) and (epic.urgency == "expedite") == urgent


CLAIMS: Mapping[str, Check] = {
    "day {day} of {length}": days_of_running,
    "{title}, {day}: no objectives are set": claims(
        lambda built: not running_increment(built).objectives
    ),
    "{share} of the planned value is in": share_in,
    "no objective has its actual value yet": claims(
        lambda built: all(each.actual_value is None for each in running_increment(built).objectives)
    ),
    "how much of the planned value is in is not known, as {gap}": claims(
        lambda built: any(
            each.planned_value is None for each in running_increment(built).objectives
        )
    ),
    "{n:spelled} committed objective has no planned value": counts(
        lambda built: sum(
            each.planned_value is None and each.commitment == "committed"
            for each in running_increment(built).objectives
        )
    ),
    "no value was committed": claims(
        lambda built: (
            not any(
                each.planned_value and each.commitment == "committed"
                for each in running_increment(built).objectives
            )
        )
    ),
    "{n:spelled} objective is at risk": counts(threatened),
    "{n:spelled} objective is known to be at risk": counts(threatened),
    "No open epic is on the board": claims(lambda built: not epics(built, *OPEN)),
    "The one open epic lacks something that its state or the next asks for": lacking_of(
        lambda part, whole: part == whole == 1
    ),
    "The one open epic lacks nothing that its state or the next asks for": lacking_of(
        lambda part, whole: (part, whole) == (0, 1)
    ),
    "Both open epics lack something that their state or the next asks for": lacking_of(
        lambda part, whole: part == whole == 2
    ),
    "Neither of the two open epics lacks anything that its state or the next asks for": lacking_of(
        lambda part, whole: (part, whole) == (0, 2)
    ),
    "All {n:spelled} open epics lack something that their state or the next asks for": lacking_of(
        lambda part, whole: part == whole > 2
    ),
    "None of {n:spelled} open epics lacks anything that its state or the next asks for": lacking_of(
        lambda part, whole: part == 0 and whole > 2
    ),
    (
        "{n:pronoun} of {whole:spelled} open epics lacks something that its state or the next"
        " asks for"
    ): lambda built, said: (
        (said.count, dict(said.parts)["whole"]) == (lacking(built), len(epics(built, *OPEN)))
    ),
    "{n:pronoun} stands in a state whose evidence it does not show.": counts(
        lambda built: lacking(built, here=True)
    ),
    "{n:pronoun} more is in no state of the board, and not judged.": counts(
        lambda built: sum(built.portfolio.state_of(epic) is None for epic in epics(built))
    ),
    "{n:spelled} meeting has its page": counts(lambda built: len(meetings_of(built.portfolio))),
    "No epic is on the board": claims(lambda built: not epics(built)),
    "Every column that has a limit keeps it": claims(limits_kept),
    "No epic is in a column that has a limit": claims(lambda built: not limited(built)),
    "{limits}, and nothing is blocked": claims(lambda built: not blocked(built)),
    "{n:spelled} epic is blocked": counts(lambda built: len(blocked(built))),
    "{n:spelled} epic in work": counts(lambda built: len(epics(built, "active"))),
    "There are no epics yet": claims(lambda built: not epics(built)),
    "{n:spelled} epic": number_of(Epic),
    "{n:spelled} theme": number_of(Theme),
    "{n:spelled} objective": number_of(Objective),
    "{n:spelled} key result": number_of(KeyResult),
    "{n:spelled} feature": number_of(Feature),
    "{n:spelled} story": number_of(Story),
    "{epics}, {active:pronoun} in work": lambda built, said: (
        dict(said.parts)["active"] == len(epics(built, "active"))
    ),
    "Every amount is stated; all sums are complete.": claims(all_stated),
    "No amount is stated yet.": claims(nothing_stated),
    "No value stream has a budget yet": claims(
        lambda built: not any(stream.budgets for stream in built.portfolio.items_of(ValueStream))
    ),
    "Every value stream is forecast within its approved money": claims(
        lambda built: bool(stream_rows(built)) and all(map(is_within, stream_rows(built)))
    ),
    "No value stream is over its approved money": claims(
        lambda built: not any(map(is_over, stream_rows(built)))
    ),
    "{stream} is forecast over its approved money": over_by_title,
    "Both value streams are forecast over their approved money": claims(
        lambda built: len(stream_rows(built)) == 2 and all(map(is_over, stream_rows(built)))
    ),
    "Whether the approved money is enough cannot be judged": claims(
        lambda built: all(row.variance is None for row in stream_rows(built))
    ),
    "{n:spelled} amount could not be summed.": counts(
        lambda built: len(built.figures.funding.not_summed)
    ),
    "This portfolio has set no guardrails": claims(lambda built: not built.facts.verdicts),
    "Nothing needs a decision today": claims(quiet),
    "{n:spelled} thing is off": counts(off),
    "Nothing is off": claims(lambda built: not off(built)),
    "no objective has reported yet": claims(lambda built: not reported(built)),
    "no objective is due yet": claims(
        lambda built: all(map(not_due, built.facts.running_objectives)) and bool(running(built))
    ),
    "no objective can be judged": claims(lambda built: not judged(built)),
    "no objective has a score: nothing that reported has a weight": claims(
        lambda built: not any(entry.score is not None for entry in built.facts.running_objectives)
    ),
    "the one objective is green": green_of(running, lambda part, whole: part == whole == 1),
    "the one objective is not green": green_of(
        running, lambda part, whole: (part, whole) == (0, 1)
    ),
    "both objectives are green": green_of(running, lambda part, whole: part == whole == 2),
    "neither of the two objectives is green": green_of(
        running, lambda part, whole: (part, whole) == (0, 2)
    ),
    "all {n:spelled} objectives are green": green_of(
        running, lambda part, whole: part == whole > 2
    ),
    "none of {n:spelled} objectives is green": green_of(
        running, lambda part, whole: part == 0 and whole > 2
    ),
    "{n:pronoun} of {whole:spelled} objectives is green": lambda built, said: (
        (said.count, dict(said.parts)["whole"]) == (green(built), running(built))
    ),
    "the one objective that can be judged is green": green_of(
        judged_count, lambda part, whole: part == whole == 1
    ),
    "the one objective that can be judged is not green": green_of(
        judged_count, lambda part, whole: (part, whole) == (0, 1)
    ),
    "both objectives that can be judged are green": green_of(
        judged_count, lambda part, whole: part == whole == 2
    ),
    "neither of the two objectives that can be judged is green": green_of(
        judged_count, lambda part, whole: (part, whole) == (0, 2)
    ),
    "all {n:spelled} objectives that can be judged are green": green_of(
        judged_count, lambda part, whole: part == whole > 2
    ),
    "none of {n:spelled} objectives that can be judged is green": green_of(
        judged_count, lambda part, whole: part == 0 and whole > 2
    ),
    "{n:pronoun} of {whole:spelled} objectives that can be judged is green": lambda built, said: (
        (said.count, dict(said.parts)["whole"]) == (green(built), judged_count(built))
    ),
    "{n:pronoun} is not due yet": counts(
        lambda built: sum(map(not_due, built.facts.running_objectives))
    ),
    "{n:pronoun} has no score": counts(
        lambda built: sum(entry.score is None for entry in built.facts.running_objectives)
    ),
    "{n:spelled} objective is green": counts(green),
    "{title} is furthest behind its pace, {score} against {pace}": lambda built, said: any(
        title in str(dict(said.parts)["title"]) for title in behind(built)
    ),
    "the {n:spelled} open epic moves a key result": lambda built, said: (
        said.count
        == len(epics(built, *OPEN))
        == sum(bool(e.key_results) for e in epics(built, *OPEN))
    ),
    "{n:spelled} epic blocked": counts(lambda built: len(blocked(built))),
    "All {n:spelled} candidates score the same: the tie rule alone orders them": counts(scored),
    "No objective is behind its pace": claims(lambda built: not behind(built)),
    "No objective that has reported is behind its pace": claims(lambda built: not behind(built)),
    "{title} is behind its pace, {score} against {pace}": lambda built, said: any(
        title in str(dict(said.parts)["title"]) for title in behind(built)
    ),
    "There are no objectives yet": claims(lambda built: not built.portfolio.items_of(Objective)),
    "No objective that runs today has a key result.": claims(
        lambda built: not any(entry.total for entry in built.facts.running_objectives)
    ),
    "No objective has a period that runs today": claims(
        lambda built: not built.facts.running_objectives
    ),
    "No rule is broken": claims(lambda built: not built.problems),
    "{n:spelled} error": counts(partial(problems, severity="error")),
    "{n:spelled} warning": counts(partial(problems, severity="warning")),
    "There is nothing to rank": claims(lambda built: candidates(built) == 0),
    "Nothing can be ranked yet": claims(lambda built: scored(built) == 0 < candidates(built)),
    "{leader} is the only candidate that can be ranked": claims(lambda built: scored(built) == 1),
    "Both candidates score the same: the tie rule alone orders them": claims(
        lambda built: (
            scored(built) == 2 and len({score.value for score in built.facts.ranking.scores}) == 1
        )
    ),
    "{form}; {n:spelled} candidate is ranked. {ties}": counts(scored),
    "{form}; {n:spelled} candidate is ranked for {capacity}. {ties}": counts(scored),
    "There is no open epic": claims(lambda built: not epics(built, *OPEN)),
    "no key result is written that the {n:spelled} open epic could move": counts(
        lambda built: 0 if built.portfolio.items_of(KeyResult) else len(epics(built, *OPEN))
    ),
    "{n:spelled} epic moves no key result, and should not be built": counts(
        lambda built: sum(not epic.key_results for epic in epics(built, *OPEN))
    ),
    "Every item serves an objective, and every objective is served": claims(
        lambda built: traced(built) and all(epic.key_results for epic in epics(built, "cancelled"))
    ),
    "Every item that is not cancelled serves an objective, and every objective is served": claims(
        lambda built: (
            traced(built) and not all(epic.key_results for epic in epics(built, "cancelled"))
        )
    ),
    "There is no objective to serve": claims(lambda built: not built.portfolio.items_of(Objective)),
    "The period of every objective begins today": claims(
        lambda built: all(first_day(built, entry) == TODAY for entry in running_of(built))
    ),
    "No history: nobody says when epics moved": claims(
        lambda built: not any(epic.history for epic in epics(built))
    ),
    "No days of work are known here.": claims(
        lambda built: not any(epic.history for epic in epics(built))
    ),
    "all {n:spelled} value streams are forecast over their approved money": counts(
        lambda built: sum(map(is_over, stream_rows(built))) * (len(stream_rows(built)) > 2)
    ),
    "{n:pronoun} of {whole:spelled} value streams is forecast over its approved money": (
        lambda built, said: (
            (said.count, dict(said.parts)["whole"])
            == (sum(map(is_over, stream_rows(built))), len(stream_rows(built)))
        )
    ),
    "No guardrail can be judged yet": claims(
        lambda built: all(verdict.missing for verdict in built.facts.verdicts)
    ),
    "The one guardrail that can be judged holds": claims(
        lambda built: [v.held for v in built.facts.verdicts if not v.missing] == [True]
    ),
    "{n:spelled} guardrail is broken": counts(
        lambda built: sum(verdict.broken for verdict in built.facts.verdicts)
    ),
    "{n:spelled} risk open": counts(lambda built: len(open_risks(built))),
    "{overdue:pronoun} overdue": lambda built, said: (
        dict(said.parts)["overdue"]
        == sum(risk.due is not None and risk.due < TODAY for risk in open_risks(built))
    ),
    "{ended:pronoun} accepted until a day that is over": lambda built, said: (
        dict(said.parts)["ended"]
        == sum(
            risk.acceptance is not None
            and risk.acceptance.until is not None
            and risk.acceptance.until < TODAY
            for risk in built.portfolio.items_of(Risk)
            if risk.status == "accepted"
        )
    ),
    "The largest exposure is that of {risk}: {exposure} of at most {most}.": lambda built, said: (
        largest(built) == [dict(said.parts)["risk"]]
    ),
    "The largest exposure is {exposure} of at most {most}, that of {n:spelled} risk.": counts(
        lambda built: len(largest(built))
    ),
    "No open epic is on the roadmap": claims(lambda built: not planned(built)),
    "{n:spelled} open epic has a place on the roadmap": counts(
        lambda built: sum(has_place(built, epic) for epic in planned(built))
    ),
    "{n:pronoun} has no dates": counts(
        lambda built: sum(not has_place(built, epic) for epic in planned(built))
    ),
    "{n:spelled} feature is open though its increment is over.": counts(
        lambda built: sum(
            feature.increment == "PI-1" and built.portfolio.category_of(feature) != "done"
            for feature in built.portfolio.items_of(Feature)
        )
    ),
    "no decision is recorded": claims(lambda built: not decided(built)),
    "{n:spelled} decision is recorded": counts(lambda built: len(decided(built))),
    "{n:pronoun} is to be taken": counts(lambda built: len(due(built))),
    "{n:spelled} decision is needed": counts(lambda built: len(due(built))),
    "{late:pronoun} of these late": lambda built, said: (
        dict(said.parts)["late"]
        == sum(entry.by is not None and entry.by < TODAY for entry in due(built))
    ),
    "{n:spelled} decision does not say who took it.": counts(
        lambda built: sum(entry.by is None for epic in epics(built) for entry in epic.decisions)
    ),
    "{n:spelled} waiver does not say since when it holds; it stands last.": counts(
        lambda built: sum(entry.on is None for epic in epics(built) for entry in epic.waivers)
    ),
    "{increment}, day {day} of {length}.": days_of_running,
    "Days are those of the history that the items state.": claims(
        lambda built: any(epic.history for epic in epics(built))
    ),
    "Nothing is finished yet, {n:spelled} epic has begun": lambda built, said: (
        said.count == len(begun(built)) and not flow_times(built)
    ),
    "Nobody has said how anything goes": claims(lambda built: not words(built)),
    "{off:pronoun} said to be off track, {risk:pronoun} at risk, {on:pronoun} on track": (
        lambda built, said: (
            list(dict(said.parts).values())
            == [words(built).count(word) for word in ("off-track", "at-risk", "on-track")]
        )
    ),
    "Figures contradict {n:spelled} item that is said to be on track.": counts(
        lambda built: sum(problem.rule == "health-contradicted" for problem in built.problems)
    ),
    "{n:spelled} epic is finished: too few for a percentile": lambda built, said: (
        said.count == len(flow_times(built)) < 10
    ),
}

CLAIMS = {
    **CLAIMS,
    "{leader} leads but waits for {others}": claims(lambda built: any(waits(built))),
    "{leader} leads but is blocked": claims(lambda built: any(
        block.until is None for epic in built.facts.epics for block in epic.blocked
    )),
    "{held}, and no other candidate can start": claims(lambda built: all(
        built.portfolio.category_of(epic) == "active" or epic.blocked or epic.id in waits(built)
        for epic in built.facts.epics if epic.business_value is not None
    )),
    "{candidate} can start when there is room: {full}": full_for_next,
    "{candidate} is expedited and can start next, above the limit: {full}": full_for_next,
}  # fmt: skip

# What claims nothing of the portfolio: rules of the page, names, parts of a sentence above.
PLAIN = frozenset((
    "{title}, {day}: {value}",
    "{title}, {day}: {value}, {risk}",
    ("A bar is as long as the increments of its work: no day within an increment is claimed."),
    "Where work was planned first is not known: git holds no plan.",
    "{n:spelled} dependency is late",
    "Lacking most often: {pieces}.",
    "{evidence} ({number})",
    "{exposure} ({probability} × {impact})",
    *(EVIDENCE_WORDS[piece].msgid for piece in EVIDENCE),
    "Each holds what its chair asks, in order, and prints on two sheets.",
    "{held}; {next}",
    "{candidate} can start next",
    "{leader} leads, and no single step in any score moves it",
    ("A risk is open while it is owned or mitigated, or has no status; one that is accepted or"
     " resolved is not."),
    "no epic states money that is committed in this period",
    "no epic that runs, or has approved money, states its amount",
    "{guardrail} is not judged: {reason}.",
    "{n:spelled} guardrail is not judged; it says why below.",
    "{n} of {whole} guardrails holds",
    ("{in_work}, {waiting:pronoun} waiting for a decision or for room, {done:pronoun} done."
     " Cards stand in the order of the ranking; days are days in this state."),
    "No column is known to be over its limit, as job sizes are not stated in {columns}",
    "{column} holds job size {size}, its limit is {limit}",
    "{column} holds {count}, its limit is {limit}",
    "The same values as the pages show: take them on in a spreadsheet or a program.",
    "Every figure of this site, as data",
    "Find an item or a page",
    "By its id, its title, who answers for it, or a word of its text.",
    "Not stated, and so in no sum: {amounts}.",
    ("The sums of what is approved, forecast and spent are complete; in {n:spelled} row"
     " an amount is not stated."),
    "the actual amount of {names}",
    "the approval of {names}",
    "the forecast of {names}",
    "{finding} in {period}",
    "{n:spelled} epic states no approved money",
    "{n:spelled} epic states no forecast",
    "{unknown} of {all} cannot be judged",
    "{reported} of {n} key result has reported.",
    "{reported} of {n} key result reported.",
    "There are no increments yet",
    "Bands: red below {yellow}, yellow below {green}, else green, after rounding to one decimal.",
    "Output without outcome: {ids}.",
    "Stale: {ids}.",
    "“{title}”",
    "Every rule is checked on every build; an error stops the build, a warning does not.",
    "{problems} in the content",
    "Cost of delay per week over duration",
    "Relative WSJF",
    ("Ties: higher cost of delay, then higher time criticality, then smaller size, then earlier due"
     " date, none last, then id, its numbers by size (EP-9 before EP-10)."),
    "{n:spelled} place",
    "No risk is recorded",
    "{sizes}. Open a line to see what serves it.",
    ("Links lead up: a story to its feature, a feature to its epic, an epic to the key results that"
     " it is to move, a key result to its objective, an objective to its theme."),
    "There is nothing to trace yet",
    "{n:spelled} item is served by nothing",
    "{n:spelled} item serves nothing",
))  # fmt: skip


# What is said to an audience that may read only some: it holds of that.
SHOWN: Mapping[str, Check] = {
    "{title}, {day}: no objective is shown": claims(
        lambda built: not running_increment(built).objectives
    ),
    "no objective that is shown has its actual value yet": claims(
        lambda built: all(each.actual_value is None for each in running_increment(built).objectives)
    ),
    "no value that is shown was committed": claims(
        lambda built: (
            not any(
                each.planned_value and each.commitment == "committed"
                for each in running_increment(built).objectives
            )
        )
    ),
    "No open epic is shown on the roadmap": claims(lambda built: not planned(built)),
    "no decision is shown": claims(lambda built: not decided(built)),
    (
        "{n:spelled} open epic that is shown lacks something that its state or the next asks for"
    ): counts(lacking),
    "Nothing that is shown needs a decision today": claims(quiet),
    "Nothing that is shown is off": claims(lambda built: not off(built)),
    "{n:spelled} open epic moves a key result, of those that are shown": counts(
        lambda built: sum(bool(epic.key_results) for epic in epics(built, *OPEN))
    ),
    "{n:spelled} objective is green of those that are shown": counts(green),
    "{n:spelled} objective is behind its pace": counts(lambda built: len(behind(built))),
    "No objective that runs today is shown": claims(lambda built: not running(built)),
    "No epic on the board is shown": claims(lambda built: not epics(built)),
    "Nothing that could be ranked is shown": claims(lambda built: candidates(built) == 0),
    "Nothing that is shown can be ranked yet": claims(
        lambda built: scored(built) == 0 < candidates(built)
    ),
    "{leader} is the only candidate that is shown and can be ranked": claims(
        lambda built: scored(built) == 1
    ),
    "Of the candidates that are shown, {leader} comes first": lambda built, said: (
        scored(built) > 1
        and built.facts.ranking.scores[0].item.title in str(dict(said.parts)["leader"])
    ),
    "All candidates that are shown score the same: the tie rule alone orders them": claims(
        lambda built: (
            len({score.value for score in built.facts.ranking.scores}) == 1 < scored(built)
        )
    ),
    "No epic is shown": claims(lambda built: not epics(built)),
    "No budget of a value stream is shown": claims(
        lambda built: not any(stream.budgets for stream in built.portfolio.items_of(ValueStream))
    ),
    "No amount is shown.": claims(nothing_stated),
    "Whether the approved money is enough is not judged here: not everything is shown to this "
    "audience": claims(lambda built: built.portfolio.partial and bool(stream_rows(built))),
    "No history of epics is shown": claims(
        lambda built: not any(epic.history for epic in epics(built))
    ),
    "Nothing that is shown is finished yet, {n:spelled} epic has begun": lambda built, said: (
        said.count == len(begun(built)) and not flow_times(built)
    ),
    "No word on how anything goes is shown": claims(lambda built: not words(built)),
    "What is approved is not shown.": lambda built, said: (
        built.portfolio.hides_money_of_goals
        and not any(goals_with_money(strategy_view(built.facts, built.figures.okrs).branches))
    ),
    "No problem is shown": claims(lambda built: not built.problems),
    "Nothing that could be traced is shown": claims(
        lambda built: not any(built.portfolio.items_of(model) for model in SERVING)
    ),
    "{n:spelled} item serves nothing that is shown": lambda built, said: (
        said.count == len(trace_view(built.portfolio).orphans)
    ),
    "{n:spelled} item is served by nothing that is shown": lambda built, said: (
        said.count == len(trace_view(built.portfolio).childless)
    ),
}
OF_WHAT_IS_SHOWN = ("No days of work are known here.", "No guardrail can be judged yet")
SHOWN_PLAIN = frozenset((
    ("A risk is open while it is owned or mitigated, or has no status; one that is accepted or"
     " resolved is not."),
    "no epic states money that is committed in this period",
    "no epic that runs, or has approved money, states its amount",
    "{guardrail} is not judged: {reason}.",
    "{n:spelled} guardrail is not judged; it says why below.",
    "{n} of {whole} guardrails holds",
    "Limits are not judged here: not everything is shown to this audience",
    "No increment is shown",
    "No risk is shown",
    "No increment that is shown runs today",
    "Sums of which a part is not for this audience are not shown.",
))  # fmt: skip


def goals_with_money(branches: Iterable[Branch]) -> Iterator[Branch]:
    for branch in branches:
        if branch.money is not None:
            yield branch
        yield from goals_with_money(branch.branches)


def built_of(files: Mapping[str, str]) -> Built:
    """These files as of today."""
    return build([source(path, head) for path, head in files.items()], as_of=TODAY, otherwise=TODAY)


def heads(built: Built) -> Iterator[tuple[str, Text, Message]]:
    """Every sentence at the head of a page: the page's address, all of the text, the sentence.

    A word of the format, such as the name of a state, claims nothing by itself.
    """
    for url, text in head_texts(built):
        for said in messages(text):
            if said.msgid not in TERMS:
                yield url, text, said


def head_texts(built: Built) -> Iterator[tuple[str, Text]]:
    for view in registry.page_views(built):
        page = view.page_of(built)
        yield from ((page.url, text) for text in (page.finding, page.summary))
    # The heads of the others of a board pack are those of pages.
    home = home_view(built.portfolio, built.facts, built.figures)
    yield "the board pack", exceptions_sheet(built, home).finding


def assert_claims_hold(files: Mapping[str, str]) -> None:
    """What is said to those who may read everything is true."""
    built = built_of(files)
    for url, text, said in heads(built):
        check = CLAIMS.get(said.msgid)
        assert check or said.msgid in PLAIN, f"give {said.msgid!r} its place"
        assert check is None or check(built, said), f"{url}: {text}"


def absolute(msgid: str) -> bool:
    """Whether a sentence claims something of the whole; but of what days are known "here"."""
    return isinstance(CLAIMS.get(msgid), Claim) and msgid not in OF_WHAT_IS_SHOWN


def assert_claims_hold_for_the_public(files: Mapping[str, str]) -> None:
    """What is said to the public is true of what it sees; a claim about the whole, of the whole."""
    whole = built_of(files)
    public = published(whole, "public")
    for url, text, said in heads(public):
        check = SHOWN.get(said.msgid) or CLAIMS.get(said.msgid)
        known = check or said.msgid in PLAIN | SHOWN_PLAIN
        assert known, f"give {said.msgid!r} its place"
        judged_by = whole if absolute(said.msgid) else public
        assert check is None or check(judged_by, said), f"{url}: {text}"


@settings(max_examples=250, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(odd_portfolios())
def test_every_claim_at_the_head_of_a_page_holds(files: Mapping[str, str]) -> None:
    assert_claims_hold(files)


@settings(max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(odd_portfolios())
def test_what_is_hidden_makes_no_claim_false(files: Mapping[str, str]) -> None:
    assert_claims_hold_for_the_public(files)


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_claim_of_a_named_portfolio_holds(name: str) -> None:
    assert_claims_hold(named(name))
    assert_claims_hold_for_the_public(named(name))


def test_every_claim_is_reached() -> None:
    """A checker of a sentence that no portfolio says proves nothing."""
    reached: Counter[str] = Counter()
    for name in PORTFOLIOS:
        whole = built_of(named(name))
        for built in (whole, published(whole, "public")):
            reached.update(said.msgid for _, _, said in heads(built))
    assert {id for id in (*CLAIMS, *PLAIN, *SHOWN, *SHOWN_PLAIN) if not reached[id]} == set()

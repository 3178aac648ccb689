"""What titles and summaries claim holds in odd portfolios, against the figures they speak of.

Every sentence that reaches the head of a page is known here: to a checker, or as one that claims
nothing of the portfolio. A new sentence fails the test until it is given its place.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial

from hypothesis import HealthCheck, given, settings

from leanfolio.figures.okr.score import ObjectiveScore
from leanfolio.model import (
    Epic,
    Feature,
    HasUpdates,
    KeyResult,
    Objective,
    Story,
    Theme,
    ValueStream,
)
from leanfolio.pipeline import build
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.home import home_view
from leanfolio.wording import Message, Text
from leanfolio.wording.message import Formula, Listing, Series
from making import TODAY, source
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


def claims(truth: Callable[[Built], bool]) -> Check:
    """A sentence without a count that is true where this is."""
    return lambda built, _: truth(built)


# What the content says -------------------------------------------------------------------------


def epics(built: Built, *categories: str) -> list[Epic]:
    """The epics in states of these categories; all where none is named."""
    every = built.portfolio.items_of(Epic)
    if not categories:
        return list(every)
    return [epic for epic in every if built.portfolio.category_of(epic) in categories]


def blocked(built: Built) -> list[Epic]:
    """Open epics that need an epic that is not done."""
    done = {epic.id for epic in epics(built, "done")}
    known = {epic.id for epic in epics(built)}
    return [epic for epic in epics(built, *OPEN) if known & set(epic.depends_on) - done - {epic.id}]


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
        if entry.score is not None and entry.pace is not None and entry.score < entry.pace
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


CLAIMS: Mapping[str, Check] = {
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
    "no objective has reported yet": claims(lambda built: not reported(built)),
    "no objective is due yet": claims(
        lambda built: all(map(not_due, built.facts.running_objectives)) and bool(running(built))
    ),
    "no objective can be judged": claims(lambda built: not judged(built)),
    "no objective has a score: nothing that reported has a weight": claims(
        lambda built: not any(entry.score is not None for entry in built.facts.running_objectives)
    ),
    "the one objective is green": green_of(running, lambda part, whole: part == whole == 1),
    "the one objective is not green": green_of(running, lambda part, whole: (part, whole) == (0, 1)),
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
    "No objective has reported yet": claims(lambda built: not reported(built)),
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
    "{form} over {n:spelled} candidate. {ties}": counts(scored),
    "{form} over {n:spelled} candidate for {capacity}. {ties}": counts(scored),
    "There is no open epic": claims(lambda built: not epics(built, *OPEN)),
    "{n:spelled} epic moves no key result, and should not be built": counts(
        lambda built: sum(not epic.key_results for epic in epics(built, *OPEN))
    ),
    "Every item serves an objective, and every objective is served": claims(traced),
    "No history: nobody says when epics moved": claims(
        lambda built: not any(epic.history for epic in epics(built))
    ),
    "Nobody says when work moved: no history.": claims(
        lambda built: not any(epic.history for epic in epics(built))
    ),
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
    "Figures contradict {n:spelled} word that says on track.": counts(
        lambda built: sum(problem.rule == "health-contradicted" for problem in built.problems)
    ),
    "{n:spelled} epic is finished: too few for a percentile": lambda built, said: (
        said.count == len(flow_times(built)) < 10
    ),
}

# What claims nothing of the portfolio: rules of the page, names, parts of a sentence above.
PLAIN = frozenset((
    ("{in_work}, {waiting:pronoun} waiting for a decision or for room, {done:pronoun} done."
     " Cards stand in the order of the ranking; days are days in this state."),
    "No column is known to be over its limit, as job sizes are not stated in {columns}",
    "{column} holds size {size} of {limit}",
    "{column} holds {count} of {limit}",
    "The same values as the pages show: take them on in a spreadsheet or a program.",
    "Every figure of this site, as data",
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


# Sentences that odd portfolios do not reach, with why.
OUT_OF_REACH: Mapping[str, str] = {}


def heads(files: Mapping[str, str]) -> Iterator[tuple[str, Text, Message, Built]]:
    """Every sentence at the head of a page of these files: its address, all of the text, it."""
    built = build(
        [source(path, head) for path, head in files.items()], as_of=TODAY, otherwise=TODAY
    )
    for view in registry.page_views(built):
        page = view.page_of(built)
        for text in (page.finding, page.summary):
            for said in messages(text):
                yield page.url, text, said, built


@settings(max_examples=250, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(odd_portfolios())
def test_every_claim_at_the_head_of_a_page_holds(files: Mapping[str, str]) -> None:
    for url, text, said, built in heads(files):
        check = CLAIMS.get(said.msgid)
        assert check or said.msgid in PLAIN, f"give {said.msgid!r} its place"
        assert check is None or check(built, said), f"{url}: {text}"


def test_every_claim_is_reached_by_some_odd_portfolio() -> None:
    """A checker of a sentence that no portfolio says proves nothing."""
    reached: Counter[str] = Counter()

    @settings(
        max_examples=600, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(odd_portfolios())
    def count(files: Mapping[str, str]) -> None:
        reached.update(said.msgid for _, _, said, _ in heads(files))

    count()
    assert {id for id in (*CLAIMS, *PLAIN) if not reached[id]} == set(OUT_OF_REACH)

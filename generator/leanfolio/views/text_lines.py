"""Views whose text in a terminal is more than one table of rows: lines of words, tables between."""

from collections.abc import Iterator

from leanfolio.views.board_rows import Board
from leanfolio.views.flow import FLOW_COLUMNS, FlowView
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.rows import IN_TEXT
from leanfolio.views.funding.scenarios import Delay, Scenarios
from leanfolio.views.gaps import Gaps
from leanfolio.views.health import HealthView
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs
from leanfolio.views.ranking.ranking import Ranking
from leanfolio.views.ref import Ref
from leanfolio.views.risks import RiskRegister
from leanfolio.views.row_table import columns
from leanfolio.views.view import TextTable
from leanfolio.wording import Message, Money, Part, Series, Text, days, joined, message, trimmed

RANKING_COLUMNS = columns(
    ("#", "rank"), "id", "title", ("WSJF", "score"), ("how", "arithmetic"), ("low", "rank_low"),
    ("high", "rank_high"),
)  # fmt: skip
FUNDING_COLUMNS = columns("level", "id", "period", *IN_TEXT, ("not stated", "unstated"))
MOVED_COLUMNS = columns("level", "id", "period", "column", "now", "then", "change")


def funding_lines(funding: Funding) -> Iterator[Text | TextTable]:
    """The table, and the currency of its amounts."""
    yield message("Amounts are in {currency}.", currency=funding.currency)
    yield TextTable(FUNDING_COLUMNS, funding.rows)


def ranking_lines(ranking: Ranking) -> Iterator[Text | TextTable]:
    """The order, the rule for ties, and what has no place with the reason."""
    yield TextTable(RANKING_COLUMNS, tuple(ranking.items))
    yield ""
    yield ranking.tie_rule
    for item in ranking.unranked:
        yield message("{item} has no place: {why}", item=item.id, why=item.why)


def board_lines(board: Board) -> Iterator[Text | TextTable]:
    """What is to be said of the service level; then every column, and its cards below it."""
    yield from board.words
    for column in board.columns:
        head = joined((column.title, column.words), ": ")
        yield joined((head, column.over_words), "; ") if column.over else head
        for card in column.cards:
            facts: list[Part] = [f"  {card.id} {card.title}"]
            if card.age_days is not None:
                facts.append(days(card.age_days))
            facts += (flag.word for flag in card.flags)
            yield joined(facts, ", ")


def flow_lines(flow: FlowView) -> Iterator[Text | TextTable]:
    """How time is counted, every level of every board, and what is to be known of the epics."""
    yield from flow.clock
    yield ""
    yield TextTable(FLOW_COLUMNS, flow.scopes)
    yield ""
    yield from flow.notes


def risk_lines(register: RiskRegister) -> Iterator[Text | TextTable]:
    """What is open, every risk of the register, and the cells of the matrix that hold any."""
    if str(register.summary):
        yield register.summary
        yield ""
    names = (
        "id", ("status", "status_words"), ("exposure", "exposure_words"), "owner", "due",
        ("time left", "time_left"), ("accepted", "acceptance_words"), "title",
    )  # fmt: skip
    yield TextTable(columns(*names), register.risks)
    full = tuple(cell for cell in register.cells if cell.number)
    if full:
        yield ""
        yield TextTable(columns("probability", "impact", "number", "risks"), full)
    if str(register.matrix_note):
        yield register.matrix_note


def gap_lines(gaps: Gaps) -> Iterator[Text | TextTable]:
    """What is lacked most, and each epic with what its state and the next one ask for."""
    if str(gaps.summary):
        yield gaps.summary
        yield ""
    names = (
        "id", ("state", "state_words"), ("lacks there", "missing_text"), ("next", "next_words"),
        ("lacks for that", "lacking_words"),
    )  # fmt: skip
    yield TextTable(columns(*names), gaps.epics)


def health_lines(health: HealthView) -> Iterator[Text | TextTable]:
    """Every word with its age and its reason, and what figures say of it below the table."""
    names = ("id", ("health", "word"), "on", "age_days", "by", "note")
    yield TextTable(columns(*names), health.items)
    judged = [row for row in health.items if row.judgement is not None]
    if judged:
        yield ""
    for row in judged:
        yield joined((row.id, row.judgement), ": ")


def okr_lines(okrs: Okrs) -> Iterator[Text | TextTable]:
    """Every objective with its score, and its key results below it."""
    for objective in okrs.objectives:
        score = objective.score or message("none yet")
        line: Text = message(
            "{objective}: {score} ({reported} of {all} reported)",
            objective=joined((objective.id, objective.title), " "),
            score=joined((score, objective.band), " ") if objective.band else score,
            reported=objective.reported,
            all=objective.of,
        )
        pace = objective.against_pace
        word = objective.health.tag.word if objective.health else None
        yield joined((part for part in (line, pace, by_first(objective), word) if part), ", ")
        for key_result in objective.key_results:
            yield key_result_line(key_result)


def key_result_line(key_result: KeyResultRow) -> Series:
    """A key result with its arithmetic, how it stands to its pace, and what should not stay."""
    head = f"  {key_result.id} {key_result.title}: {key_result.arithmetic}"
    stale = key_result.stale_days
    parts = (
        head,
        key_result.against_pace,
        message("stale {time}", time=days(stale)) if stale is not None else None,
        by_first(key_result) if key_result.target_changes else None,
        *key_result.alarms,
    )
    return joined((part for part in parts if part), ", ")


def by_first(row: ObjectiveRow | KeyResultRow) -> Message | None:
    """The score by the first start and target, where these moved."""
    score = row.score_by_first
    return message("{score} by the first target", score=score) if score else None


def scenario_lines(scenarios: Scenarios) -> Iterator[Text | TextTable]:
    """One allocation beside the present one: what moves, epics in and out, guardrails, delay."""
    scenario = scenarios.scenarios[0]
    if scenario.why:
        yield scenario.why
        yield ""
    yield message("in: {delay}", delay=delay_line(scenario.entered, scenario.gained, scenarios))
    yield message("out: {delay}", delay=delay_line(scenario.left, scenario.lost, scenarios))
    yield ""
    yield TextTable(MOVED_COLUMNS, tuple(scenario.moved))
    yield ""
    for rail in scenario.telling:
        yield message(
            "{guardrail}: {now} -> {then}; {detail}",
            guardrail=rail.name,
            now=rail.now,
            then=rail.then,
            detail=str(rail.detail),
        )
    yield scenario.others


def delay_line(epics: tuple[Ref, ...], delay: Delay, scenarios: Scenarios) -> Message:
    """Some epics, and what a week of their waiting costs, so far as they state it."""
    names = joined((epic.name for epic in epics), ", ") if epics else message("none")
    if delay.per_week is None:
        return message("{epics}; a week's delay is not stated", epics=names)
    cost = Money(trimmed(delay.per_week), scenarios.currency)
    if not delay.unknown:
        return message("{epics}; a week's delay {cost}", epics=names, cost=cost)
    return message(
        "{epics}; a week's delay {cost}; {missing}",
        epics=names, cost=cost, missing=delay.unknown_note,
    )  # fmt: skip

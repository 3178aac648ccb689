"""The appendix of a board pack: the order of the epics, every key result, and what to trust."""

from collections.abc import Iterator

from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Value, headers
from leanfolio.views.meetings.section import OBJECTIVES, RANKING, WholeView, cut
from leanfolio.views.okr import KeyResultRow
from leanfolio.views.pack.sheet import Sheet
from leanfolio.views.ref import Ref
from leanfolio.wording import joined, message

PROBLEMS = WholeView(message("Data quality"), "problems.html")
PART = message("Appendix")
MOST_RANKED = 10
MOST_RULES = 8
MOST_RESULTS = 24


def appendix_sheets(built: Built) -> Iterator[Sheet]:
    """What a reader looks up: the ranking, the key results, and the state of the data."""
    yield results_sheet(built)
    yield ranking_sheet(built)
    yield quality_sheet(built)


def ranking_sheet(built: Built) -> Sheet:
    """The first epics of the ranking with their arithmetic."""
    ranking = built.figures.ranking
    rows: list[tuple[Value, ...]] = [
        (row.rank, Ref(row.id, "", "", row.title, row.url), row.score, row.arithmetic,
         row.placement if ranking.cut else None, row.sequence, row.owner)
        for row in ranking.items
    ]  # fmt: skip
    labels = ("Rank#", "Epic", "WSJF#", "How it came about", "Cut line", "In sequence#", "Owner")
    table = Table("Ranking", headers(*labels), tuple(rows))
    return Sheet(
        anchor="ranking",
        part=PART,
        finding=ranking.finding,
        whole=RANKING,
        summary=ranking.tie_rule,
        tables=(cut(table, MOST_RANKED, RANKING),) if rows else (),
    )


def results_sheet(built: Built) -> Sheet:
    """The key results of the running objectives, with how each score came about."""
    okrs = built.figures.okrs
    every = [
        row
        for objective in okrs.objectives
        if objective.phase == "running"
        for row in objective.key_results
    ]
    labels = ("Key result", "Start", "Now", "Target", "Score#", "How it came about", "Status",
              "Last check-in")  # fmt: skip
    table = Table("Key results", headers(*labels), tuple(map(result_row, every)))
    return Sheet(
        anchor="key-results",
        part=PART,
        finding=okrs.finding,
        whole=OBJECTIVES,
        summary=okrs.summary,
        tables=(cut(table, MOST_RESULTS, OBJECTIVES),) if every else (),
    )


def result_row(row: KeyResultRow) -> tuple[Value, ...]:
    """A key result with its measure and its score."""
    return (
        Ref(row.id, "", "", row.title, row.url), row.start, row.current,
        joined((row.aim,), ""), row.score, row.arithmetic, row.stale_tag or row.standing,
        row.last_check_in,
    )  # fmt: skip


def quality_sheet(built: Built) -> Sheet:
    """How many rules are broken, and which: whether the figures may be trusted."""
    problems = built.figures.problems
    rows: list[tuple[Value, ...]] = [
        (entry.tag, entry.count, entry.rule, entry.law) for entry in problems.by_rule
    ]
    labels = ("Severity", "Number#", "Rule", "What it asks for")
    table = Table("Problems by rule", headers(*labels), tuple(rows))
    return Sheet(
        anchor="quality",
        part=PART,
        finding=problems.finding,
        whole=PROBLEMS,
        summary=problems.summary,
        tables=(cut(table, MOST_RULES, PROBLEMS),) if rows else (),
        follows=True,
    )

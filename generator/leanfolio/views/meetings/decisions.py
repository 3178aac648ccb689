"""The decisions that are due, as the board review and the sync ask for them."""

from collections.abc import Sequence

from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.home.decisions import DecisionNeeded
from leanfolio.views.home.decisions_due import decisions_due as all_due
from leanfolio.views.meetings.section import DECISIONS, Section, rows_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Text, message, plural


def decisions_due(built: Built) -> Section:
    """What waits to be decided, soonest first: the rows of the page of decisions."""
    due = all_due(built.portfolio, built.facts)
    rows: list[tuple[Value, ...]] = [
        (
            row.item, row.ask, row.by, row.tag, row.who, row.evidence or None,
        )
        for row in due
    ]  # fmt: skip
    none = of_what_is_shown(
        message("Nothing waits to be decided"),
        message("Nothing that is shown waits to be decided"),
        partial=built.portfolio.partial,
    )
    labels = ("Item", "Decision", "By when", "Time left", "Who", "Evidence")
    return Section(
        anchor="decisions",
        question=message("What is to be decided, by whom and by when?"),
        finding=waiting(due) if due else none,
        whole=DECISIONS,
        table=rows_of("Decisions due", labels, rows, DECISIONS),
        why=message(
            "An epic sets the day of its decision in {field}.", field="decide_by"
        ) if any(row.by is None for row in due) else "",
    )  # fmt: skip


def waiting(due: Sequence[DecisionNeeded]) -> Text:
    """How many decisions are to be taken, and by which day the first of them."""
    first = min((row.by for row in due if row.by is not None), default=None)
    if first is None:
        return plural(
            "{n:spelled} decision is to be taken", "{n:spelled} decisions are to be taken", len(due)
        ).sentence()
    return plural(
        "{n:spelled} decision is to be taken, by {day}",
        "{n:spelled} decisions are to be taken, the first by {day}",
        len(due), day=first,
    ).sentence()  # fmt: skip

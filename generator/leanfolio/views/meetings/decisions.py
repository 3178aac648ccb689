"""The decisions that are due, as the board review and the sync ask for them."""

from leanfolio.views.built import Built
from leanfolio.views.cell import Tag
from leanfolio.views.home.decisions import decisions_needed, time_left
from leanfolio.views.meetings.section import HOME, Section, rows_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import message, plural


def decisions_due(built: Built) -> Section:
    """The decisions that epics wait for and for nothing else, soonest first: home's rows."""
    needed = decisions_needed(built.portfolio, built.facts)
    rows = [
        (
            row.item, row.ask, row.by, Tag(row.tone, time_left(row.by, built.as_of)[1]),
            row.who, row.evidence or None,
        )
        for row in needed
    ]  # fmt: skip
    none = of_what_is_shown(
        message("No epic waits for a decision"),
        message("No epic that is shown waits for a decision"),
        partial=built.portfolio.partial,
    )
    waiting = plural(
        "{n:spelled} epic waits for a decision and for nothing else",
        "{n:spelled} epics wait for a decision and for nothing else",
        len(needed),
    ).sentence()
    return Section(
        anchor="decisions",
        question=message("What is to be decided, by whom and by when?"),
        finding=waiting if needed else none,
        whole=HOME,
        table=rows_of(
            "Decisions due", ("Epic", "Decision", "By", "Time left", "Who", "Evidence"), rows, HOME
        ),
        why=message(
            "Where an epic has no {field}, the day is that of its indicator or of its work.",
            field="decide_by:",
        ) if needed else "",
    )  # fmt: skip

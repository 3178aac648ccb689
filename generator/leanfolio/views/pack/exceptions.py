"""What is off, and what may go wrong: the exceptions of home, and the risks that may happen."""

from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.home import Home
from leanfolio.views.meetings.section import HOME, MOST, RISKS, cut
from leanfolio.views.pack.sheet import Sheet
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.risks import risk_register
from leanfolio.wording import Text, message, plural

MOST_EXCEPTIONS = 24  # on paper; home has all
MOST_RISKS = 2 * MOST


def exceptions_sheet(built: Built, home: Home) -> Sheet:
    """Everything that is off, the worst first, as home has it."""
    off = (*home.exceptions, *home.more_exceptions)
    rows: list[tuple[Value, ...]] = [
        (Tag(each.tone, each.word), each.title, each.note) for each in off
    ]
    finding: Text = plural(
        "{n:spelled} thing is off", "{n:spelled} things are off", len(off)
    ).sentence()
    nothing = of_what_is_shown(
        message("Nothing is off"), message("Nothing that is shown is off"),
        partial=built.portfolio.partial,
    )  # fmt: skip
    table = Table(
        "Exceptions, the worst first",
        headers("What", "Where", "What is known of it"),
        tuple(rows),
    )
    return Sheet(
        anchor="exceptions",
        part=message("Exceptions"),
        finding=finding if off else nothing,
        whole=HOME,
        tables=(cut(table, MOST_EXCEPTIONS, HOME),) if off else (),
        missing="" if off else home.nothing_off,
    )


def risks_sheet(built: Built) -> Sheet:
    """The risks that may happen, open ones first, then by exposure."""
    register = risk_register(built.portfolio, built.as_of)
    risks = [row for row in register.risks if row.may_happen]
    rows: list[tuple[Value, ...]] = [
        (row.ref, row.tag, row.exposure_words, row.due, row.time_left, row.owner, row.action,
         row.affects)
        for row in risks
    ]  # fmt: skip
    labels = ("Risk", "Status", "Exposure", "Due", "Time left", "Owner", "What is done", "Affects")
    table = Table("Risks that may happen", headers(*labels), tuple(rows))
    return Sheet(
        anchor="risks",
        part=message("Risks"),
        finding=register.finding,
        whole=RISKS,
        summary=register.summary,
        tables=(cut(table, MOST_RISKS, RISKS),) if rows else (),
    )

"""The portfolio sync: decisions due, what is blocked, too old or late, and what moved."""

from collections.abc import Iterator

from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.home.changes import recent_changes
from leanfolio.views.items.work_tables import late_rows
from leanfolio.views.meetings.board_review import blocked, open_cards
from leanfolio.views.meetings.decisions import decisions_due
from leanfolio.views.meetings.increments import nothing_written
from leanfolio.views.meetings.section import (
    CHANGES,
    FLOW,
    HOME,
    INCREMENTS,
    MOST,
    Section,
    first_rows,
    left_out,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.meetings.work import late_dependencies
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Text, heading, joined, message, plural


def portfolio_sync(built: Built) -> Iterator[Section]:
    """The sections of the portfolio sync, in the order in which a chair asks."""
    yield decisions_due(built)
    yield blocked(built)
    yield past_level(built)
    yield late_dependencies(built)
    yield late(built)
    yield moved(built)


def past_level(built: Built) -> Section:
    """The open epics that have taken longer than the service level expects, the oldest first."""
    board = built.figures.board
    cards = [(column, card) for column, card in open_cards(board) if card.past_level]
    cards.sort(key=lambda pair: -(pair[1].flow_age_days or 0))
    rows: list[tuple[Value, ...]] = [
        (card.ref, card.flow_age_days, heading(column.state), card.age_days, card.owner)
        for column, card in cards
    ]
    stated = board.sle is not None
    labels = ("Epic", "Age, days#", "State", "Days in state#", "Owner")
    return Section(
        anchor="past-level",
        question=message("What has taken longer than we expect?"),
        finding=level_finding(len(cards), stated=stated, partial=board.partial),
        whole=FLOW,
        table=rows_of("Past the service level", labels, rows, FLOW),
        why=joined(board.words[:1], " ") if stated else "",
        missing="" if stated else message("no service level is stated."),
        cure=""
        if stated
        else message(
            "Write {field} in {file}.",
            field="flow: {sle: {share: 85, days: 120}}", file="content/portfolio.md",
        ),
    )  # fmt: skip


def level_finding(number: int, *, stated: bool, partial: bool) -> Text:
    """How many open epics are past the service level."""
    if not stated:
        return message("Whether work takes longer than expected is not known")
    if not number:
        return of_what_is_shown(
            message("No open epic is past the service level"),
            message("No open epic that is shown is past the service level"),
            partial=partial,
        )
    return plural(
        "{n:spelled} open epic is past the service level",
        "{n:spelled} open epics are past the service level",
        number,
    ).sentence()


def late(built: Built) -> Section:
    """The features that are late by the plan of their increment."""
    late = built.figures.late
    none = of_what_is_shown(
        message("No feature is late by the plan of its increment"),
        message("No feature that is shown is late by the plan of its increment"),
        partial=built.portfolio.partial,
    )
    counted = plural(
        "{n:spelled} feature is late by the plan of its increment",
        "{n:spelled} features are late by the plan of their increment",
        len(late),
    ).sentence()
    table = late_rows(late, built.portfolio, most=len(late))
    missing, cure = ("", "") if late else nothing_written(built.portfolio, "", "")
    return Section(
        anchor="late",
        question=message("What is late?"),
        finding=unless_missing(counted if late else none, missing),
        whole=INCREMENTS,
        table=first_rows(table, INCREMENTS),
        why=table.note if late else "",
        missing=missing,
        cure=cure,
    )


def moved(built: Built) -> Section:
    """What changed since the last increment; without a history, what files date of late."""
    story = built.change_story
    question = message("What moved since we last met?")
    if story is not None:
        lines = story.lines[:MOST]
        untold = [line for line in story.folded if line.section != "detail"]  # a line counts these
        more = len(story.lines) + len(untold) - len(lines)
        return Section(
            anchor="moved",
            question=question,
            finding=story.finding,
            whole=CHANGES,
            lines=lines,
            why=sentences(story.summary, left_out(more, CHANGES) if more > 0 else ""),
        )
    changes = recent_changes(built.portfolio, built.as_of)
    none = of_what_is_shown(
        message("No date of the last 30 days is written"),
        message("No date of the last 30 days is shown"),
        partial=built.portfolio.partial,
    )
    dated = plural(
        "{n:spelled} change is dated in the last 30 days",
        "{n:spelled} changes are dated in the last 30 days",
        len(changes),
    ).sentence()
    rows: list[tuple[Value, ...]] = [(change.item, change.on, change.what) for change in changes]
    return Section(
        anchor="moved",
        question=question,
        finding=dated if changes else none,
        whole=HOME,
        table=rows_of("Dated in the last 30 days", ("Item", "On", "What"), rows, HOME),
        why=NO_HISTORY.sentence() if changes else "",
        missing="" if changes else NO_HISTORY,
        cure=""
        if changes
        else message(
            "Moves are dated in {history} of an epic, decisions in {decisions}; a change since the"
            " last increment needs the tag {tag} in git.",
            history="history:", decisions="decisions:", tag="pi/ID",
        ),
    )  # fmt: skip


NO_HISTORY = message("git names no earlier increment to compare with.")

"""Tables of check-ins, scores by day and moved targets, with what is to be known of them."""

from collections.abc import Iterator, Sequence

from leanfolio.figures.okr.score import Terms
from leanfolio.figures.okr.targets import TargetMove
from leanfolio.figures.okr.trajectory import ObjectivePoint, Trajectory
from leanfolio.views.cell import CommitRef, Header, Table, Value
from leanfolio.views.okr.arithmetic import kept_range
from leanfolio.views.okr.chart import MOST_POINTS
from leanfolio.views.okr.records import CheckInRow, check_in_rows, rounded_or_none
from leanfolio.wording import (
    Message,
    Part,
    Percent,
    Rounded,
    Text,
    message,
    plural,
    trimmed,
)

CHECK_INS = "data/okr-check-ins.csv"
SCORES = "data/okr-scores.csv"
NO_HISTORY = message("Whether its target has moved is not known: there is no history from git.")


def check_in_table(trajectory: Trajectory) -> Table:
    """The check-ins of a key result, the newest first; a column that would be empty is left out."""
    rows = tuple(check_in_rows(trajectory))
    shown = rows[-MOST_POINTS:][::-1]
    columns: list[tuple[Header, list[Value]]] = [
        (Header("On"), [row.on for row in shown]),
        (Header("Value", number=True), [measured(row) for row in shown]),
        (Header("Expected by then", number=True), [row.expected for row in shown]),
        (Header("Progress", number=True), [row.progress for row in shown]),
        (Header("By the first target", number=True), [row.progress_by_first for row in shown]),
        (Header("Confidence", number=True), [percent(row) for row in shown]),
        (Header("By"), [row.by for row in shown]),
        (Header("Note"), [row.note for row in shown]),
    ]
    kept = [
        (head, cells)
        for number, (head, cells) in enumerate(columns)
        if number < 2 or any(cell is not None for cell in cells)
    ]
    return Table(
        "Check-ins",
        tuple(head for head, _ in kept),
        tuple(zip(*(cells for _, cells in kept), strict=True)),
        note=earlier_words(len(rows) - len(shown), CHECK_INS),
        anchor="check-ins",
    )


def measured(row: CheckInRow) -> Rounded:
    """A value with all the decimals that it was written with."""
    return Rounded(row.value, max(-int(row.value.as_tuple().exponent), 0))


def percent(row: CheckInRow) -> Percent | None:
    return None if row.confidence is None else Percent(row.confidence)


def earlier_words(number: int, file: str) -> Text:
    """How many rows a table leaves out, and where they are; nothing where it has all."""
    if not number:
        return ""
    return plural(
        "{n} earlier one is not drawn or listed here; {file} has it.",
        "{n} earlier ones are not drawn or listed here; {file} has them.",
        number, file=file,
    )  # fmt: skip


def check_in_notes(trajectory: Trajectory) -> Iterator[Text]:
    """What is to be known of a drawing: what lies outside of the period, or is not known."""
    if not trajectory.measurements:
        yield message("There is no check-in yet.")
    if trajectory.outside:
        yield plural(
            "{n:spelled} check-in lies outside of the period.",
            "{n:spelled} check-ins lie outside of the period.",
            trajectory.outside,
        ).sentence()
    if trajectory.to_come:
        yield plural(
            "{n:spelled} check-in is dated after {day}, and is not shown.",
            "{n:spelled} check-ins are dated after {day}, and are not shown.",
            trajectory.to_come, day=trajectory.as_of,
        ).sentence()  # fmt: skip
    days, targets = trajectory.days, trajectory.targets
    if targets is None:
        if days is not None and days.first <= trajectory.as_of:
            yield NO_HISTORY
    elif targets.known_from:
        yield message(
            "Whether its target moved before {day} is not known: git knows of that day and later.",
            day=targets.known_from,
        )


def score_table(shown: Sequence[ObjectivePoint], left_out: int, of: int) -> Table:
    """The scores of an objective, the newest first."""
    return Table(
        "Score over time",
        (Header("On"), Header("Score", number=True), Header("Expected by then", number=True),
         Header("Reported", number=True)),
        tuple(
            (
                point.on,
                rounded_or_none(point.score),
                rounded_or_none(point.pace),
                message("{part} of {whole}", part=point.reported, whole=of),
            )
            for point in reversed(shown)
        ),
        note=earlier_words(left_out, SCORES),
        anchor="scores",
    )  # fmt: skip


def moves_table(trajectory: Trajectory) -> Table:
    """Each change of a start or a target since the period began, the newest first."""
    moves = trajectory.targets.moves if trajectory.targets else ()
    return Table(
        "How its target moved",
        (Header("On"), Header("Before"), Header("After"), Header("By"), Header("Commit")),
        tuple(
            (move.on, ends_words(move.before), ends_words(move.after), *author(move))
            for move in reversed(moves)
        ),
        note=message("What stood there when the period began is kept: the score is shown by both."),
        anchor="moves",
    )


def author(move: TargetMove) -> tuple[Value, Value]:
    """Who moved a target, and in which commit."""
    if move.commit is not None:
        return move.commit.author, CommitRef(move.commit.id, move.commit.short)
    return None, message("after this day") if move.later else message("not committed")


def ends_words(terms: Terms) -> Message:
    """Where a key result starts and is to end: "40 to 60 %", or the range that it is to keep."""
    if terms.kind == "maintain":
        return message("to be kept: {range}", range=kept_range(terms) or message("none"))
    none = message("none")
    start: Part = none if terms.start is None else trimmed(terms.start)
    target: Part = none if terms.target is None else trimmed(terms.target)
    return message("start {start}, target {target}", start=start, target=target)

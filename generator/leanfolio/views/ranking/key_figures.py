"""The figures at the top of the ranking page."""

from collections.abc import Iterator
from dataclasses import dataclass

from leanfolio.views.cell import Value
from leanfolio.views.ranking.cut import CutRow
from leanfolio.views.ranking.rows import RankedItem
from leanfolio.views.ranking.sensitivity import Sensitivity
from leanfolio.views.ranking.sequence import SequenceView
from leanfolio.wording import Message, Text, message, plural


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number with its name, a note of what it counts, and how it came about."""

    label: Message
    value: Value
    note: Message
    why: Text = ""
    unit: Text = ""


def key_figures(
    items: tuple[RankedItem, ...],
    cut: CutRow | None,
    sensitivity: Sensitivity,
    sequence: SequenceView,
) -> Iterator[KeyFigure]:
    """The leader, the cut line, how sure the first place is, what the sequence saves."""
    if not items:
        return
    leader = items[0]
    yield KeyFigure(
        message("Leader"),
        leader.score,
        message("{id} {title}", id=leader.id, title=leader.title),
        leader.arithmetic,
    )
    if cut:
        ranked = message("above it, of {ranked}", ranked=len(items))
        yield KeyFigure(message("Cut line"), cut.place, ranked, cut.words)
    yield KeyFigure(
        message("First place"),
        sensitivity.first_place_changes,
        plural(
            "of {n} one-step change would give it to another",
            "of {n} one-step changes would give it to another",
            sensitivity.changes,
        ),
    )
    if sequence.any:
        yield KeyFigure(
            message("Saved by the sequence"),
            sequence.saved,
            message(
                "of {cost} in delay, against always starting what scores best of what can start",
                cost=sequence.naive_cost,
            ),
            sequence.guarantee,
            sequence.unit,
        )

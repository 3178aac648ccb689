"""The figures at the top of the ranking page, each with how it came about."""

from collections.abc import Iterator

from msgspec import Struct

from leanfolio.model import Epic
from leanfolio.views.cell import Derivation, SourceLine, SourceRef, Value
from leanfolio.views.derivation import derivation
from leanfolio.views.ranking.cut import CutRow
from leanfolio.views.ranking.rows import RankedItem
from leanfolio.views.ranking.sensitivity import Sensitivity
from leanfolio.views.ranking.sequence import SequenceView
from leanfolio.views.ref import Ref
from leanfolio.wording import Message, Text, formula, message, plural


class KeyFigure(Struct, frozen=True):
    """A number with its name, a note of what it counts, and how it came about."""

    key: str  # its anchor
    label: Message
    value: Value
    note: Message
    why: Text = ""
    unit: Text = ""
    url: str = ""  # of the section that has it in full
    how: Derivation | None = None


def key_figures(
    items: tuple[RankedItem, ...],
    cut: CutRow | None,
    sensitivity: Sensitivity,
    sequence: SequenceView,
    cut_source: SourceLine | None,
) -> Iterator[KeyFigure]:
    """The leader, the cut line, how sure the first place is, what the sequence saves.

    `cut_source` is the line of the portfolio that states the cut line.
    """
    if not items:
        return
    leader = items[0]
    named = Ref(leader.id, Epic.TYPE, Epic.WORD, leader.title, leader.url)
    source = SourceLine(named, leader.score, SourceRef(leader.file, leader.line))
    yield KeyFigure(
        "leader",
        message("Leader"),
        leader.score,
        message("{id} {title}", id=leader.id, title=leader.title),
        leader.arithmetic,
        how=derivation("", (source,)),
    )
    if cut and cut_source:
        ranked = message("above it, of {ranked}", ranked=len(items))
        yield KeyFigure(
            "cut", message("Cut line"), cut.place, ranked, cut.words,
            url="#cut-line", how=derivation("", (cut_source,)),
        )  # fmt: skip
    yield KeyFigure(
        "first-place",
        message("First place"),
        sensitivity.first_place_changes,
        plural(
            "of {n} one-step change would give it to another",
            "of {n} one-step changes would give it to another",
            sensitivity.changes,
        ),
        url="ranking/how-sure.html#sure",
        how=derivation(
            message("each score is moved a step up and a step down, each of them by itself")
        ),
    )
    if sequence.any:
        yield KeyFigure(
            "saved",
            message("Saved by the sequence"),
            sequence.saved,
            message(
                "of {cost} in delay, against always starting what scores best of what can start",
                cost=sequence.naive_cost,
            ),
            sequence.guarantee,
            sequence.unit,
            url="#sequence",
            how=derivation(saved_arithmetic(sequence)),
        )


def saved_arithmetic(sequence: SequenceView) -> Text:
    """Both costs and their difference; where rounding hides that, both costs alone."""
    if sequence.naive_cost - sequence.cost == sequence.saved:
        return formula(sequence.naive_cost, " − ", sequence.cost, " = ", sequence.saved)
    return message(
        "{naive} against {cost}, each rounded", naive=sequence.naive_cost, cost=sequence.cost
    )

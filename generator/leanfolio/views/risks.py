"""The register of risks, and the matrix of their probability and impact."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.risks import (
    acceptance_ended,
    exposure,
    is_open,
    is_overdue,
    may_happen,
)
from leanfolio.model import Risk
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Message,
    Text,
    days,
    in_context,
    joined,
    message,
    plain,
    plural,
)

STATUSES = {
    "resolved": in_context("status of a risk", "resolved"),
    "owned": in_context("status of a risk", "owned"),
    "accepted": in_context("status of a risk", "accepted"),
    "mitigated": in_context("status of a risk", "mitigated"),
    None: in_context("status of a risk", "no status"),
}
ORDER = {"owned": 0, None: 0, "mitigated": 1, "accepted": 2, "resolved": 3}
MOST_NAMED = 6  # risks in one cell of the matrix; the others are counted
SHADES = 4  # steps of the one hue of the matrix
RATED = ("probability", "impact")


class RiskRow(Struct, frozen=True):
    """A risk of the register. Its exposure is probability times impact."""

    id: str
    title: str
    status: str | None
    probability: Decimal | None
    impact: Decimal | None
    exposure: Decimal | None  # None where one of the two is not known
    rating_withheld: bool  # whether this audience may not see how it is rated
    owner: str | None
    due: date | None
    overdue_days: int  # 0 where it is not overdue
    due_in_days: int | None  # of an open one that is not overdue
    accepted_on: date | None
    accepted_by: str | None
    accepted_until: date | None
    acceptance_note: str | None
    acceptance_ended_days: int  # since the acceptance ended; 0 where it holds, or never ends
    action: str | None
    affects: tuple[Ref, ...]
    raised: date | None
    may_happen: bool  # whether it is not resolved

    @property
    def ref(self) -> Ref:
        """The risk as a link."""
        return Ref(self.id, Risk.TYPE, Risk.WORD, self.title, f"{Risk.FOLDER}/{self.id}.html")

    @property
    def status_words(self) -> Message:
        """Its status; and that it is overdue, or was accepted until a day that is over."""
        status = STATUSES[self.status]
        if self.overdue_days:
            return message("{status}, overdue", status=status)
        if self.acceptance_ended_days:
            return message("{status}, until a day that is over", status=status)
        return status

    @property
    def tag(self) -> Tag:
        """Its status with its colour."""
        if self.overdue_days:
            return Tag("bad", self.status_words)
        if self.acceptance_ended_days:
            return Tag("warn", self.status_words)
        return Tag("good" if self.status == "resolved" else "plain", self.status_words)

    @property
    def exposure_words(self) -> Message:
        """Its exposure and how that came about, or why there is none."""
        if self.exposure is not None:
            return in_context(
                "the exposure of a risk: probability times impact",
                "{exposure} ({probability} × {impact})",
                exposure=self.exposure, probability=self.probability, impact=self.impact,
            )  # fmt: skip
        if self.rating_withheld:
            return message("not shown to this audience")
        if self.probability is not None:
            return message("impact not known, probability {step}", step=plain(self.probability))
        if self.impact is not None:
            return message("probability not known, impact {step}", step=plain(self.impact))
        return message("not rated")

    @property
    def time_left(self) -> Text | None:
        """How far away its day is, in words; None of a risk that has none, or is closed."""
        if self.overdue_days:
            return message("overdue by {time}", time=days(self.overdue_days))
        if self.due_in_days is None:
            return None
        if not self.due_in_days:
            return in_context("when a risk is due", "today")
        return message("{time} left", time=days(self.due_in_days))

    @property
    def acceptance_words(self) -> Text | None:
        """Who accepted it and when, and until when that holds; None where nobody did."""
        if self.accepted_on is None:
            return None
        said = message("{by}, {day}", by=self.accepted_by, day=self.accepted_on)
        if self.acceptance_ended_days:
            ended = message(
                "ended on {day}, {time} ago",
                day=self.accepted_until, time=days(self.acceptance_ended_days),
            )  # fmt: skip
            return joined((said, ended), "; ")
        if self.accepted_until is None:
            return said
        return joined((said, message("until {day}", day=self.accepted_until)), "; ")


class RiskCell(Struct, frozen=True):
    """A cell of the matrix: the risks of one probability and one impact that may happen."""

    probability: Decimal
    impact: Decimal
    exposure: Decimal
    number: int
    risks: tuple[Ref, ...]
    shade: int  # 0 where there is none; else 1 to 4, by the exposure

    @property
    def named(self) -> tuple[Ref, ...]:
        return self.risks[:MOST_NAMED]

    @property
    def others(self) -> Text:
        """How many of its risks the cell does not name; empty where it names all."""
        left = self.number - len(self.named)
        return plural("{n} more", "{n} more", left) if left else ""

    @property
    def words(self) -> Message:
        """What the cell holds, for who does not see where it stands."""
        return plural(
            "{n} risk of probability {probability} and impact {impact}, exposure {exposure}",
            "{n} risks of probability {probability} and impact {impact}, exposure {exposure}",
            self.number, probability=self.probability, impact=self.impact, exposure=self.exposure,
        )  # fmt: skip


class MatrixRow(Struct, frozen=True):
    """The cells of one probability, from the least impact to the most."""

    probability: Decimal
    cells: tuple[RiskCell, ...]


class RiskRegister(Struct, frozen=True):
    """Every risk, open ones first, then by exposure; and the matrix of those that may happen."""

    finding: Text
    summary: Text
    risks: tuple[RiskRow, ...]
    matrix: tuple[MatrixRow, ...]  # from the most probable to the least; empty if none is rated
    impacts: tuple[Decimal, ...]
    matrix_note: Text  # which risks stand in no cell

    @property
    def cells(self) -> tuple[RiskCell, ...]:
        """The cells row by row."""
        return tuple(cell for row in self.matrix for cell in row.cells)


def risk_register(portfolio: Portfolio, as_of: date) -> RiskRegister:
    """The register as of a day."""
    items = portfolio.items_of(Risk)
    rows = tuple(sorted((risk_row(portfolio, risk, as_of) for risk in items), key=precedence))
    scale = portfolio.policy.risk_scale
    matrix = matrix_of(rows, scale.probability, scale.impact)
    placed = {risk.id for row in matrix for cell in row.cells for risk in cell.risks}
    return RiskRegister(
        finding=risks_finding(items, as_of, partial=portfolio.partial),
        summary=joined(summary_of(rows, max(scale.probability) * max(scale.impact)), " "),
        risks=rows,
        matrix=matrix if placed else (),
        impacts=scale.impact,
        matrix_note=joined(notes_on_matrix(rows, placed), " "),
    )


def risk_row(portfolio: Portfolio, risk: Risk, as_of: date) -> RiskRow:
    """A risk as the register shows it. An acceptance of a day to come is not told."""
    accepted = risk.acceptance if risk.acceptance and risk.acceptance.on <= as_of else None
    ended = acceptance_ended(risk, as_of)
    overdue = (as_of - risk.due).days if risk.due and is_overdue(risk, as_of) else 0
    pending = risk.due is not None and is_open(risk) and not overdue
    return RiskRow(
        id=risk.id,
        title=risk.title,
        status=risk.status,
        probability=risk.probability,
        impact=risk.impact,
        exposure=exposure(risk),
        rating_withheld=portfolio.partial and not set(RATED).isdisjoint(risk.confidential),
        owner=risk.owner,
        due=risk.due,
        overdue_days=overdue,
        due_in_days=(risk.due - as_of).days if pending and risk.due else None,
        accepted_on=accepted.on if accepted else None,
        accepted_by=accepted.by if accepted else None,
        accepted_until=accepted.until if accepted else None,
        acceptance_note=accepted.note if accepted else None,
        acceptance_ended_days=(as_of - ended).days if ended else 0,
        action=risk.action,
        affects=tuple(ref(portfolio[id]) for id in risk.affects if id in portfolio),
        raised=risk.date,
        may_happen=may_happen(risk),
    )


def precedence(row: RiskRow) -> tuple[int, bool, Decimal, date, str]:
    """What a row sorts by: its status, the largest exposure, the earliest day, its id.

    What nobody rated comes after what is rated: it is not known to be small.
    """
    known = row.exposure is not None
    return (
        ORDER[row.status], not known, -(row.exposure or Decimal(0)), row.due or date.max, row.id
    )  # fmt: skip


def matrix_of(
    rows: Iterable[RiskRow], probabilities: tuple[Decimal, ...], impacts: tuple[Decimal, ...]
) -> tuple[MatrixRow, ...]:
    """Count the risks that may happen in each cell of the scale."""
    inside: dict[tuple[Decimal, Decimal], list[Ref]] = {}
    for row in rows:
        if row.may_happen and row.probability is not None and row.impact is not None:
            inside.setdefault((row.probability, row.impact), []).append(row.ref)
    most = max(probabilities) * max(impacts)
    return tuple(
        MatrixRow(
            probability,
            tuple(
                cell_of(probability, impact, inside.get((probability, impact), []), most)
                for impact in impacts
            ),
        )
        for probability in reversed(probabilities)
    )


def cell_of(probability: Decimal, impact: Decimal, risks: list[Ref], most: Decimal) -> RiskCell:
    """A cell with its shade: the share of the largest exposure, in quarters."""
    product = probability * impact
    shade = min(int(SHADES * product / most) + 1, SHADES) if risks and most else 0
    return RiskCell(probability, impact, product, len(risks), tuple(risks), shade)


def notes_on_matrix(rows: Iterable[RiskRow], placed: set[str]) -> Iterator[Text]:
    """How many risks that may happen stand in no cell, and why."""
    outside = [row for row in rows if row.may_happen and row.id not in placed]
    unrated = sum(row.exposure is None and not row.rating_withheld for row in outside)
    beside = sum(row.exposure is not None for row in outside)
    withheld = sum(row.exposure is None and row.rating_withheld for row in outside)
    if unrated:
        yield plural(
            "{n:spelled} risk is in no cell, as its probability or its impact is not known.",
            "{n:spelled} risks are in no cell, as their probability or their impact is not known.",
            unrated,
        ).sentence()
    if beside:
        yield plural(
            "{n:spelled} risk is in no cell, as it is rated beside the scale.",
            "{n:spelled} risks are in no cell, as they are rated beside the scale.",
            beside,
        ).sentence()
    if withheld:
        yield plural(
            "How {n:spelled} risk is rated is not shown to this audience.",
            "How {n:spelled} risks are rated is not shown to this audience.",
            withheld,
        )


def risks_finding(risks: Iterable[Risk], as_of: date, *, partial: bool) -> Text:
    """How many risks are open, how many of these are overdue, and how many acceptances ended."""
    every = tuple(risks)
    if not every:
        return of_what_is_shown(
            message("No risk is recorded"), message("No risk is shown"), partial=partial
        )
    number = sum(1 for risk in every if is_open(risk))
    overdue = sum(1 for risk in every if is_overdue(risk, as_of))
    ended = sum(1 for risk in every if acceptance_ended(risk, as_of) is not None)
    opened = plural("{n:spelled} risk open", "{n:spelled} risks open", number).sentence()
    if not number and partial:
        opened = message("No risk that is shown is open")
    parts: list[Message] = [opened]
    if overdue:
        parts.append(message("{overdue:pronoun} overdue", overdue=overdue))
    if ended:
        parts.append(message("{ended:pronoun} accepted until a day that is over", ended=ended))
    return joined(parts, ", ") if len(parts) > 1 else opened


def summary_of(rows: tuple[RiskRow, ...], most: Decimal) -> Iterator[Text]:
    """The largest exposure, and what counts as open."""
    if not rows:
        return
    rated = [row for row in rows if row.may_happen and row.exposure is not None]
    if rated:
        first = max(rated, key=lambda row: row.exposure or Decimal(0))
        equal = sum(row.exposure == first.exposure for row in rated)
        if equal == 1:
            yield message(
                "The largest exposure is that of {risk}: {exposure} of at most {most}.",
                risk=first.id, exposure=first.exposure_words, most=most,
            )  # fmt: skip
        else:
            yield plural(
                "The largest exposure is {exposure} of at most {most}, that of {n:spelled} risk.",
                "The largest exposure is {exposure} of at most {most}, that of {n:spelled} risks.",
                equal, exposure=first.exposure, most=most,
            )  # fmt: skip
    yield message(
        "A risk is open while it is owned or mitigated, or has no status; "
        "one that is accepted or resolved is not."
    )

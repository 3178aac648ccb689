"""The other forms beside the one that rules: how far they agree, and on which items they do not."""

from dataclasses import dataclass
from fractions import Fraction

from leanfolio.figures.ranking.agreement import Agreement, agreement
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import FORMULA, PARTS, Form
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import count, rounded
from leanfolio.views.ranking.figures import Reckoned
from leanfolio.views.ranking.words import FORM_NAMES
from leanfolio.views.ref import Ref, ref

MOST = 8  # disagreements that the page lists; the furthest apart


@dataclass(frozen=True, slots=True)
class DisagreementRow:
    """An item in different places, among the items that both forms can score."""

    item: Ref
    rank: int
    other_rank: int


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One other form. `tau` is Kendall's tau-b: 1 is the same order, -1 the opposite."""

    form: Form
    name: str
    formula: str
    items: int  # that both forms can score
    tau: str | None
    finding: str
    disagreements: tuple[DisagreementRow, ...]
    folded: int  # how many more there are


def agreement_rows(portfolio: Portfolio, found: Reckoned) -> tuple[AgreementRow, ...]:
    """Each other form, in a fixed order."""
    return tuple(
        agreement_row(agreement(found.order, rank_open(portfolio, found.items, form)), portfolio)
        for form in PARTS
        if form != found.order.form
    )


def agreement_row(compared: Agreement, portfolio: Portfolio) -> AgreementRow:
    tau = compared.tau
    rows = tuple(
        DisagreementRow(ref(portfolio[disagreement.id]), disagreement.rank, disagreement.other_rank)
        for disagreement in compared.disagreements
    )
    return AgreementRow(
        form=compared.other,
        name=FORM_NAMES[compared.other],
        formula=FORMULA[compared.other],
        items=compared.items,
        tau=None if tau is None else rounded(Fraction(tau)),
        finding=agreement_words(compared),
        disagreements=rows[:MOST],
        folded=len(rows) - len(rows[:MOST]),
    )


def agreement_words(compared: Agreement) -> str:
    """How many places agree, in one sentence."""
    if compared.items < 2:
        both = count(compared.items, "candidate").capitalize()
        has = "has" if compared.items == 1 else "have"
        return f"{both} {has} the parts for both: nothing to compare."
    same = compared.items - len(compared.disagreements)
    said = f"The same place for {same} of {compared.items}"
    tau = compared.tau
    if tau is None:
        return f"{said}; one form scores all alike, so that there is no tau."
    reads = "1 is the same order, 0 no likeness, -1 the opposite"
    return f"{said}; Kendall's tau is {rounded(Fraction(tau))} ({reads})."

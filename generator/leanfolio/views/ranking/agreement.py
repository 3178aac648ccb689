"""The other forms beside the one that rules: how far they agree, and on which items they do not."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.ranking.agreement import Agreement, agreement
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import FORMULA, PARTS, Form
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.words import FORM_NAMES
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Rounded, Text, joined, many, message, of_all, plural

MOST = 8  # disagreements that the page lists; the furthest apart


class DisagreementRow(Struct, frozen=True):
    """An item in different places, among the items that both forms can score."""

    item: Ref
    rank: int
    other_rank: int


class AgreementRow(Struct, frozen=True):
    """One other form. `tau` is Kendall's tau-b: 1 is the same order, -1 the opposite."""

    form: Form
    name: Message
    formula: Message
    items: int  # that both forms can score
    tau: Rounded | None
    finding: Text
    disagreements: tuple[DisagreementRow, ...]
    folded: int  # how many more there are

    @property
    def table_title(self) -> Message:
        return message("Places under the two forms: {form}", form=self.name)

    @property
    def anchor(self) -> str:
        """Where a page has it."""
        return f"form-{self.form}"

    @property
    def caption(self) -> Message:
        return message(
            "Where the two differ most, among the {items} that both can score", items=self.items
        )

    @property
    def folded_words(self) -> Message | None:
        """How many disagreements the page leaves out; None where it lists all."""
        if not self.folded:
            return None
        return plural("{n} more differs by less.", "{n} more differ by less.", self.folded)


def agreement_rows(
    portfolio: Portfolio, result: RankingFigures, as_of: date
) -> tuple[AgreementRow, ...]:
    """Each other form beside the ranking, in a fixed order."""
    others = (form for form in PARTS if form != result.order.form)
    return tuple(
        agreement_row(
            agreement(result.order, rank_open(portfolio, result.items, form, as_of)), portfolio
        )
        for form in others
    )


def agreement_row(compared: Agreement, portfolio: Portfolio) -> AgreementRow:
    rows = tuple(
        DisagreementRow(ref(portfolio[disagreement.id]), disagreement.rank, disagreement.other_rank)
        for disagreement in compared.disagreements
    )
    return AgreementRow(
        form=compared.other,
        name=FORM_NAMES[compared.other],
        formula=FORMULA[compared.other],
        items=compared.items,
        tau=None if compared.tau_b is None else Rounded(compared.tau_b),
        finding=agreement_words(compared),
        disagreements=rows[:MOST],
        folded=len(rows) - len(rows[:MOST]),
    )


def agreement_words(compared: Agreement) -> Text:
    """How many places agree, and Kendall's tau-b, in one sentence."""
    if compared.items < 2:
        candidates = plural(
            "{n:spelled} candidate has the parts for both: nothing to compare.",
            "{n:spelled} candidates have the parts for both: nothing to compare.",
            compared.items,
        )
        return candidates.sentence()
    return joined(agreement_clauses(compared), "; ")


def agreement_clauses(compared: Agreement) -> Iterator[Message]:
    same, whole = compared.items - len(compared.disagreements), compared.items
    yield of_all(
        same,
        whole,
        empty=message("No candidate in both"),
        only=message("The same place for the only candidate in both"),
        only_not=message("Another place for the only candidate in both"),
        both=message("The same place for both candidates"),
        neither=message("Another place for both candidates"),
        every=many("The same place for all {n}", whole),
        none=many("The same place for none of {n}", whole),
        some=plural(
            "The same place for {n} of {whole}", "The same place for {n} of {whole}", same,
            whole=whole,
        ),
    )  # fmt: skip
    tau = compared.tau_b
    yield tau_words(tau)


def tau_words(tau: Decimal | None) -> Message:
    if tau is None:
        return message("one form scores all alike, so that there is no tau-b.")
    return message(
        "Kendall's tau-b is {tau} (1 is the same order with the same ties, 0 no likeness, "
        "-1 the opposite).",
        tau=Rounded(tau),
    )

"""The pages of themes, objectives and key results."""

from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.okr.score import progress
from leanfolio.model import Epic, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import (
    Fact,
    Sentence,
    Table,
    Tag,
    Text,
    Value,
    figure,
    headers,
    in_percent,
    sentence,
    with_figures,
)
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.okr import KeyResultRow, ObjectiveRow
from leanfolio.views.okr.rows import band_tag
from leanfolio.views.phrase import green_of, rounded
from leanfolio.views.ref import Ref


def theme(portfolio: Portfolio, item: Theme, figures: Figures) -> Parts:
    rows = [
        figures.objectives[child.id]
        for child in portfolio.children_of(item.id, Objective)
        if child.id in figures.objectives
    ]
    green = sum(1 for row in rows if row.band == "green")
    return Parts(
        finding=f"{item.title}: {green_of(green, len(rows))}" if rows else item.title,
        facts=(Fact("Horizon", item.horizon),) if item.horizon else (),
        tables=(objective_table(rows),),
    )


def objective_table(rows: list[ObjectiveRow]) -> Table:
    return Table(
        "Objectives",
        headers("Objective", "Period", "Owner", "Score#", "Expected by now#", "Reported#", "Band"),
        tuple(
            (
                ref_of(row),
                row.period,
                row.owner,
                with_figures(row.score) if row.score else "none yet",
                with_figures(row.pace) if row.pace else None,
                f"{row.reported} of {row.of}",
                band_tag(row.score, row.band),
            )
            for row in rows
        ),
        anchor="objectives",
    )


def ref_of(row: ObjectiveRow | KeyResultRow) -> Value:
    is_objective = isinstance(row, ObjectiveRow)
    type, word = ("objective", "objective") if is_objective else ("key-result", "key result")
    return Ref(row.id, type, word, row.title, row.url)


def objective(portfolio: Portfolio, item: Objective, figures: Figures) -> Parts:
    """What an objective's page shows beside its prose."""
    row = figures.objectives[item.id]
    said: Text = sentence("{}: {}", item.title, row.arithmetic)
    if row.score:
        said = sentence("{}: {}", item.title, with_figures(row.score))
        if row.pace:
            said = sentence("{} where {} is expected by now", said, with_figures(row.pace))
    facts = [
        Fact(
            "Score",
            sentence("{} ({} of {} reported)", with_figures(row.score), row.reported, row.of),
            with_figures(row.arithmetic),
        )
        if row.score
        else Fact("Score", "none yet", row.arithmetic),
        *pace_fact(row),
        Fact("Period", row.period) if row.period else None,
        Fact("Commitment", commitment_words(item.commitment)),
        Fact("Level", item.level.replace("-", " ")),
        Fact("Themes", row.themes) if row.themes else None,
    ]
    sub = [
        figures.objectives[child.id]
        for child in portfolio.children_of(item.id, Objective)
        if child.id in figures.objectives
    ]
    epics = {
        epic.id: epic
        for key_result in portfolio.children_of(item.id, KeyResult)
        for epic in portfolio.children_of(key_result.id, Epic)
    }
    return Parts(
        finding=said,
        tags=(row.standing,),
        facts=tuple(fact for fact in facts if fact),
        tables=(
            key_result_table(row.key_results),
            epic_rows("Epics that are to move it", tuple(epics.values()), portfolio, figures),
            objective_table(sub),
        ),
    )


def commitment_words(commitment: str) -> str:
    return {
        "committed": "committed: 1.0 is expected",
        "aspirational": "aspirational: 0.7 is good",
    }[commitment]


def key_result_table(rows: tuple[KeyResultRow, ...]) -> Table:
    return Table(
        "Key results",
        headers("Key result", "Start#", "Now#", "Target#", "Score#", "How it came about", "Band"),
        tuple(
            (
                ref_of(row),
                with_figures("" if row.start is None else row.start),
                with_figures("not reported" if row.current is None else row.current),
                aim(row),
                with_figures(row.score or "none yet"),
                with_figures(row.arithmetic),
                row.stale_tag or row.band_tag,
            )
            for row in rows
        ),
        anchor="key-results",
    )


def aim(row: KeyResultRow) -> Sentence:
    """The target with its unit."""
    return sentence("{}", with_figures(row.aim or ""))


def key_result(portfolio: Portfolio, item: KeyResult, figures: Figures) -> Parts:
    """What a key result's page shows beside its prose."""
    row = figures.key_results.get(item.id)
    epics = portfolio.children_of(item.id, Epic)
    facts: list[Fact] = []
    tags: list[Tag] = []
    finding: Text = item.title
    if row:
        unit = f" {row.unit}" if row.unit else ""
        facts += [
            Fact("Score", with_figures(row.score or "none yet"), with_figures(row.arithmetic)),
            *pace_fact(row),
            Fact("Start", sentence("{}{}", with_figures(row.start), unit))
            if row.start is not None
            else Fact("Kind", "a measure to be kept" if row.kind == "maintain" else row.kind),
            Fact("Target", aim(row)),
            Fact("Commitment", commitment_words(row.commitment)),
            Fact("Weight", figure(row.weight), "when the objective's score is averaged"),
        ]
        tags.append(row.standing)
        if row.stale_tag:
            tags.append(row.stale_tag)
        if row.output_without_outcome:
            tags.append(Tag("warn", "output without outcome"))
        if row.current is not None:
            now = sentence("{}{}", with_figures(row.current), unit)
            finding = sentence("{}: {} now, {} is the target", item.title, now, aim(row))
    if item.cadence_days:
        facts.append(Fact("Measured every", f"{item.cadence_days} days"))
    return Parts(
        finding=finding,
        tags=tuple(tags),
        facts=tuple(facts),
        tables=(
            check_ins(item),
            epic_rows("Epics that are to move it", epics, portfolio, figures),
        ),
    )


def pace_fact(row: ObjectiveRow | KeyResultRow) -> list[Fact]:
    """What was to be reached by now; and why its band is what it is, where that has to be said."""
    if not row.pace:
        return []
    note = row.band_note
    why = sentence("{}{}{}", pace_reason(row), ". " if note else "", note or "")
    return [Fact("Expected by now", with_figures(row.pace), why)]


def pace_reason(row: ObjectiveRow | KeyResultRow) -> str:
    """How a pace came about."""
    if isinstance(row, KeyResultRow):
        if row.kind in ("binary", "milestone"):
            return "whole steps in the elapsed share of the period"
        return "elapsed share of the period"
    if all(result.pace in (row.pace, None) for result in row.key_results):
        return "elapsed share of the period"
    return "mean of what is expected of its key results that reported, by their weights"


def check_ins(item: KeyResult) -> Table:
    """Every check-in of a key result, the newest first, with the progress that it meant."""
    newest_first = sorted(item.check_ins, key=lambda each: each.on, reverse=True)
    rows: list[tuple[Value, ...]] = []
    for each in newest_first:
        raw = progress(item, Fraction(each.value))
        rows.append(
            (
                each.on,
                figure(each.value),
                sentence("{}", Decimal(rounded(raw))) if raw is not None else None,
                in_percent(each.confidence) if each.confidence is not None else None,
                each.by,
                each.note,
            )
        )
    return Table(
        "Check-ins",
        headers("On", "Value#", "Progress#", "Confidence#", "By", "Note"),
        tuple(rows),
        anchor="check-ins",
    )

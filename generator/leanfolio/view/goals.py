"""The pages of themes, objectives and key results."""

from fractions import Fraction

from leanfolio.model import Epic, KeyResult, Objective, Theme
from leanfolio.okr.score import progress
from leanfolio.portfolio import Portfolio
from leanfolio.view.cell import Fact, Table, Tag, Tone, Value, headers
from leanfolio.view.figures import Figures
from leanfolio.view.okr import KeyResultRow, ObjectiveRow
from leanfolio.view.parts import Parts
from leanfolio.view.phrase import percent, plain, rounded
from leanfolio.view.ref import Ref
from leanfolio.view.work import epic_rows

BAND_TONE: dict[str, Tone] = {"red": "bad", "yellow": "warn", "green": "good"}


def theme(portfolio: Portfolio, item: Theme, figures: Figures) -> Parts:
    rows = [
        figures.objectives[each.id]
        for each in portfolio.children_of(item.id, Objective)
        if each.id in figures.objectives
    ]
    green = sum(1 for row in rows if row.band == "green")
    return Parts(
        finding=f"{item.title}: {green} of {len(rows)} objectives green" if rows else item.title,
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
                row.score or "none yet",
                row.pace,
                f"{row.reported} of {row.of}",
                band_tag(row.band),
            )
            for row in rows
        ),
        anchor="objectives",
    )


def ref_of(row: ObjectiveRow | KeyResultRow) -> Value:
    is_objective = isinstance(row, ObjectiveRow)
    type, word = ("objective", "objective") if is_objective else ("key-result", "key result")
    return Ref(row.id, type, word, row.title, row.url)


def band_tag(band: str | None) -> Tag:
    return Tag(BAND_TONE[band], band) if band else Tag("plain", "not reported")


def objective(portfolio: Portfolio, item: Objective, figures: Figures) -> Parts:
    """What an objective's page shows beside its prose."""
    row = figures.objectives[item.id]
    said = (
        f"{item.title}: {row.score} where {row.pace} is expected by now"
        if row.score and row.pace
        else f"{item.title}: no key result has reported"
        if not row.score
        else f"{item.title}: {row.score}"
    )
    facts = [
        Fact("Score", f"{row.score} ({row.reported} of {row.of} reported)", row.arithmetic)
        if row.score
        else Fact("Score", "none yet", row.arithmetic),
        Fact("Expected by now", row.pace, "elapsed share of the period") if row.pace else None,
        Fact("Period", row.period) if row.period else None,
        Fact("Commitment", commitment_words(item.commitment)),
        Fact("Level", item.level.replace("-", " ")),
        Fact("Themes", row.themes) if row.themes else None,
    ]
    sub = [
        figures.objectives[each.id]
        for each in portfolio.children_of(item.id, Objective)
        if each.id in figures.objectives
    ]
    epics = {
        epic.id: epic
        for key_result in portfolio.children_of(item.id, KeyResult)
        for epic in portfolio.children_of(key_result.id, Epic)
    }
    return Parts(
        finding=said,
        tags=(band_tag(row.band),),
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
                row.start,
                row.current or "not reported",
                f"{row.target} {row.unit}".strip(),
                row.score or "none yet",
                row.arithmetic,
                Tag("warn", f"stale, {row.stale_days} days")
                if row.stale_days is not None
                else band_tag(row.band),
            )
            for row in rows
        ),
        anchor="key-results",
    )


def key_result(portfolio: Portfolio, item: KeyResult, figures: Figures) -> Parts:
    """What a key result's page shows beside its prose."""
    row = figures.key_results.get(item.id)
    epics = portfolio.children_of(item.id, Epic)
    facts: list[Fact] = []
    tags: list[Tag] = []
    finding = item.title
    if row:
        facts += [
            Fact("Score", row.score or "none yet", row.arithmetic),
            *(
                [Fact("Expected by now", row.pace, "elapsed share of the period")]
                if row.pace
                else []
            ),
            Fact("Start", f"{row.start} {row.unit}".strip())
            if row.start
            else Fact("Kind", row.kind),
            Fact("Target", f"{row.target} {row.unit}".strip()),
            Fact("Commitment", commitment_words(row.commitment)),
            Fact("Weight", plain(row.weight)),
        ]
        tags.append(band_tag(row.band))
        if row.stale_days is not None:
            tags.append(Tag("warn", f"stale, {row.stale_days} days"))
        if row.output_without_outcome:
            tags.append(Tag("warn", "output without outcome"))
        if row.current:
            unit = f" {row.unit}" if row.unit else ""
            finding = f"{item.title}: {row.current}{unit} now, {row.target}{unit} is the target"
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


def check_ins(item: KeyResult) -> Table:
    """Every check-in of a key result, the newest first, with the progress that it meant."""
    newest_first = sorted(item.check_ins, key=lambda each: each.on, reverse=True)
    rows: list[tuple[Value, ...]] = []
    for each in newest_first:
        raw = progress(item, Fraction(each.value))
        rows.append(
            (
                each.on,
                plain(each.value),
                rounded(raw) if raw is not None else None,
                percent(each.confidence) if each.confidence is not None else None,
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

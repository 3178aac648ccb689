"""The pages of themes, objectives and key results."""

from collections.abc import Iterator
from fractions import Fraction

from leanfolio.figures.okr.score import progress
from leanfolio.model import Epic, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Tag, Text, Tone, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import Parts, figure, in_wording, measure, part_of
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.okr import KeyResultRow, ObjectiveRow
from leanfolio.views.ref import Ref
from leanfolio.wording import (
    Message,
    Percent,
    Rounded,
    Series,
    days,
    in_context,
    many,
    message,
    of_all,
    plural,
)

BAND_TONE: dict[str, Tone] = {"red": "bad", "yellow": "warn", "green": "good"}
BANDS = {
    "red": in_context("band of a score", "red"),
    "yellow": in_context("band of a score", "yellow"),
    "green": in_context("band of a score", "green"),
}
COMMITMENTS = {
    "committed": message("committed: 1.0 is expected"),
    "aspirational": message("aspirational: 0.7 is good"),
}
NONE_YET = in_context("no score", "none yet")
NOT_REPORTED = in_context("no check-in", "not reported")


def theme(portfolio: Portfolio, item: Theme, figures: Figures) -> Parts:
    rows = [
        figures.objectives[child.id]
        for child in portfolio.children_of(item.id, Objective)
        if child.id in figures.objectives
    ]
    green = sum(1 for row in rows if row.band == "green")
    return Parts(
        finding=message("{title}: {green}", title=item.title, green=green_of(green, len(rows)))
        if rows
        else item.title,
        facts=(Fact("Horizon", item.horizon),) if item.horizon else (),
        tables=(objective_table(rows),),
    )


def green_of(green: int, objectives: int) -> Message:
    """Return how many objectives are green: two of six objectives are green."""
    return of_all(
        green,
        objectives,
        empty=message("there are no objectives"),
        only=message("the one objective is green"),
        only_not=message("the one objective is not green"),
        both=message("both objectives are green"),
        neither=message("none of two objectives are green"),
        every=many("all {n:spelled} objectives are green", objectives),
        none=many("none of {n:spelled} objectives are green", objectives),
        some=plural(
            "{n:pronoun} of {whole:spelled} objectives is green",
            "{n:pronoun} of {whole:spelled} objectives are green",
            green,
            whole=objectives,
        ),
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
                in_wording(row.score) or NONE_YET,
                in_wording(row.pace),
                part_of(row.reported, row.of),
                band_tag(row.band),
            )
            for row in rows
        ),
        anchor="objectives",
    )


def ref_of(row: ObjectiveRow | KeyResultRow) -> Ref:
    is_objective = isinstance(row, ObjectiveRow)
    type, word = ("objective", "objective") if is_objective else ("key-result", "key result")
    return Ref(row.id, type, word, row.title, row.url)


def band_tag(band: str | None, score: Rounded | str | None = None) -> Tag:
    """Return the band as a status, with the score where that does not stand beside it."""
    if not band:
        return Tag("plain", NOT_REPORTED)
    word = BANDS[band]
    if score:
        word = in_context(
            "a score and its band", "{score} {band}", score=in_wording(score), band=word
        )
    return Tag(BAND_TONE[band], word)


def objective(portfolio: Portfolio, item: Objective, figures: Figures) -> Parts:
    """Return what an objective's page shows beside its prose."""
    row = figures.objectives[item.id]
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
        finding=objective_finding(item, row),
        tags=(band_tag(row.band, row.score),),
        facts=tuple(objective_facts(item, row)),
        tables=(
            key_result_table(row.key_results),
            epic_rows("Epics that are to move it", tuple(epics.values()), portfolio, figures),
            objective_table(sub),
        ),
    )


def objective_finding(item: Objective, row: ObjectiveRow) -> Message:
    """Return its score, and what is expected of it by now."""
    if not row.score:
        if row.reported:
            return message("{title}: no score can be computed", title=item.title)
        return message("{title}: no key result has reported", title=item.title)
    score, pace = in_wording(row.score), in_wording(row.pace)
    if not row.pace:
        return message("{title}: {score}", title=item.title, score=score)
    return message(
        "{title}: {score} where {pace} is expected by now", title=item.title, score=score, pace=pace
    )


def objective_facts(item: Objective, row: ObjectiveRow) -> Iterator[Fact]:
    """Yield an objective in short: score, pace, period, what was promised."""
    if row.score:
        score = message(
            "{score} ({reported} of {whole} reported)",
            score=in_wording(row.score),
            reported=row.reported,
            whole=row.of,
        )
        yield Fact("Score", score, in_wording(row.arithmetic))
    else:
        yield Fact("Score", NONE_YET, row.arithmetic)
    if row.pace:
        yield Fact("Expected by now", in_wording(row.pace), message("elapsed share of the period"))
    if row.period:
        yield Fact("Period", row.period)
    yield Fact("Commitment", COMMITMENTS[item.commitment])
    yield Fact("Level", item.level.replace("-", " "))
    if row.themes:
        yield Fact("Themes", row.themes)


def key_result_table(rows: tuple[KeyResultRow, ...]) -> Table:
    return Table(
        "Key results",
        headers("Key result", "Start#", "Now#", "Target#", "Score#", "How it came about", "Band"),
        tuple(
            (
                ref_of(row),
                in_wording(row.start),
                in_wording(row.current) if row.current else NOT_REPORTED,
                aim(row),
                in_wording(row.score) or NONE_YET,
                in_wording(row.arithmetic),
                band_tag(row.band) if row.stale_days is None else stale_tag(row.stale_days),
            )
            for row in rows
        ),
        anchor="key-results",
    )


def stale_tag(number: int) -> Tag:
    return Tag("warn", message("stale, {days}", days=days(number)))


def aim(row: KeyResultRow) -> Series | Message:
    """Return the target with its unit."""
    return measure(in_wording(row.target), row.unit)


def key_result(portfolio: Portfolio, item: KeyResult, figures: Figures) -> Parts:
    """Return what a key result's page shows beside its prose."""
    row = figures.key_results.get(item.id)
    facts = [*key_result_facts(row)] if row else []
    if item.cadence_days:
        facts.append(Fact("Measured every", days(item.cadence_days)))
    epics = portfolio.children_of(item.id, Epic)
    return Parts(
        finding=key_result_finding(item, row),
        tags=tuple(key_result_tags(row)) if row else (),
        facts=tuple(facts),
        tables=(
            check_ins(item),
            epic_rows("Epics that are to move it", epics, portfolio, figures),
        ),
    )


def key_result_finding(item: KeyResult, row: KeyResultRow | None) -> Text:
    """Return where it is and where it is to be."""
    if row is None or not row.current:
        return item.title
    return message(
        "{title}: {now} now, {target} is the target",
        title=item.title,
        now=measure(in_wording(row.current), row.unit),
        target=aim(row),
    )


def key_result_facts(row: KeyResultRow) -> Iterator[Fact]:
    """Yield a key result in short: score, pace, start, target, weight."""
    yield Fact("Score", in_wording(row.score) or NONE_YET, in_wording(row.arithmetic))
    if row.pace:
        yield Fact("Expected by now", in_wording(row.pace), pace_words(row))
    if row.start:
        yield Fact("Start", measure(in_wording(row.start), row.unit))
    elif row.kind == "maintain":
        yield Fact("Kind", message("a measure to be kept"))
    else:
        yield Fact("Kind", row.kind)
    yield Fact("Target", aim(row))
    yield Fact("Commitment", COMMITMENTS[row.commitment])
    yield Fact("Weight", figure(row.weight), message("when the objective's score is averaged"))


def pace_words(row: KeyResultRow) -> Message:
    """Return what is expected by now; and why it is green all the same, where it is behind."""
    pace = message("elapsed share of the period")
    if row.behind is None:
        return pace
    return message("{pace}. {behind}", pace=pace, behind=in_wording(row.behind))


def key_result_tags(row: KeyResultRow) -> Iterator[Tag]:
    yield band_tag(row.band, row.score)
    if row.stale_days is not None:
        yield stale_tag(row.stale_days)
    if row.output_without_outcome:
        yield Tag("warn", message("output without outcome"))


def check_ins(item: KeyResult) -> Table:
    """Return every check-in of a key result, the newest first, with the progress that it meant."""
    rows: list[tuple[Value, ...]] = []
    for each in sorted(item.check_ins, key=lambda check_in: check_in.on, reverse=True):
        raw = progress(item, Fraction(each.value))
        rows.append(
            (
                each.on,
                figure(each.value),
                Rounded(raw) if raw is not None else None,
                Percent(each.confidence) if each.confidence is not None else None,
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

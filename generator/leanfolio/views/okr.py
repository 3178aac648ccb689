"""Objectives and key results: what was reached, against what was to be reached by now."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures import thresholds
from leanfolio.figures.facts import Facts
from leanfolio.figures.okr.score import (
    Band,
    KeyResultScore,
    ObjectiveScore,
    days_of,
    ends,
    latest_by,
    progress,
    score_all,
    score_key_result,
    score_objective,
)
from leanfolio.figures.thresholds import RECENT, TREND_POINTS
from leanfolio.model import Epic, KeyResult
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Sentence, sentence, with_figures
from leanfolio.views.phrase import capital, count, plain, quoted, rounded
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.wording import trimmed
from leanfolio.words import listed

GREEN_FROM = trimmed(thresholds.GREEN_FROM)


@dataclass(frozen=True, slots=True)
class KeyResultRow:
    """A key result as every page shows it."""

    id: str
    title: str
    url: str
    owner: str | None
    kind: str
    commitment: str
    unit: str
    start: str
    target: str
    current: str
    weight: Decimal
    progress: str | None  # raw, two decimals: may be below 0 or above 1
    score: str | None
    exact: str | None
    band: Band | None
    pace: str | None
    pace_exact: Fraction | None
    arithmetic: str
    last_check_in: date | None
    stale_days: int | None
    confidence: Decimal | None
    epics: tuple[Ref, ...]
    trend: tuple[tuple[float, float], ...]  # x, y in 0..1, oldest first
    output_without_outcome: bool

    @property
    def behind(self) -> Sentence | None:
        """Why it is green all the same, where it is green and yet behind its pace."""
        if self.band != "green" or self.score is None or self.pace is None:
            return None
        score, pace = Decimal(self.score), Decimal(self.pace)
        if score >= pace:
            return None
        if score >= GREEN_FROM:
            return sentence("Green from {} on, yet {} is expected by now.", GREEN_FROM, pace)
        return sentence(
            "{} rounds to {}, where green begins; yet {} is expected by now.",
            score, GREEN_FROM, pace,
        )  # fmt: skip

    @property
    def journey(self) -> Sentence:
        """Where it is, where it began, and where it is to be: "27.2, down from 31, target 24"."""
        unit = f" {self.unit}" if self.unit else ""
        now = with_figures(self.current) if self.current else "not reported"
        if self.kind == "maintain":
            stay = "to stay" if self.target.startswith("at ") else "to stay within"
            return sentence("{}, {} {}{}", now, stay, with_figures(self.target), unit)
        return sentence("{}, {}target {}{}", now, self.way, with_figures(self.target), unit)

    @property
    def way(self) -> Sentence | str:
        """Which way it went from its start; nothing before the first check-in."""
        if not self.current or not self.start:
            return ""
        now, start = Decimal(self.current), Decimal(self.start)
        went = "as at the start" if now == start else f"{'up' if now > start else 'down'} from {{}}"
        return sentence(f"{went}, ", *([] if now == start else [start]))


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    id: str
    title: str
    url: str
    owner: str | None
    level: str
    period: str
    commitment: str
    score: str | None
    exact: str | None
    reported: int
    of: int
    band: Band | None
    pace: str | None
    pace_exact: Fraction | None
    arithmetic: str
    themes: tuple[Ref, ...]
    key_results: tuple[KeyResultRow, ...]


@dataclass(frozen=True, slots=True)
class Okrs:
    """Every objective with its key results; committed and aspirational averages stand apart."""

    finding: str
    lede: str
    objectives: tuple[ObjectiveRow, ...]
    committed: str | None  # mean score of committed objectives
    aspirational: str | None
    reported: int
    of: int
    trend: tuple[tuple[float, float], ...]  # mean over objectives, x and y in 0..1
    mean: str | None
    pace: str | None  # mean expected by now


def okr_view(facts: Facts) -> Okrs:
    portfolio, as_of, scored = facts.portfolio, facts.as_of, facts.objectives
    rows = tuple(objective_row(facts, each) for each in scored)
    found = [each for each in scored if each.score is not None]
    return Okrs(
        finding=okr_finding(rows),
        lede=okr_lede(rows),
        objectives=rows,
        committed=said(average([e for e in found if e.objective.commitment == "committed"])),
        aspirational=said(average([e for e in found if e.objective.commitment == "aspirational"])),
        reported=sum(row.reported for row in rows),
        of=sum(row.of for row in rows),
        trend=mean_trend(portfolio, as_of),
        mean=said(facts.mean_score.score),
        pace=said(facts.mean_score.pace),
    )


def average(scored: list[ObjectiveScore]) -> Fraction | None:
    scores = [each.score for each in scored if each.score is not None]
    return sum(scores, Fraction(0)) / len(scores) if scores else None


def said(value: Fraction | None) -> str | None:
    return None if value is None else rounded(value)


def objective_row(facts: Facts, scored: ObjectiveScore) -> ObjectiveRow:
    """An objective with its key results, rounded and put into words."""
    objective, portfolio = scored.objective, facts.portfolio
    rows = tuple(key_result_row(facts, result, scored) for result in scored.key_results)
    pace = scored.pace
    return ObjectiveRow(
        id=objective.id,
        title=objective.title,
        url=url_of(objective),
        owner=objective.owner,
        level=objective.level,
        period=str(objective.period) if objective.period else "",
        commitment=objective.commitment,
        score=said(scored.score),
        exact=None if scored.score is None else str(scored.score),
        reported=scored.reported,
        of=scored.of,
        band=scored.band,
        pace=said(pace),
        pace_exact=pace,
        arithmetic=objective_arithmetic(scored),
        themes=tuple(ref(portfolio[id]) for id in objective.themes if id in portfolio),
        key_results=rows,
    )


def objective_arithmetic(scored: ObjectiveScore) -> str:
    """The weighted mean as a reader would type it into a calculator."""
    found = [result for result in scored.key_results if result.score is not None]
    if not found or scored.score is None:
        return "no key result has reported"
    weights = [each.key_result.weight for each in found]
    scores = [rounded(each.score or Fraction(0)) for each in found]
    if len(set(weights)) == 1:
        return f"({' + '.join(scores)}) / {len(found)} = {rounded(scored.score)}"
    terms = " + ".join(f"{plain(w)} × {s}" for w, s in zip(weights, scores, strict=True))
    return f"({terms}) / {plain(sum(weights, Decimal(0)))} = {rounded(scored.score)}"


def key_result_row(facts: Facts, scored: KeyResultScore, whole: ObjectiveScore) -> KeyResultRow:
    """A key result's score, pace and age, rounded and put into words."""
    key_result = scored.key_result
    epics = facts.portfolio.children_of(key_result.id, Epic)
    latest = scored.latest
    maintain = key_result.kind == "maintain"
    start, target = ends(key_result)
    return KeyResultRow(
        id=key_result.id,
        title=key_result.title,
        url=url_of(key_result),
        owner=key_result.owner,
        kind=key_result.kind,
        commitment=key_result.commitment or whole.objective.commitment,
        unit=key_result.unit or "",
        start="" if maintain else plain(start),
        target=band_words(key_result) if maintain else plain(target),
        current=plain(latest.value) if latest else "",
        weight=key_result.weight,
        progress=said(scored.progress),
        score=said(scored.score),
        exact=None if scored.progress is None else str(scored.progress),
        band=scored.band,
        pace=said(scored.pace),
        pace_exact=scored.pace,
        arithmetic=arithmetic(scored),
        last_check_in=latest.on if latest else None,
        stale_days=scored.stale_days,
        confidence=latest.confidence if latest else None,
        epics=tuple(ref(epic) for epic in epics),
        trend=trend(key_result, facts.as_of),
        output_without_outcome=key_result.id in facts.without_outcome,
    )


def band_words(key_result: KeyResult) -> str:
    """Low and high of a measure that is to be kept, as a reader says it."""
    if key_result.low is None:
        return f"at most {plain(key_result.high)}" if key_result.high is not None else ""
    if key_result.high is None:
        return f"at least {plain(key_result.low)}"
    return f"{plain(key_result.low)} to {plain(key_result.high)}"


def arithmetic(scored: KeyResultScore) -> str:
    """How the score came about, to be typed into a calculator."""
    key_result, latest = scored.key_result, scored.latest
    if latest is None:
        return "no check-in yet"
    value = plain(latest.value)
    if key_result.kind == "maintain":
        inside = "inside" if scored.score else "outside"
        return f"{value} is {inside} {band_words(key_result)}"
    start, target = ends(key_result)
    if scored.progress is None or start is None or target is None:
        return "start and target do not say how far there is to go"
    first, last = bracketed(start), bracketed(target)
    raw = rounded(scored.progress)
    clamped = (
        f", held at {rounded(scored.score)}"
        if scored.score is not None and scored.score != scored.progress
        else ""
    )
    return f"({value} − {first}) / ({plain(target)} − {first}) = {raw}{clamped}".replace(
        f"({plain(target)}", f"({last}" if target < 0 else f"({plain(target)}"
    )


def bracketed(value: Fraction) -> str:
    """A number as a term: negative ones in brackets."""
    return f"({plain(value)})" if value < 0 else plain(value)


def trend(key_result: KeyResult, as_of: date) -> tuple[tuple[float, float], ...]:
    """Progress at each check-in until that day, for a small line: x and y in 0..1."""
    points = []
    past = sorted((each for each in key_result.check_ins if each.on <= as_of), key=lambda e: e.on)
    if len(past) < 2:
        return ()
    first, last = past[0].on, past[-1].on
    days = (last - first).days or 1
    for each in past:
        raw = progress(key_result, Fraction(each.value))
        if raw is not None:
            held = min(max(raw, Fraction(0)), Fraction(1))
            points.append(((each.on - first).days / days, float(held)))
    return tuple(points)


def mean_trend(portfolio: Portfolio, as_of: date) -> tuple[tuple[float, float], ...]:
    """The mean objective score at six days, each thirty apart, the last being today."""
    points = []
    for step in range(TREND_POINTS):
        on = as_of - RECENT * (TREND_POINTS - 1 - step)
        means = [each.score for each in score_all(portfolio, on) if each.score is not None]
        if means:
            points.append((step / (TREND_POINTS - 1), float(sum(means, Fraction(0)) / len(means))))
    return tuple(points) if len(points) > 1 else ()


def okr_finding(rows: tuple[ObjectiveRow, ...]) -> str:
    """What the objectives say, in one sentence."""
    scored = [row for row in rows if row.score is not None]
    if not scored:
        return "No objective has reported yet" if rows else "There are no objectives yet"
    behind = [
        row
        for row in scored
        if row.pace_exact is not None and Fraction(row.exact or 0) < row.pace_exact
    ]
    green = sum(1 for row in scored if row.band == "green")
    if not behind:
        return f"All {len(scored)} objectives are at or ahead of their pace"
    worst = min(behind, key=lambda row: Fraction(row.exact or 0) - (row.pace_exact or 0))
    ahead = (
        f"{capital(count(green, 'objective'))} {'is' if green == 1 else 'are'} green; "
        if green
        else ""
    )
    said = f"{quoted(worst.title)} is furthest behind its pace"
    return f"{ahead}{said}, {worst.score} against {worst.pace}"


def okr_lede(rows: tuple[ObjectiveRow, ...]) -> str:
    reported, of = sum(row.reported for row in rows), sum(row.of for row in rows)
    stale = [kr.id for row in rows for kr in row.key_results if kr.stale_days is not None]
    hollow = [kr.id for row in rows for kr in row.key_results if kr.output_without_outcome]
    said_stale = f" Stale: {listed(stale)}." if stale else ""
    said_hollow = f" Output without outcome: {listed(hollow)}." if hollow else ""
    return (
        f"{reported} of {of} key results reported.{said_stale}{said_hollow} "
        "Bands: red below 0.4, yellow below 0.7, else green, after rounding to one decimal."
    )


__all__ = [
    "KeyResultRow",
    "ObjectiveRow",
    "Okrs",
    "days_of",
    "latest_by",
    "okr_view",
    "score_key_result",
    "score_objective",
]

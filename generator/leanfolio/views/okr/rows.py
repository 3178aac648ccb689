"""Objectives and key results as rows: figures, and what stands beside them in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.okr.outcome import movers
from leanfolio.figures.okr.score import (
    Band,
    KeyResultScore,
    ObjectiveScore,
    Phase,
    days_of,
    ends,
    held,
    weighted_mean,
)
from leanfolio.figures.okr.targets import Targets
from leanfolio.figures.okr.trajectory import (
    ObjectivePoint,
    Trajectory,
    objective_points,
    trajectory,
)
from leanfolio.model import Days, Epic, KeyResult
from leanfolio.views.cell import Sparkline, Tag
from leanfolio.views.health import HealthMark, mark_of
from leanfolio.views.okr.arithmetic import (
    exact,
    kept_range,
    key_result_arithmetic,
    objective_arithmetic,
)
from leanfolio.views.okr.chart import aim_of, with_unit
from leanfolio.views.okr.records import rounded_or_none
from leanfolio.views.okr.standing import (
    against_pace,
    band_note,
    band_tag,
    bar_share,
    is_behind,
    standing,
)
from leanfolio.views.okr.trend import key_result_trend, objective_trend
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.wording import Message, Part, Rounded, Text, days, message, readable, trimmed

NOT_KNOWN: Mapping[str, Targets] = MappingProxyType({})


class KeyResultRow(Struct, frozen=True):
    """A key result as every page shows it."""

    id: str
    title: str
    url: str
    owner: str | None
    kind: str
    commitment: str
    unit: str
    start: Decimal | None  # None for a measure that is to be kept
    target: Decimal | Message | None  # a range in words for a measure that is to be kept
    current: Decimal | None  # None before the first check-in
    weight: Decimal
    progress: Rounded | None  # raw: may be below 0 or above 1
    score: Rounded | None
    exact: str | None  # the progress as a fraction, for programs
    band: Band | None  # None where nothing is known, or nothing was due
    pace: Rounded | None  # what was expected by now
    arithmetic: Text
    last_check_in: date | None
    stale_days: int | None
    confidence: Decimal | None
    epics: tuple[Ref, ...]
    trend: PageOnly[Sparkline | None]
    journey: PageOnly[Text]  # "27.2, down from 31, target 24 EUR"
    output_without_outcome: bool
    trajectory: PageOnly[Trajectory]  # what was measured, with what was expected
    phase: Phase  # of its objective's period
    elapsed_days: int | None  # of its objective's period; None where it has none
    period_days: int | None
    confidences: tuple[Decimal | None, ...]  # at the last three check-ins, the newest last
    unmoved: bool | None  # whether no epic is to move it; None where not all epics may be read
    target_changes: int | None  # since its period began; None where git does not say
    progress_by_first: Rounded | None  # by the first start and target, where these moved
    score_by_first: Rounded | None

    @property
    def not_yet_due(self) -> bool:
        return self.score is not None and self.band is None

    @property
    def band_note(self) -> Message | None:
        """Why its band is what it is, where the printed score does not show it."""
        return band_note(self.score, self.band, self.pace)

    @property
    def standing(self) -> Tag:
        """Its score and band as a status."""
        return standing(self.score, self.band)

    @property
    def band_tag(self) -> Tag:
        """Its band as a status, where the score stands beside it."""
        return band_tag(self.score, self.band)

    @property
    def stale_tag(self) -> Tag | None:
        """A status for a last check-in that is too long ago."""
        if self.stale_days is None:
            return None
        return Tag("warn", message("stale, {age}", age=days(self.stale_days)))

    @property
    def alarms(self) -> tuple[Message, ...]:
        """What should not stay as it is, beside a low score."""
        found = (
            (self.unmoved, message("no epic moves it")),
            (self.output_without_outcome, message("output without outcome")),
            (self.target_changes, message("target moved")),
        )
        return tuple(alarm for holds, alarm in found if holds)

    @property
    def statuses(self) -> tuple[Tag, ...]:
        """All that is to be marked about it, where the score stands beside."""
        alarms = (Tag("warn", alarm) for alarm in self.alarms)
        return tuple(tag for tag in (self.stale_tag, self.band_tag, *alarms) if tag)

    @property
    def against_pace(self) -> Message | None:
        """How far its score lies from what is expected by now, as both are printed."""
        return against_pace(self.score, self.pace, self.elapsed_days)

    @property
    def aim(self) -> Part:
        """The target with its unit."""
        return with_unit(self.target, self.unit)

    @property
    def first_aim(self) -> Part:
        """The target, or the range, as the period began; None where it is what it was."""
        targets = self.trajectory.targets
        first = targets.first if targets and targets.moves else None
        if first is None or str(aim_of(first)) == str(aim_of(self.trajectory.terms)):
            return None
        return aim_of(first)

    @property
    def share(self) -> float | None:
        return bar_share(self.score)

    @property
    def pace_share(self) -> float | None:
        return bar_share(self.pace)


class ObjectiveRow(Struct, frozen=True):
    """An objective with its key results."""

    id: str
    title: str
    url: str
    owner: str | None
    level: str
    period: str
    phase: Phase  # of its period, as of the day; running where it has none
    commitment: str
    score: Rounded | None
    exact: str | None  # the score as a fraction, for programs
    reported: int
    of: int
    band: Band | None  # None where there is no score, or nothing was due
    pace: Rounded | None  # what was expected by now of the key results that reported
    arithmetic: Text
    themes: tuple[Ref, ...]
    key_results: tuple[KeyResultRow, ...]
    committed: Rounded | None = None  # mean score of its committed key results that reported
    aspirational: Rounded | None = None
    score_by_first: Rounded | None = None  # by first starts and targets, where one moved
    trend: PageOnly[Sparkline | None] = None
    elapsed_days: int | None = None  # of its period
    period_days: int | None = None
    points: PageOnly[tuple[ObjectivePoint, ...]] = ()  # its score by day
    health: HealthMark | None = None  # as somebody said last
    begun: bool = True  # whether a day of its period is over

    @property
    def not_yet_due(self) -> bool:
        """Whether it has a score, and nothing of it was due."""
        return self.score is not None and self.band is None

    @property
    def is_behind(self) -> bool:
        """Whether its score is below its pace, as both are printed; nobody is on the first day."""
        return self.begun and is_behind(self.score, self.pace)

    @property
    def against_pace(self) -> Message | None:
        """How far its score lies from what is expected by now, as both are printed."""
        return against_pace(self.score, self.pace, self.elapsed_days)

    @property
    def band_note(self) -> Message | None:
        """Why its band is what it is, where the printed score does not show it."""
        return band_note(self.score, self.band, self.pace)

    @property
    def standing(self) -> Tag:
        """Its score and band as a status."""
        if self.score is None and self.reported:
            return Tag("plain", message("no score"))
        return standing(self.score, self.band)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What stands beside its arithmetic: how many reported, the pace, the kind, the period."""
        reported = message("{reported} of {total} reported", reported=self.reported, total=self.of)
        pace = message("expected by now {pace}", pace=self.pace) if self.pace else None
        return tuple(
            note for note in (reported, pace, readable(self.commitment), self.period) if note
        )


def objective_row(
    facts: Facts, scored: ObjectiveScore, targets: Mapping[str, Targets] = NOT_KNOWN
) -> ObjectiveRow:
    """Make the row of an objective, with those of its key results."""
    objective, portfolio = scored.objective, facts.portfolio
    days = days_of(portfolio, objective)
    rows = tuple(
        key_result_row(facts, result, scored, days, targets.get(result.key_result.id))
        for result in scored.key_results
    )
    points = objective_points([row.trajectory for row in rows], days)
    return ObjectiveRow(
        id=objective.id,
        title=objective.title,
        url=url_of(objective),
        owner=objective.owner,
        level=objective.level,
        period=str(objective.period) if objective.period else "",
        phase=scored.phase,
        commitment=objective.commitment,
        score=rounded_or_none(scored.score),
        exact=None if scored.score is None else str(scored.score),
        reported=scored.reported,
        of=scored.total,
        band=scored.band,
        pace=rounded_or_none(scored.pace),
        arithmetic=objective_arithmetic(scored),
        themes=tuple(ref(portfolio[id]) for id in objective.themes if id in portfolio),
        key_results=rows,
        committed=mean_of(rows, "committed"),
        aspirational=mean_of(rows, "aspirational"),
        score_by_first=mean_by_first(rows),
        trend=objective_trend(points, days),
        elapsed_days=days.elapsed(facts.as_of) if days else None,
        period_days=days.length if days else None,
        points=points,
        health=mark_of(facts.health.get(objective.id)),
        begun=scored.begun,
    )


def mean_of(rows: Iterable[KeyResultRow], commitment: str) -> Rounded | None:
    """The weighted mean of the key results of one kind that reported."""
    kind = [row for row in rows if row.commitment == commitment]
    return rounded_or_none(weighted_mean((row.weight, exact_score(row.score)) for row in kind))


def mean_by_first(rows: Sequence[KeyResultRow]) -> Rounded | None:
    """The weighted mean by first starts and targets; None where none moved."""
    if not any(row.target_changes for row in rows):
        return None
    scores = ((row, row.score_by_first if row.target_changes else row.score) for row in rows)
    return rounded_or_none(weighted_mean((row.weight, exact_score(score)) for row, score in scores))


def exact_score(score: Rounded | None) -> Fraction | None:
    return None if score is None else Fraction(score.value)


def key_result_row(
    facts: Facts,
    scored: KeyResultScore,
    objective: ObjectiveScore,
    days: Days | None,
    targets: Targets | None,
) -> KeyResultRow:
    """Make the row of a key result of this objective."""
    key_result, latest = scored.key_result, scored.latest
    portfolio, id = facts.portfolio, key_result.id
    start, target = stated_ends(key_result)
    current = trimmed(latest.value) if latest else None
    measured = trajectory(key_result, days, facts.as_of, targets)
    all_known = not portfolio.partial and not portfolio.broken
    return KeyResultRow(
        id=id,
        title=key_result.title,
        url=url_of(key_result),
        owner=key_result.owner,
        kind=key_result.kind,
        commitment=key_result.commitment or objective.objective.commitment,
        unit=key_result.unit or "",
        start=start,
        target=target,
        current=current,
        weight=key_result.weight,
        progress=rounded_or_none(scored.progress),
        score=rounded_or_none(scored.score),
        exact=None if scored.progress is None else str(scored.progress),
        band=scored.band,
        pace=rounded_or_none(scored.pace),
        arithmetic=key_result_arithmetic(scored),
        last_check_in=latest.on if latest else None,
        stale_days=scored.stale_days,
        confidence=latest.confidence if latest else None,
        epics=tuple(ref(epic) for epic in portfolio.children_of(id, Epic)),
        trend=key_result_trend(measured),
        journey=journey(key_result, current),
        output_without_outcome=id in facts.without_outcome and not portfolio.partial,
        trajectory=measured,
        phase=objective.phase,
        elapsed_days=days.elapsed(facts.as_of) if days else None,
        period_days=days.length if days else None,
        confidences=measured.confidences,
        unmoved=not movers(portfolio, id) if all_known else None,
        target_changes=measured.moves,
        progress_by_first=rounded_or_none(measured.first_progress),
        score_by_first=rounded_or_none(held(measured.first_progress)),
    )


def stated_ends(key_result: KeyResult) -> tuple[Decimal | None, Decimal | Message | None]:
    """Its start and its target; of a measure that is to be kept the range alone."""
    if key_result.kind == "maintain":
        return None, kept_range(key_result)
    start, target = ends(key_result)
    return exact_or_none(start), exact_or_none(target)


def exact_or_none(value: Fraction | None) -> Decimal | None:
    return None if value is None else exact(value)


def journey(key_result: KeyResult, current: Decimal | None) -> Message:
    """Where it is, where it began, and where it is to be: "27.2, down from 31, target 24 EUR"."""
    if key_result.kind == "maintain":
        return kept_journey(key_result, current)
    begin, end = map(exact_or_none, ends(key_result))
    target = with_unit(end, key_result.unit)
    if current is None:
        return message("not reported, target {target}", target=target)
    if begin is None:
        return message("{now}, target {target}", now=current, target=target)
    if current == begin:
        return message("{now}, as at the start, target {target}", now=current, target=target)
    if current > begin:
        return message(
            "{now}, up from {start}, target {target}", now=current, start=begin, target=target
        )
    return message(
        "{now}, down from {start}, target {target}", now=current, start=begin, target=target
    )


def kept_journey(key_result: KeyResult, current: Decimal | None) -> Message:
    """Where a measure is that is to be kept, and within what: "50, to stay within 45 to 55"."""
    now = message("not reported") if current is None else current
    band = with_unit(kept_range(key_result), key_result.unit)
    if key_result.low is not None and key_result.high is not None:
        return message("{now}, to stay within {range}", now=now, range=band)
    return message("{now}, to stay {limit}", now=now, limit=band)

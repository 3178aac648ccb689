"""Estimates: scores that can be set against one another."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import attrgetter

from leanfolio.check.limits import open_scored
from leanfolio.check.rule import Setting
from leanfolio.figures.ranking.wsjf import PART_NAMES, PARTS, number
from leanfolio.model import Epic, Increment, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import Percent, Text, days, grouped, listed, readable, tell

RELATIVE = PARTS["relative"]
MONEY = PARTS["money"]
USUAL_INCREMENT = 84  # days, where no increment says
ENOUGH = 10  # scores in a column, before their likeness means anything
FEW = 3  # scores in a column, before one of them has to be the least
ALIKE = Fraction(2, 5)

LONGEST_QUOTE = 200  # characters of a value in a message


def score_off_scale(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Every part of a relative score is a number of the scale.

    The steps of the scale are all that relative numbers mean. A 10 between 8 and 13 claims a
    precision that nobody has.

    Fix: choose the nearest step; or change `scale:` of the portfolio for all.
    """
    scale = portfolio.policy.scale
    for item in setting.once(open_scored, portfolio):
        for part in RELATIVE:
            value = getattr(item, part)
            if value is None or value in scale or (part == "job_size" and value == 0):
                continue
            yield Problem(
                item.at(part),
                "score-off-scale",
                tell(
                    "{item} has {part} {value:grouped}, which is no step of the scale {scale}",
                    item=item.id,
                    part=part,
                    value=value,
                    scale=steps_in_words(scale),
                ),
                tell("write {steps}", steps=listed(map(grouped, neighbours(value, scale)), "or"))
                if scale
                else tell("write a `scale:` into the portfolio"),
            )


def and_no(missing: Text, next: Text) -> Text:
    return tell("{missing} and no {next}", missing=missing, next=next)


def names_of(parts: Sequence[str]) -> list[Text]:
    return [PART_NAMES[part] for part in parts]


def steps_in_words(scale: Sequence[Decimal]) -> str:
    """Return the steps of a scale, cut at so many characters."""
    text = ", ".join(map(grouped, scale))
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def neighbours(value: Decimal, scale: Sequence[Decimal]) -> list[Decimal]:
    """The step below a value, and the one above."""
    below = [step for step in scale if step < value]
    above = [step for step in scale if step > value]
    return ([max(below)] if below else []) + ([min(above)] if above else [])


def size_zero(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A job has a size, and takes time.

    A score is divided by it: nothing can be divided by zero, and what takes no time is done.

    Fix: estimate what remains; or set the item to done.
    """
    for item in setting.once(open_scored, portfolio):
        for part in ("job_size", "duration_weeks"):
            if getattr(item, part) == 0:
                yield Problem(
                    item.at(part),
                    "size-zero",
                    tell(
                        "{item} has {part} 0, by which no score can be divided",
                        item=item.id,
                        part=part,
                    ),
                    tell("write an estimate of what remains, or move it to its last state"),
                )


def score_incomplete(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A score that is begun has all its parts.

    What lacks one is not ranked at all; a part that is guessed as zero would rank it wrongly.

    Fix: add the parts that the message names; or take the others out.
    """
    for item in setting.once(open_scored, portfolio):
        for parts in (RELATIVE, MONEY):
            has = [part for part in parts[:-1] if number(item, part) is not None]
            missing = [part for part in parts if number(item, part) is None]
            if has and missing and not item.origin.faulty.intersection(missing):
                yield Problem(
                    item.at(has[0]),
                    "score-incomplete",
                    tell(
                        "{item} has {stated}, but no {missing}",
                        item=item.id,
                        stated=listed(PART_NAMES[part] for part in has),
                        missing=reduce(and_no, names_of(missing)),
                    ),
                    tell("add {fields}", fields=listed(f"`{part}:`" for part in missing)),
                )


def size_top(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Nothing that is still to be begun is of the largest size of the scale: it is split.

    The top of the scale means "larger than we can tell". Such a job blocks whatever waits behind
    it, and its score says little.

    Fix: split it, so that the part that matters most goes first.
    """
    top = max(portfolio.policy.scale, default=None)
    for item in setting.once(open_scored, portfolio):
        if item.job_size == top and portfolio.category_of(item) != "active":
            yield Problem(
                item.at("job_size"),
                "size-top",
                tell(
                    "{item} has job size {job_size:grouped}, the top of the scale",
                    item=item.id,
                    job_size=item.job_size or 0,
                ),
                tell("split it into {word}s of smaller sizes", word=readable(item.WORD)),
            )


def scale_unanchored(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """In each column of scores, the least has the first step of the scale.

    Scores are relative: each column is set against its least. Where nobody has a 1, columns weigh
    differently, and the sum of them prefers one without anybody having said so.

    Fix: find the least in that column, call it 1, and set the others against it anew.
    """
    least_step = min(portfolio.policy.scale, default=None)
    for part, scored in columns_of(portfolio, setting):
        if len(scored) < FEW or least_step is None:
            continue
        least = min(scored, key=attrgetter(part))  # of equals the first by id
        value = getattr(least, part)
        if value > least_step:
            yield Problem(
                least.at(part),
                "scale-unanchored",
                tell(
                    "no epic has {part} {least_step:grouped}: the least is the {value:grouped} "
                    "of {least}",
                    part=PART_NAMES[part],
                    least_step=least_step,
                    value=value,
                    least=least.id,
                ),
                tell(
                    "call the least {least_step:grouped}, and set the others against it",
                    least_step=least_step,
                ),
            )


def scores_alike(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """At most 40 % of the scores in a column are the same; asked of ten scores and more.

    A column in which all is an 8 decides nothing, and takes its time in every meeting.

    Fix: compare them pair by pair, and spread them over the scale.
    """
    for part, scored in columns_of(portfolio, setting):
        if len(scored) < ENOUGH:
            continue
        counts = Counter(getattr(epic, part) for epic in scored)
        value, count = max(counts.items(), key=lambda item: (item[1], item[0]))
        if Fraction(count, len(scored)) > ALIKE:
            same = [epic for epic in scored if getattr(epic, part) == value]
            yield Problem(
                same[0].at(part),
                "scores-alike",
                tell(
                    "{count} of {all} epics have {part} {value:grouped} ({share}), and "
                    "{alike} is the most",
                    count=count,
                    all=len(scored),
                    part=PART_NAMES[part],
                    value=value,
                    share=Percent(Fraction(count, len(scored)), 1, trim=True),
                    alike=Percent(ALIKE, 1, trim=True),
                ),
                tell("compare them pair by pair, and spread them over the scale"),
                related=tuple(Related(epic.at(part), f"{epic.id} too") for epic in same[1:6]),
            )


def columns_of(portfolio: Portfolio, setting: Setting) -> Iterator[tuple[str, list[Scored]]]:
    """Each part of a relative score, with the open epics that state it."""
    epics = [item for item in setting.once(open_scored, portfolio) if isinstance(item, Epic)]
    for part in RELATIVE:
        yield part, [epic for epic in epics if getattr(epic, part) is not None]


def scored(portfolio: Portfolio, setting: Setting) -> Iterator[Scored]:
    """The open epics and features for which somebody has begun a score."""
    for item in setting.once(open_scored, portfolio):
        if begun(item):
            yield item


def begun(item: Scored) -> bool:
    """Whether somebody has begun to score this item: a size alone is not a score."""
    parts = (*RELATIVE[:-1], *MONEY[:-1])
    return any(getattr(item, part) is not None for part in parts)


def score_undated(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A score bears the day on which it was given.

    Time criticality changes every month. A score of unknown age is as good as an old one.

    Fix: write `scored_on:`.
    """
    for item in scored(portfolio, setting):
        if item.lacks("scored_on"):
            yield Problem(
                item.at(RELATIVE[0]) if item.business_value is not None else item.at(MONEY[0]),
                "score-undated",
                tell("{item} has a score, but no `scored_on`", item=item.id),
                tell(
                    "add `scored_on:` with the day on which it was scored, such as `scored_on: "
                    "{as_of}`",
                    as_of=setting.as_of,
                ),
            )


def score_old(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A score is not older than one increment.

    What was urgent then is settled now, and what was small has grown.

    Fix: score it again, and write the day; if nothing changed, the day alone.
    """
    longest = length_of_increment(portfolio, setting)
    for item in scored(portfolio, setting):
        if item.scored_on is None:
            continue
        age = (setting.as_of - item.scored_on).days
        if age > longest:
            yield Problem(
                item.at("scored_on"),
                "score-old",
                tell(
                    "{item} was scored on {scored_on}, {age} ago, and a score lasts one "
                    "increment: {longest}",
                    item=item.id,
                    scored_on=item.scored_on,
                    age=days(age),
                    longest=days(longest),
                ),
                tell("score it again, and write `scored_on: {as_of}`", as_of=setting.as_of),
            )


def length_of_increment(portfolio: Portfolio, setting: Setting) -> int:
    """The days of the newest increment that has begun, or the usual number."""
    begun = [
        increment.days
        for increment in portfolio.items_of(Increment)
        if increment.days is not None and increment.days.first <= setting.as_of
    ]
    return max(begun).length if begun else USUAL_INCREMENT


def scored_alone(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A score is given by more than one person.

    One person's score is an opinion; the talk about the difference between two is the point.

    Fix: score it together, and name all under `scored_by:`.
    """
    for item in scored(portfolio, setting):
        if len(set(item.scored_by)) == 1:
            yield Problem(
                item.at("scored_by"),
                "scored-alone",
                tell(
                    "{item} was scored by {scored_by} alone",
                    item=item.id,
                    scored_by=item.scored_by[0],
                ),
                tell("score it with somebody else, and name all of you under `scored_by:`"),
            )


ERRORS = (size_zero,)
WARNINGS = (
    score_off_scale,
    score_incomplete,
    size_top,
    scale_unanchored,
    scores_alike,
    score_undated,
    score_old,
    scored_alone,
)

"""OKRs: what the money is for can be measured, is measured, and is moved by somebody."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from leanfolio.check.rule import Setting
from leanfolio.figures.okr.score import (
    STALE,
    USUAL_CADENCE,
    KeyResultScore,
    days_of,
    score_all,
)
from leanfolio.model import Days, Epic, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import days, grouped, listed, short_percent, some

LOW = Fraction(2, 5)  # below it a score is red
MOST_POINTS = 20  # a weight above it is a share in percent


def target_is_start(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result's target differs from its start.

    Progress is the way come over the way to go. With no way to go it has no value, and a key
    result that asks for no change is none; one that is to hold a level is of kind maintain.

    Cure: correct the target; or make it `kind: maintain` with `low:` and `high:`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if (
            key_result.kind != "maintain"
            and key_result.start is not None
            and key_result.start == key_result.target
        ):
            yield Problem(
                key_result.at("target"),
                "target-is-start",
                f"{key_result.id} starts at {key_result.start} "
                f"and has the target {key_result.target}",
                "write the `target:` that is meant, or `kind: maintain` with `low:` and `high:`",
                related=(Related(key_result.at("start"), "the start is here"),),
            )


def target_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result says where it starts and where it is to end.

    Without both, no check-in can ever become a score, and its objective waits for it for good.

    Cure: write `start:` and `target:`; of kind maintain, `low:` or `high:`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.kind == "maintain":
            missing = ["low", "high"] if never_stated(key_result, "low", "high") else []
        elif key_result.kind == "binary":
            missing = []
        else:
            ends = ("target",) if key_result.kind == "milestone" else ("start", "target")
            missing = [name for name in ends if never_stated(key_result, name)]
        if missing:
            lacks = " and no ".join(f"`{name}`" for name in missing)
            either: Literal["and", "or"] = "or" if key_result.kind == "maintain" else "and"
            yield Problem(
                key_result.at(),
                "target-missing",
                f"{key_result.id} has no {lacks}, so it can have no score",
                f"add {listed((f'`{name}:`' for name in missing), either)}, each with its number"
                if len(missing) > 1
                else f"add `{missing[0]}:` with its number",
            )


def never_stated(item: KeyResult, *names: str) -> bool:
    """Whether nobody wrote any of these numbers. A zero is written."""
    return all(getattr(item, name) is None and name not in item.origin.faulty for name in names)


def range_reversed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The range that a key result is to keep has its lower end below its upper.

    No value lies in a range turned round, and the key result can never be kept.

    Cure: swap `low` and `high`.
    """
    for key_result in portfolio.items_of(KeyResult):
        if (
            key_result.low is not None
            and key_result.high is not None
            and key_result.low > key_result.high
        ):
            yield Problem(
                key_result.at("low"),
                "range-reversed",
                f"{key_result.id} is to stay between {key_result.low} and {key_result.high}, "
                "where no value can be",
                f"write `low: {key_result.high}` and `high: {key_result.low}`",
            )


def unit_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result that is a number says of what.

    "From 12 to 20" is read as percent by one, as thousands by another, and both nod.

    Cure: write `unit:`; `unit: count` where it simply counts.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.kind in ("metric", "maintain") and key_result.lacks("unit"):
            yield Problem(
                key_result.at(),
                "unit-missing",
                f"{key_result.id} measures a number, but has no unit",
                'add `unit:`, such as `unit: "%"`, or `unit: count` where it simply counts',
            )


# Who moves what ------------------------------------------------------------------------------


def epic_moves_nothing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every epic moves a key result.

    One that moves none serves no objective: it should not be built, or somebody has not said
    what it is for. An idea that was cancelled is let alone.

    Cure: name the key result under `key_results:`; or cancel the epic.
    """
    for epic in portfolio.items_of(Epic):
        if epic.lacks("key_results") and portfolio.category_of(epic) != "cancelled":
            yield Problem(
                epic.at(),
                "epic-moves-nothing",
                f"{epic.id} moves no key result",
                "add `key_results:` with the ids of what it is to move, or cancel it",
            )


def key_result_unmoved(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every key result is moved by an epic.

    A target for which nobody does anything is a hope. Epics that were cancelled do not count. While
    an item cannot be read nobody can say that it moves none, and the rule is silent.

    Cure: name it under `key_results:` of the epic that moves it; start one; or drop the target.
    """
    for key_result in portfolio.items_of(KeyResult) if not portfolio.broken else ():
        movers = [portfolio[edge.source] for edge in portfolio.edges_to(key_result.id, "moves")]
        if any(portfolio.category_of(epic) != "cancelled" for epic in movers):
            continue
        cancelled = f" but {some(epic.id for epic in movers)}, which is cancelled" if movers else ""
        yield Problem(
            key_result.at(),
            "key-result-unmoved",
            f"no epic moves {key_result.id}{cancelled}",
            f"add {key_result.id} to `key_results:` of an epic that is to move it, or drop it",
        )


def share_wrong(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The weights of an epic's key results are all above zero, or none is stated.

    They split its money over objectives. One left out beside others carries nothing, and a
    negative one takes money from its sister.

    Cure: give each key result a weight; or write a plain list, and all carry the same.
    """
    for epic in portfolio.items_of(Epic):
        weights = epic.key_results
        if not any(weight is not None for weight in weights.values()):
            continue
        for id, weight in weights.items():
            if weight is None or weight <= 0:
                said = "no weight beside others that have one" if weight is None else f"{weight}"
                yield Problem(
                    epic.at_link("key_results", id),
                    "share-wrong",
                    f"{epic.id} gives {id} the weight {said}"
                    if weight is not None
                    else f"{epic.id} gives {id} {said}",
                    "write a number above zero, or a plain list without weights:"
                    f" {said_list(weights)}",
                )


def said_list(ids: Iterable[str]) -> str:
    """A list as it is written: [KR-1, KR-2]."""
    found = list(ids)
    return f"[{', '.join(found[:5])}{', ...' if len(found) > 5 else ''}]"


def weight_zero(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result has a weight above zero.

    With none, it stands in the list and counts for nothing: readers take it as a promise.

    Cure: give it a weight; or drop it.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.weight == 0:
            yield Problem(
                key_result.at("weight"),
                "weight-zero",
                f"{key_result.id} has weight 0, so it counts for nothing",
                "write a weight above zero, or take the key result out",
            )


def weight_mixed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Either all key results of an objective state a weight, or none does.

    One that states none weighs 1. Beside sisters of 40 and 60 that is next to nothing, and
    hardly ever meant.

    Cure: write the missing weight.
    """
    for objective in portfolio.items_of(Objective):
        sisters = portfolio.children_of(objective.id, KeyResult)
        stating = [sister for sister in sisters if "weight" in sister.model_fields_set]
        if all(each.weight in (0, 1) for each in stating):
            continue
        for sister in sisters:
            if "weight" not in sister.model_fields_set and "weight" not in sister.origin.faulty:
                yield Problem(
                    sister.at(),
                    "weight-mixed",
                    f"{sister.id} states no weight and so weighs 1,"
                    f" while {stating[0].id} weighs {stating[0].weight}",
                    f"add `weight:` to {sister.id}, or take it out of all key results of"
                    f" {objective.id}",
                    related=(Related(stating[0].at("weight"), f"{stating[0].id} is here"),),
                )


def weight_sum(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Weights that are written as shares of a whole sum to it: to 100, or to 1.

    They count against their sum, so a result that was left out, or twice in, shifts all others
    without a word. Weights of a few points, such as 2 and 1, are no shares and need no sum.

    Cure: correct the weight that is off; or write weights of a few points.
    """
    for epic in portfolio.items_of(Epic):
        if "key_results" in epic.origin.faulty:  # a weight that could not be read is in no sum
            continue
        weights = [weight for weight in epic.key_results.values() if weight is not None]
        whole = whole_of(weights)
        if whole is not None and len(weights) == len(epic.key_results):
            place = epic.at("key_results")
            yield sum_wrong(place, f"the key results of {epic.id}", weights, whole)
    for objective in portfolio.items_of(Objective):
        sisters = portfolio.children_of(objective.id, KeyResult)
        stating = [sister for sister in sisters if "weight" in sister.model_fields_set]
        weights = [each.weight for each in stating]
        whole = whole_of(weights)
        if whole is not None and len(stating) == len(sisters):
            place = stating[0].at("weight")
            yield sum_wrong(place, f"the key results of {objective.id}", weights, whole)


def whole_of(weights: Sequence[Decimal]) -> int | None:
    """What these weights should sum to and do not; None where all is well, or they are points."""
    if not weights or min(weights) <= 0:  # share-wrong and weight-zero say it
        return None
    total = sum(weights, Decimal(0))
    if max(weights) < 1:
        return 1 if total != 1 else None
    return 100 if max(weights) > MOST_POINTS and total != 100 else None


def sum_wrong(place: Place, whose: str, weights: Sequence[Decimal], whole: int) -> Problem:
    total = sum(weights, Decimal(0))
    off = total - whole
    return Problem(
        place,
        "weight-sum",
        f"{whose} have weights that sum to {grouped(total)}, not to {whole}:"
        f" {' + '.join(map(grouped, weights))}",
        (f"take {grouped(off)} from them" if off > 0 else f"add {grouped(-off)} to them")
        + "; or write weights of a few points, such as 2 and 1",
    )


# What was measured ---------------------------------------------------------------------------


def scores(portfolio: Portfolio, setting: Setting) -> list[tuple[KeyResultScore, Days | None]]:
    """Every key result of an objective with its score as of the day, and the objective's days."""
    return [
        (score, period)
        for each in score_all(portfolio, setting.as_of)
        for period in (days_of(portfolio, each.objective),)
        for score in each.key_results
    ]


def check_in_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A key result is measured from the first weeks of its period on.

    Until then its score is unknown, and the objective speaks for the others alone. It is asked
    for after one and a half times its cadence, or of 30 days.

    Cure: measure, and write `check_ins: [{on: ..., value: ...}]`.
    """
    for score, period in setting.once(scores, portfolio):
        each = score.key_result
        if score.latest or period is None or "check_ins" in each.origin.faulty or each.check_ins:
            continue
        late = (setting.as_of - period.first).days
        cadence = each.cadence_days or USUAL_CADENCE
        if late > STALE * cadence:
            yield Problem(
                each.at(),
                "check-in-missing",
                f"{each.id} has no check-in, {days(late)} into its period, and is to be measured"
                f" every {days(cadence)}",
                f"measure it, and add `check_ins: [{{on: {setting.as_of}, value: ...}}]`",
            )


def check_in_stale(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A key result is measured as often as its cadence says.

    After one and a half times that, its last value says nothing of today, and pages show it as
    stale instead of yesterday's green.

    Cure: measure, and add a check-in; or write the cadence that you can keep.
    """
    for score, _ in setting.once(scores, portfolio):
        if score.stale_days is not None and score.latest is not None:
            each = score.key_result
            index = each.check_ins.index(score.latest)
            yield Problem(
                each.at("check_ins", index, "on"),
                "check-in-stale",
                f"{each.id} was measured on {score.latest.on}, {days(score.stale_days)} ago,"
                f" and is to be every {days(each.cadence_days or USUAL_CADENCE)}",
                f"measure it, and add `- {{on: {setting.as_of}, value: ...}}` to its check-ins",
            )


def check_in_twice(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result has one check-in a day.

    Of two on one day the one written last counts. Mostly it is a merge that took both.

    Cure: keep the one that is right.
    """
    for key_result in portfolio.items_of(KeyResult):
        seen: dict[object, int] = {}
        for index, check_in in enumerate(key_result.check_ins):
            first = seen.setdefault(check_in.on, index)
            if first != index:
                yield Problem(
                    key_result.at("check_ins", index, "on"),
                    "check-in-twice",
                    f"{key_result.id} has a second check-in on {check_in.on}:"
                    f" {check_in.value} after {key_result.check_ins[first].value}",
                    "remove the one that is wrong; until then the last one counts",
                    related=(
                        Related(key_result.at("check_ins", first, "on"), "the first is here"),
                    ),
                )


def output_without_outcome(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """When all epics of a key result are done, it has moved.

    All was built as planned, and its score is below 0.4: the hypothesis was wrong, and more of
    the same will not help.

    Cure: look at why; start an epic that tests another hypothesis, or let the target go.
    """
    for score, _ in setting.once(scores, portfolio):
        each = score.key_result
        if score.score is None or score.score >= LOW:
            continue
        movers = [portfolio[edge.source] for edge in portfolio.edges_to(each.id, "moves")]
        alive = [epic for epic in movers if portfolio.category_of(epic) != "cancelled"]
        if alive and all(portfolio.category_of(epic) == "done" for epic in alive):
            yield Problem(
                each.at(),
                "output-without-outcome",
                f"{each.id} stands at {short_percent(score.score)} of its way,"
                f" below {short_percent(LOW)},"
                f" though {some(epic.id for epic in alive)}"
                f" {'is' if len(alive) == 1 else 'are'} done",
                "find out why it did not move, before more is built for it",
                related=tuple(
                    Related(epic.at("state"), f"{epic.id} is done") for epic in alive[:5]
                ),
            )


def commitment_missed(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A committed key result that was not reached is explained.

    Committed means 1.0. Less happens, but then the last check-in says why.

    Cure: write `note:` in its last check-in.
    """
    for score, period in setting.once(scores, portfolio):
        each, latest = score.key_result, score.latest
        if period is None or latest is None or score.score is None or period.last >= setting.as_of:
            continue
        if score.score < 1 and latest.note is None and commitment_of(portfolio, each):
            yield Problem(
                each.at("check_ins", each.check_ins.index(latest)),
                "commitment-missed",
                f"{each.id} was committed and ended on {period.last} at"
                f" {short_percent(score.score)} of its way, and nothing says why",
                "say why in a `note:` of this check-in",
            )


def commitment_of(portfolio: Portfolio, each: KeyResult) -> bool:
    """Whether a key result is committed: by its own word, else by its objective's."""
    if each.commitment is not None:
        return each.commitment == "committed"
    parents = portfolio.parents_of(each.id)
    return any(isinstance(p, Objective) and p.commitment == "committed" for p in parents)


# Objectives ----------------------------------------------------------------------------------


def objective_unmeasured(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every objective has a key result.

    What has no measure is always going well.

    Cure: write `key_results:` in the objective, two to four.
    """
    for objective in portfolio.items_of(Objective):
        if not portfolio.children_of(objective.id, KeyResult) and not has_faulty_children(
            objective
        ):
            yield Problem(
                objective.at(),
                "objective-unmeasured",
                f"{objective.id} has no key result",
                "add two to four under `key_results:`, each a line"
                " `- {id: ..., title: ..., unit: ..., start: ..., target: ...}`",
            )


def has_faulty_children(objective: Objective) -> bool:
    """Whether key results were written in it, though none could be read."""
    return ("key_results",) in objective.origin.keys


def period_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every objective has a period.

    Without one there is no pace, nothing is ever late, and nothing ends.

    Cure: write `period: 2026-H2`, or the id of an increment.
    """
    for objective in portfolio.items_of(Objective):
        if objective.lacks("period"):
            yield Problem(
                objective.at(),
                "period-missing",
                f"{objective.id} has no period",
                "add `period:`, such as `period: 2026-H2`, or the id of an increment",
            )


def level_unfounded(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An objective of a value stream or of a team names it.

    Otherwise it is on nobody's page, and whoever it was meant for does not know of it.

    Cure: write `value_stream:` or `team:`; or make it an objective of the portfolio.
    """
    for objective in portfolio.items_of(Objective):
        if objective.level == "portfolio":
            continue
        name = "value_stream" if objective.level == "value-stream" else "team"
        if objective.lacks(name):
            yield Problem(
                objective.at("level"),
                "level-unfounded",
                f"{objective.id} is of level {objective.level}, "
                f"but names no {objective.level.replace('-', ' ')}",
                f"add `{name}:` with its id, or write `level: portfolio`",
            )


ERRORS = (target_is_start, range_reversed, share_wrong)
WARNINGS = (
    target_missing,
    unit_missing,
    epic_moves_nothing,
    key_result_unmoved,
    weight_zero,
    weight_mixed,
    weight_sum,
    check_in_missing,
    check_in_stale,
    check_in_twice,
    output_without_outcome,
    commitment_missed,
    objective_unmeasured,
    period_missing,
    level_unfounded,
)

"""Contributions: which epics move which key results, and with what weight."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from leanfolio.check.rule import Setting
from leanfolio.figures.okr.outcome import movers
from leanfolio.model import Epic, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import grouped, some, tell

MOST_POINTS = 20  # a weight above it is a share in percent


def epic_moves_nothing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every epic moves a key result.

    One that moves none serves no objective: it should not be built, or somebody has not said
    what it is for. An idea that was cancelled is let alone.

    Fix: name the key result under `key_results:`; or cancel the epic.
    """
    for epic in portfolio.items_of(Epic):
        if epic.lacks("key_results") and portfolio.category_of(epic) != "cancelled":
            yield Problem(
                epic.at(),
                "epic-moves-nothing",
                tell("{epic} moves no key result", epic=epic.id),
                tell("add `key_results:` with the ids of what it is to move, or cancel it"),
            )


def key_result_unmoved(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every key result is moved by an epic.

    A target for which nobody does anything is a hope. Epics that were cancelled do not count. While
    an item cannot be read nobody can say that it moves none, and the rule is silent.

    Fix: name it under `key_results:` of the epic that moves it; start one; or drop the target.
    """
    for key_result in portfolio.items_of(KeyResult) if not portfolio.broken else ():
        if movers(portfolio, key_result.id):
            continue
        ended = [edge.source for edge in portfolio.edges_to(key_result.id, "moves")]
        yield Problem(
            key_result.at(),
            "key-result-unmoved",
            tell(
                "no epic moves {key_result} but {ended}, which is cancelled",
                key_result=key_result.id,
                ended=some(ended),
            )
            if ended
            else tell("no epic moves {key_result}", key_result=key_result.id),
            tell(
                "add {key_result} to `key_results:` of an epic that is to move it, or drop it",
                key_result=key_result.id,
            ),
        )


def share_wrong(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The weights of an epic's key results are all above zero, or none is stated.

    They split its money over objectives. One left out beside others carries nothing, and a
    negative one takes money from its sister.

    Fix: give each key result a weight; or write a plain list, and all carry the same.
    """
    for epic in portfolio.items_of(Epic):
        weights = epic.key_results
        if not any(weight is not None for weight in weights.values()):
            continue
        for id, weight in weights.items():
            if weight is None or weight <= 0:
                yield Problem(
                    epic.at_link("key_results", id),
                    "share-wrong",
                    tell(
                        "{epic} gives {id} no weight beside others that have one",
                        epic=epic.id,
                        id=id,
                    )
                    if weight is None
                    else tell(
                        "{epic} gives {id} the weight {weight}", epic=epic.id, id=id, weight=weight
                    ),
                    tell(
                        "write a number above zero, or a plain list without weights: {weights}",
                        weights=flow_list(weights),
                    ),
                )


def flow_list(ids: Iterable[str]) -> str:
    """A list as it is written: [KR-1, KR-2]."""
    names = list(ids)
    return f"[{', '.join(names[:5])}{', ...' if len(names) > 5 else ''}]"


def weight_zero(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result has a weight above zero.

    With none, it stands in the list and counts for nothing: readers take it as a promise.

    Fix: give it a weight; or drop it.
    """
    for key_result in portfolio.items_of(KeyResult):
        if key_result.weight == 0:
            yield Problem(
                key_result.at("weight"),
                "weight-zero",
                tell(
                    "{key_result} has weight 0, so it counts for nothing", key_result=key_result.id
                ),
                tell("write a weight above zero, or take the key result out"),
            )


def weight_mixed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Either all key results of an objective state a weight, or none does.

    One that states none weighs 1. Beside sisters of 40 and 60 that is next to nothing, and
    hardly ever meant.

    Fix: write the missing weight.
    """
    for objective in portfolio.items_of(Objective):
        sisters = portfolio.children_of(objective.id, KeyResult)
        stating = [sister for sister in sisters if "weight" in sister.model_fields_set]
        if all(entry.weight in (0, 1) for entry in stating):
            continue
        for sister in sisters:
            if "weight" not in sister.model_fields_set and "weight" not in sister.origin.faulty:
                yield Problem(
                    sister.at(),
                    "weight-mixed",
                    tell(
                        "{sister} states no weight and so weighs 1, while {stating} weighs "
                        "{weight}",
                        sister=sister.id,
                        stating=stating[0].id,
                        weight=stating[0].weight,
                    ),
                    tell(
                        "add `weight:` to {sister}, or take it out of all key results of "
                        "{objective}",
                        sister=sister.id,
                        objective=objective.id,
                    ),
                    related=(Related(stating[0].at("weight"), f"{stating[0].id} is here"),),
                )


def weight_sum(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Weights that are written as shares of a whole sum to it: to 100, or to 1.

    They count against their sum, so a result that was left out, or twice in, shifts all others
    without a word. Weights of a few points, such as 2 and 1, are no shares and need no sum.

    Fix: correct the weight that is off; or write weights of a few points.
    """
    for epic in portfolio.items_of(Epic):
        if "key_results" in epic.origin.faulty:  # a weight that could not be read is in no sum
            continue
        weights = [weight for weight in epic.key_results.values() if weight is not None]
        whole = whole_of(weights)
        if whole is not None and len(weights) == len(epic.key_results):
            place = epic.at("key_results")
            yield sum_wrong(place, epic.id, weights, whole)
    for objective in portfolio.items_of(Objective):
        sisters = portfolio.children_of(objective.id, KeyResult)
        stating = [sister for sister in sisters if "weight" in sister.model_fields_set]
        weights = [entry.weight for entry in stating]
        whole = whole_of(weights)
        if whole is not None and len(stating) == len(sisters):
            place = stating[0].at("weight")
            yield sum_wrong(place, objective.id, weights, whole)


def whole_of(weights: Sequence[Decimal]) -> int | None:
    """What these weights should sum to and do not; None where all is well, or they are points."""
    if not weights or min(weights) <= 0:  # share-wrong and weight-zero say it
        return None
    total = sum(weights, Decimal(0))
    if max(weights) < 1:
        return 1 if total != 1 else None
    return 100 if max(weights) > MOST_POINTS and total != 100 else None


def sum_wrong(place: Place, whose: str, weights: Sequence[Decimal], whole: int) -> Problem:
    """The problem of weights whose sum is not the whole of which they are shares."""
    total = sum(weights, Decimal(0))
    off = total - whole
    return Problem(
        place,
        "weight-sum",
        tell(
            "the key results of {whose} have weights that sum to {total:grouped}, not to "
            "{whole}: {weights}",
            whose=whose,
            total=total,
            whole=whole,
            weights=" + ".join(map(grouped, weights)),
        ),
        tell(
            "take {off:grouped} from them; or write weights of a few points, such as 2 and 1",
            off=off,
        )
        if off > 0
        else tell(
            "add {off:grouped} to them; or write weights of a few points, such as 2 and 1",
            off=-off,
        ),
    )

"""What a guardrail found, and what would put it right, in words."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from leanfolio.figures.funding.guardrail import Breach, Verdict
from leanfolio.figures.funding.mix import Mix, rounded_up
from leanfolio.figures.funding.mix import Part as Share
from leanfolio.wording import (
    Message,
    Part,
    Percent,
    Rounded,
    Text,
    in_context,
    joined,
    listed,
    many,
    message,
    of_all,
    plural,
    rounded,
)

MOST_PLACES = 12  # beyond them the digits say nothing to a reader
SHORT: Mapping[str, Message] = {
    "3": in_context("part of a guardrail", "horizon 3"),
    "2": in_context("part of a guardrail", "horizon 2"),
    "1": in_context("part of a guardrail", "horizon 1"),
    "0": in_context("part of a guardrail", "horizon 0"),
    "none": in_context("part of a guardrail", "no horizon"),
    "feature": in_context("part of a guardrail", "features"),
    "enabler": in_context("part of a guardrail", "enablers"),
    "maintenance": in_context("part of a guardrail", "maintenance"),
}


def detail(verdict: Verdict) -> Text:
    """What was found, in words that need no table."""
    if verdict.missing:
        result = verdict.missing
    elif verdict.mix:
        result = mix_detail(verdict.mix)
    else:
        result = breaches_detail(verdict)
    if not verdict.unknown:
        return result
    return joined((result, not_judged(verdict)), "; ")


def not_judged(verdict: Verdict) -> Message:
    """How many epics, features or increments could not be judged."""
    match verdict.unit:
        case "size":
            return plural(
                "{n:spelled} feature could not be judged: not stated",
                "{n:spelled} features could not be judged: not stated",
                verdict.unknown,
            )
        case "increments":
            return plural(
                "{n:spelled} increment could not be judged: not stated",
                "{n:spelled} increments could not be judged: not stated",
                verdict.unknown,
            )
    return plural(
        "{n:spelled} epic could not be judged: not stated",
        "{n:spelled} epics could not be judged: not stated",
        verdict.unknown,
    )


def mix_detail(mix: Mix) -> Text:
    """Each share that is off its target; or, where none is, all shares."""
    off = [part_detail(part) for part in mix.parts if part.standing in ("over", "under")]
    if off:
        return joined(off, "; ")
    shares = (
        message("{part} {share}", part=SHORT[part.name], share=Percent(part.share, 1))
        for part in mix.parts
    )
    return joined(shares, ", ")


def part_detail(part: Share) -> Message:
    """One share that is off its target: horizon 2 has 38.1 %, above its target of 25.0 %."""
    words: dict[str, Part] = {
        "part": SHORT[part.name],
        "share": Percent(part.share, breach_places(part)),
        "target": Percent(part.target or Fraction(0), 1),
        "tolerance": Rounded(part.tolerance * 100, 1),
    }
    if part.standing == "over":
        return message(
            "{part} has {share}, above its target of {target} ± {tolerance} points", **words
        )
    return message("{part} has {share}, below its target of {target} ± {tolerance} points", **words)


def breach_places(part: Share) -> int:
    """The decimals that show that a share is off: 15.001 % where 15 % would be allowed."""
    bound = part.most if part.standing == "over" else part.least
    for places in range(1, MOST_PLACES):
        if rounded(part.share * 100, places) != rounded(bound * 100, places):
            return places
    return MOST_PLACES


def breaches_detail(verdict: Verdict) -> Text:
    """Each breach of a guardrail; or that there is none."""
    if verdict.passed:
        return KEPT[verdict.rule](verdict.judged)
    return joined((breach_detail(verdict.rule, breach) for breach in verdict.breaches), "; ")


def go_kept(judged: int) -> Message:
    """No approved epic lacks a go that it needs."""
    one = message("the one approved epic lacks no go that it needs")
    two = message("neither of the two approved epics lacks a go that it needs")
    return of_all(
        0, judged, empty=one, only=one, only_not=one, both=two, neither=two, every=one, some=one,
        none=many("none of {n:spelled} approved epics lacks a go that it needs", judged),
    )  # fmt: skip


def owner_kept(judged: int) -> Message:
    """No open epics of one owner reach the threshold together."""
    one = message("there is one open epic, and no other of its owner")
    two = message("neither of the two open epics reaches the threshold with others of its owner")
    return of_all(
        0, judged, empty=one, only=one, only_not=one, both=two, neither=two, every=one, some=one,
        none=many("none of {n:spelled} open epics reaches the threshold with others of its owner",
                  judged),
    )  # fmt: skip


def engagement_kept(judged: int) -> Message:
    """Every increment has its evidence."""
    one = message("the one increment lacks no evidence of its business owners")
    two = message("neither of the two increments lacks evidence of its business owners")
    return of_all(
        0, judged, empty=one, only=one, only_not=one, both=two, neither=two, every=one, some=one,
        none=many("none of {n:spelled} increments lacks evidence of its business owners", judged),
    )  # fmt: skip


def vendor_kept(judged: int) -> Message:
    """No vendor holds too much."""
    one = message("the one vendor holds no more than it may")
    two = message("neither of the two vendors holds more than it may")
    return of_all(
        0, judged, empty=one, only=one, only_not=one, both=two, neither=two, every=one, some=one,
        none=many("none of {n:spelled} vendors holds more than it may", judged),
    )  # fmt: skip


def epic_kept(judged: int) -> Message:
    """No epic holds too much."""
    one = message("the one epic holds no more than it may")
    two = message("neither of the two epics holds more than it may")
    return of_all(
        0, judged, empty=one, only=one, only_not=one, both=two, neither=two, every=one, some=one,
        none=many("none of {n:spelled} epics holds more than it may", judged),
    )  # fmt: skip


KEPT: Mapping[str, Callable[[int], Message]] = {
    "guardrail-threshold": go_kept,
    "guardrail-salami": owner_kept,
    "guardrail-engagement": engagement_kept,
    "guardrail-concentration-vendor": vendor_kept,
    "guardrail-concentration-epic": epic_kept,
}


def breach_detail(rule: str, breach: Breach) -> Message:
    """What breaks a guardrail, in a sentence."""
    first = breach.items[0]
    match rule:
        case "guardrail-threshold":
            return message("{epic} is at or above the threshold and has no recorded go", epic=first)
        case "guardrail-salami":
            return message(
                "{epics} ({name}) together reach the threshold",
                epics=listed(breach.items),
                name=breach.name,
            )
        case "guardrail-engagement":
            return message(
                "{increment} has evidence for {share} of its moments",
                increment=first,
                share=Percent(breach.share or Fraction(0)),
            )
    return message(
        "{name} holds {share} of the money",
        name=breach.name,
        share=Percent(breach.share or Fraction(0), 1),
    )


def cure(verdict: Verdict) -> Text:
    """The smallest change that would put a guardrail right; "" of one that is kept."""
    if verdict.passed:
        return ""
    if verdict.mix is None:
        return joined((breach.cure for breach in verdict.breaches), "; ")
    if verdict.mix.moves is None:
        if verdict.mix.crowded_out:
            return message("what has no target holds too much: give it a target, or less")
        return message("no move helps: the targets and tolerances cannot be kept together")
    moves = (
        message(
            "move {share} of the whole from {source} to {to}",
            share=Percent(rounded_up(move.share), 1),
            source=SHORT[move.source],
            to=SHORT[move.to],
        )
        for move in verdict.mix.moves
    )
    return joined(moves, "; ")

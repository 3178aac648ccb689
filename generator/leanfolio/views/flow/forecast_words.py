"""What forecasts say in words: chances, ways, and why there is none."""

from fractions import Fraction

from leanfolio.figures.flow.forecast_pace import Reason
from leanfolio.figures.thresholds import SUREST
from leanfolio.wording import Message, Part, Percent, message, plural

SMALLEST = Fraction(1, 100)  # what is less likely, and possible, is not told as 0 %


def reason_words(reason: Reason) -> Message:
    """Why something cannot be forecast, as a clause."""
    id = reason.id
    match reason.why:
        case "nothing":
            return no_weeks(reason)
        case "few":
            return few_weeks(reason)
        case "no-team":
            return message("{id} has no team", id=id)
        case "no-state":
            return message("{id} has no state of the board", id=id)
        case "cancelled":
            return message("{id} is cancelled", id=id)
        case "all-done":
            return message("every feature of {id} is done, but the epic is not", id=id)
        case "idea":
            return message("{id} is an idea without features", id=id)
        case "no-stream-team":
            return message("no team of the value stream of {id} can be forecast", id=id)
        case "few-alike":
            return few_alike(reason)
        case "circle":
            return message("{id} waits for itself", id=id)
        case "waits":
            return waits_for(reason)


def waits_for(reason: Reason) -> Message:
    if reason.because is None:
        return message("waits for {id}", id=reason.id)
    return message("waits for {id}: {reason}", id=reason.id, reason=reason_words(reason.because))


def no_weeks(reason: Reason) -> Message:
    if not reason.whole:
        return message(
            "team {id} has worked on no feature for a whole week yet; a forecast needs five weeks"
            " in which it finished one",
            id=reason.id,
        )
    return plural(
        "team {id} finished no feature in its last {n} whole week; a forecast needs five weeks in"
        " which it finished one",
        "team {id} finished no feature in its last {n} whole weeks; a forecast needs five weeks in"
        " which it finished one",
        reason.whole, id=reason.id,
    )  # fmt: skip


def few_weeks(reason: Reason) -> Message:
    return plural(
        "team {id} finished a feature in {busy} of its last {n} whole week; a forecast needs five"
        " such weeks",
        "team {id} finished a feature in {busy} of its last {n} whole weeks; a forecast needs five"
        " such weeks",
        reason.whole, id=reason.id, busy=reason.number,
    )  # fmt: skip


def few_alike(reason: Reason) -> Message:
    return plural(
        "no features yet, and {n} finished epic of the kind shows how many there may be; a"
        " forecast needs six such epics",
        "no features yet, and {n} finished epics of the kind show how many there may be; a"
        " forecast needs six such epics",
        reason.number,
    )


def cannot(reason: Reason) -> Message:
    """That something cannot be forecast, and why."""
    return message("cannot forecast: {reason}", reason=reason_words(reason))


def chance_words(share: Fraction) -> Part:
    """A chance as it may be told: nothing is surer than 95 %."""
    if share > SUREST:
        return message(">{share}", share=Percent(SUREST))
    if 0 < share < SMALLEST:
        return message("<{share}", share=Percent(SMALLEST))
    return Percent(share)

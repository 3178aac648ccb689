"""How a score stands: its band as a status, how it is rounded to that, and what was expected."""

from collections.abc import Mapping
from fractions import Fraction

from leanfolio.figures.okr.score import Band, band
from leanfolio.figures.thresholds import GREEN_FROM, RED_BELOW
from leanfolio.views.cell import Tag, Tone
from leanfolio.wording import Message, Rounded, in_context, message

BAND_TONE: Mapping[Band, Tone] = {"red": "bad", "yellow": "warn", "green": "good"}
BAND_WORD: Mapping[Band, Message] = {
    "red": in_context("band of a score", "red"),
    "yellow": in_context("band of a score", "yellow"),
    "green": in_context("band of a score", "green"),
}


def standing(score: Rounded | None, band: Band | None) -> Tag:
    """A score and its band as a status."""
    if score is None or band is None:
        return band_tag(score, band)
    return Tag(BAND_TONE[band], message("{score} {band}", score=score, band=BAND_WORD[band]))


def band_tag(score: Rounded | None, band: Band | None) -> Tag:
    """A band as a status, without the score."""
    if band is not None:
        return Tag(BAND_TONE[band], BAND_WORD[band])
    return Tag("plain", message("not reported") if score is None else message("not yet due"))


def band_note(score: Rounded | None, color: Band | None, pace: Rounded | None) -> Message | None:
    """Why a band is what it is where the printed score does not show it, or hides the pace."""
    if score is None or color is None:
        return None
    reason = rounding(score, color)
    if color == "green" and is_behind(score, pace):
        if reason is None:
            return message(
                "Green from {green} on, yet {pace} is expected by now.",
                green=Rounded(GREEN_FROM, 1), pace=pace,
            )  # fmt: skip
        return message("{reason}; yet {pace} is expected by now.", reason=reason, pace=pace)
    return None if reason is None else message("{reason}.", reason=reason)


def rounding(score: Rounded, color: Band) -> Message | None:
    """Say how a score is rounded to its band, where its printed decimals lie in another one."""
    printed = Fraction(score.decimal)
    tenths = Rounded(score.value, 1)
    if band(printed) != color:
        while band(Fraction(score.decimal)) != color:
            score = Rounded(score.value, score.places + 1)
        begins = GREEN_FROM if color == "yellow" else RED_BELOW
        return message(
            "{score} rounds to {tenths}, below {begins}",
            score=score, tenths=tenths, begins=Rounded(begins, 1),
        )  # fmt: skip
    if color == "green" and printed < GREEN_FROM:
        return message("{score} rounds to {tenths}, where green begins", score=score, tenths=tenths)
    if color == "yellow" and printed < RED_BELOW:
        return message(
            "{score} rounds to {tenths}, where yellow begins", score=score, tenths=tenths
        )
    return None


def against_pace(
    score: Rounded | None, pace: Rounded | None, elapsed_days: int | None
) -> Message | None:
    """How far a score lies from its pace, as both are printed: "0.02 behind".

    None where either is unknown, and before the second day of the period: nobody is behind then.
    """
    if score is None or pace is None or elapsed_days is None or elapsed_days < 2:
        return None
    gap = score.decimal - pace.decimal
    if not gap:
        return message("as expected")
    if gap < 0:
        return message("{gap} behind", gap=Rounded(-gap))
    return message("{gap} ahead", gap=Rounded(gap))


def is_behind(score: Rounded | None, pace: Rounded | None) -> bool:
    """Whether a score is below its pace, as both are printed."""
    return score is not None and pace is not None and score.decimal < pace.decimal


def bar_share(score: Rounded | None) -> float | None:
    """A score as it is printed, as a share of a hundred: how long a bar is drawn."""
    return None if score is None else min(max(float(score.decimal), 0.0), 1.0) * 100

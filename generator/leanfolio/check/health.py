"""Health: a person's word and the figures of the same item say the same."""

from collections.abc import Iterator

from leanfolio.check.rule import Check, Setting
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import days, joined, tell


def health_contradicted(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is said to be on track is not off by its figures.

    Who reads the word alone learns of it too late. It may well be right, as figures are behind the
    day: then it says why.

    Fix: give a new word with `leanfolio update`, or mend what the figures name; or waive the rule
    with the reason.
    """
    for health in setting.facts_of(portfolio).health.values():
        if health.contradicted:
            yield Problem(
                health.item.at("updates", health.index, "health"),
                "health-contradicted",
                tell(
                    "{item} is said to be on track on {on}, and figures say otherwise: {words}",
                    item=health.item.id,
                    on=health.update.on,
                    words=joined((sign.words for sign in health.signs), "; "),
                ),
                tell("say how it stands in a new update, or mend what the figures name"),
            )


def update_stale(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A word on the health of an item is renewed: it stands for twice the cadence of its measures.

    Last quarter's "on track" reads as if it were today's.

    Fix: give a new word with `leanfolio update`.
    """
    for health in setting.facts_of(portfolio).health.values():
        if health.stale:
            yield Problem(
                health.item.at("updates", health.index, "on"),
                "update-stale",
                tell(
                    "the last word on the health of {item} is {age} old",
                    item=health.item.id,
                    age=days(health.age),
                ),
                tell("give a new one; it is due every {cadence}", cadence=days(health.cadence)),
            )


ERRORS: tuple[Check, ...] = ()
WARNINGS: tuple[Check, ...] = (health_contradicted, update_stale)

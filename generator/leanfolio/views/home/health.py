"""What people say of health, where that is off or figures say otherwise, as exceptions of home."""

from collections.abc import Iterator
from functools import partial

from leanfolio.model.item import Health
from leanfolio.views.health import HealthRow, health_tag
from leanfolio.views.home.exceptions import Kinds, OffTrack, Subject
from leanfolio.wording import joined, message


def words_contradicted(subject: Subject) -> Iterator[OffTrack]:
    """Items that are said to be on track, while figures say otherwise and a rule reports it."""
    reported = {item.id for item in subject.items("health-contradicted")}
    for row in subject.figures.health.values():
        if row.contradicted and row.id in reported:
            word = message("said to be on track")
            note = message("Figures contradict this: {signs}.", signs=joined(row.signs, "; "))
            yield OffTrack("warn", word, name_of(row), row.url, note)


def words_off(subject: Subject, health: Health) -> Iterator[OffTrack]:
    """Items that go on and are said to be off track, or at risk.

    What is said of the portfolio itself stands at the head of the page.
    """
    tag = health_tag(health)
    for row in subject.figures.health.values():
        if row.health == health and not row.over and row.type != "portfolio":
            note = joined((row.note, row.source) if row.note else (row.source,), " · ")
            yield OffTrack(tag.tone, tag.word, name_of(row), row.url, note)


def name_of(row: HealthRow) -> str:
    """What an item is called: its id and its title, and of the portfolio its title alone."""
    return row.title if row.type == "portfolio" else f"{row.id} {row.title}"


HEALTH_ALERTS: Kinds = (
    (words_contradicted, ("health-contradicted",)),
    (partial(words_off, health="off-track"), ()),
)
HEALTH_WARNINGS: Kinds = ((partial(words_off, health="at-risk"), ()),)

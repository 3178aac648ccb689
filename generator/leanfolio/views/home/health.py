"""What people say of health, where that is off or figures say otherwise, as exceptions of home."""

from collections.abc import Iterator

from leanfolio.views.health import HealthRow, health_tag
from leanfolio.views.home.exceptions import Kinds, OffTrack, Subject
from leanfolio.wording import joined, message


def words_contradicted(subject: Subject) -> Iterator[OffTrack]:
    """Items that are said to be on track, while figures say otherwise and a rule reports it."""
    reported = {item.id for item in subject.items("health-contradicted")}
    for row in subject.figures.health.values():
        if row.contradicted and row.id in reported:
            word = message("said to be on track")
            note = message("The figures say otherwise: {signs}.", signs=joined(row.signs, "; "))
            yield OffTrack("warn", word, name_of(row), row.url, note)


def words_off(subject: Subject) -> Iterator[OffTrack]:
    """Items that go on and are said to be off track or at risk, the worst first.

    What is said of the portfolio itself stands at the head of the page.
    """
    rows = [
        row for row in subject.figures.health.values() if not row.over and row.type != "portfolio"
    ]
    for health in ("off-track", "at-risk"):
        for row in rows:
            if row.health == health:
                note = joined((row.note, row.source) if row.note else (row.source,), " · ")
                tag = health_tag(row.health)
                yield OffTrack(tag.tone, tag.word, name_of(row), row.url, note)


def name_of(row: HealthRow) -> str:
    """What an item is called: its id and its title, and of the portfolio its title alone."""
    return row.title if row.type == "portfolio" else f"{row.id} {row.title}"


HEALTH_KINDS: Kinds = (
    (words_contradicted, ("health-contradicted",)),
    (words_off, ()),
)

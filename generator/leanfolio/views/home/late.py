"""Work that is late by the plan of its increment, as exceptions of home."""

from collections.abc import Iterator

from leanfolio.views.cell import Tone
from leanfolio.views.home.exceptions import Kinds, OffTrack, Subject
from leanfolio.views.ref import ref
from leanfolio.wording import joined, many, message, of_all, plural, some


def increments_late(subject: Subject) -> Iterator[OffTrack]:
    """Increments whose features are late: one that runs is behind, one that is over left work."""
    for late in subject.facts.late_increments:
        increment = subject.portfolio[late.increment]
        word = message("work left open") if late.over else message("increment behind")
        counted = plural(
            "{n:spelled} feature is late", "{n:spelled} features are late", late.features
        )
        counts = counted if subject.portfolio.partial else of_all(
            late.features, late.of,
            empty=message("it has no features"),
            only=message("its one feature is late"),
            only_not=message("its one feature is in time"),
            both=message("both its features are late"),
            neither=message("both its features are in time"),
            every=many("all its {n:spelled} features are late", late.of),
            none=many("all its {n:spelled} features are in time", late.of),
            some=plural(
                "{n:pronoun} of its {whole:spelled} features is late",
                "{n:pronoun} of its {whole:spelled} features are late",
                late.features, whole=late.of,
            ),
        )  # fmt: skip
        stories = plural(
            "{n:spelled} story is open of iterations that are over",
            "{n:spelled} stories are open of iterations that are over",
            late.stories,
        )
        parts = (counts.sentence(), *([stories] if late.stories else []))
        yield OffTrack("bad" if late.over else "warn", word, ref(increment).name,
                       ref(increment).url,
                       message("{late}.", late=joined(parts, "; ")))  # fmt: skip


def features_late(subject: Subject) -> Iterator[OffTrack]:
    """Features that are late by the plan of their increment, in one entry."""
    late = subject.facts.late_features
    if late:
        title = plural("{n:spelled} feature is late", "{n:spelled} features are late", len(late))
        due = (
            message("{item} was due on {day}", item=entry.feature, day=entry.since)
            for entry in late
        )
        tone: Tone = "bad" if any(entry.over for entry in late) else "warn"
        yield OffTrack(tone, message("late"), title.sentence(), "increments.html#late",
                       message("{late}.", late=some(due, 3)))  # fmt: skip


# The rule speaks of those that are over; a portfolio that turns it off hears of none.
LATE_KINDS: Kinds = (
    (increments_late, ("feature-left-behind",)),
    (features_late, ("feature-left-behind",)),
)

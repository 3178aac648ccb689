"""Increments with work that is late by their plan, as exceptions of home."""

from collections.abc import Iterator

from leanfolio.views.home.exceptions import Kinds, OffTrack, Subject
from leanfolio.views.ref import ref
from leanfolio.wording import joined, many, message, of_all, plural, some


def increments_late(subject: Subject) -> Iterator[OffTrack]:
    """Increments whose features are late, with the days on which these were due: one that runs is
    behind, one that is over left work open."""
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
        due = (
            message("{item} was due on {day}", item=entry.feature, day=entry.since)
            for entry in subject.facts.late_features
            if entry.increment == late.increment
        )
        parts = (counts.sentence(), some(due, 3), *([stories] if late.stories else []))
        yield OffTrack("bad" if late.over else "warn", word, ref(increment).name,
                       ref(increment).url,
                       message("{late}.", late=joined(parts, "; ")))  # fmt: skip


# The rule speaks of those that are over; a portfolio that turns it off hears of none.
LATE_KINDS: Kinds = ((increments_late, ("feature-left-behind",)),)

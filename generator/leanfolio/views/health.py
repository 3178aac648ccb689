"""A person's word on health, with its age and what the figures say, as every page shows it."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.health import ItemHealth
from leanfolio.model import TYPES, HasUpdates
from leanfolio.model.item import Health
from leanfolio.views.cell import Table, Tag, Tone, headers
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, url_of
from leanfolio.wording import Message, Text, days, joined, message, plural

TONES: Mapping[Health, Tone] = {"on-track": "good", "at-risk": "warn", "off-track": "bad"}
WORDS: Mapping[Health, Message] = {
    "on-track": message("on track"),
    "at-risk": message("at risk"),
    "off-track": message("off track"),
}
WORST_FIRST: tuple[Health, ...] = ("off-track", "at-risk", "on-track")


def health_tag(health: Health) -> Tag:
    """The word as a status."""
    return Tag(TONES[health], WORDS[health])


class HealthMark(Struct, frozen=True):
    """The newest word on an item, as its card and its row show it."""

    word: Health
    age_days: int
    stale: bool
    contradicted: bool = False  # whether it says on track, and figures say otherwise

    @property
    def doubt(self) -> Tag | None:
        """That figures contradict it; None where they do not."""
        return Tag("bad", message("figures contradict this")) if self.contradicted else None

    @property
    def tag(self) -> Tag:
        """The word with its age as a status; a stale one has no colour."""
        age = days_ago(self.age_days)
        said = message("{health}, {age}", health=WORDS[self.word], age=age)
        if self.stale:
            return Tag("plain", message("stale: {word}", word=said))
        return Tag(TONES[self.word], said)


def mark_of(health: ItemHealth | None) -> HealthMark | None:
    """The word on an item for its card and its row; None where nobody gave one."""
    if health is None:
        return None
    return HealthMark(health.update.health, health.age, health.stale, health.contradicted)


def days_ago(number: int) -> Message:
    return plural("{n} day ago", "{n} days ago", number) if number else message("today")


class HealthRow(Struct, frozen=True):
    """The newest word on an item."""

    id: str
    type: str
    title: str
    url: str
    health: Health
    on: date
    age_days: int
    stale: bool
    due_every_days: int
    note: str | None
    by: str | None
    over: bool  # whether the item is done, cancelled, or its period has ended
    contradicted: bool  # said to be on track, and figures say otherwise
    unexplained: bool  # said to be off, and no figure says so
    signs: tuple[Message, ...]  # the figures that say that something is off

    @property
    def ref(self) -> Ref:
        """The item as a link."""
        return Ref(self.id, self.type, TYPES[self.type].WORD, self.title, self.url)

    @property
    def tag(self) -> Tag:
        """The word as a status, where its age stands beside it; a stale one has no colour."""
        tag = health_tag(self.health)
        return Tag("plain", message("stale: {word}", word=tag.word)) if self.stale else tag

    @property
    def word(self) -> Message:
        """The word as a terminal prints it."""
        return WORDS[self.health]

    @property
    def age(self) -> Message:
        return days_ago(self.age_days)

    @property
    def mark(self) -> HealthMark:
        """The word as a card or a row shows it."""
        return HealthMark(self.health, self.age_days, self.stale, self.contradicted)

    @property
    def source(self) -> Message:
        """Who said so, when, and how long ago that is."""
        if self.by is None:
            return message("Said on {day}, {age}.", day=self.on, age=self.age)
        return message("Said by {by} on {day}, {age}.", by=self.by, day=self.on, age=self.age)

    @property
    def staleness(self) -> Message | None:
        """That a new word is due, where the last one is stale."""
        if not self.stale:
            return None
        return message("Stale: a word is due every {days}.", days=days(self.due_every_days))

    @property
    def judgement(self) -> Message | None:
        """What the figures say beside it."""
        if self.contradicted:
            return message("Figures contradict this: {signs}.", signs=joined(self.signs, "; "))
        if self.signs:
            return message("Figures support this: {signs}.", signs=joined(self.signs, "; "))
        return message("No figure supports this.") if self.unexplained else None

    @property
    def remarks(self) -> Text:
        """The line below the word: who said so and when, whether it is stale, what figures say."""
        parts = (self.source, self.staleness, self.judgement)
        return joined([part for part in parts if part is not None], " ")


class HealthView(Struct, frozen=True):
    """Every newest word, the worst first."""

    finding: Text
    summary: Text
    items: tuple[HealthRow, ...]


def health_row(health: ItemHealth) -> HealthRow:
    item, update = health.item, health.update
    return HealthRow(
        id=item.id,
        type=item.TYPE,
        title=item.title,
        url=url_of(item),
        health=update.health,
        on=update.on,
        age_days=health.age,
        stale=health.stale,
        due_every_days=health.cadence,
        note=update.note,
        by=update.by,
        over=health.over,
        contradicted=health.contradicted,
        unexplained=health.unexplained,
        signs=tuple(sign.words for sign in health.signs),
    )


def health_rows(facts: Facts) -> dict[str, HealthRow]:
    """The newest word on each item that has one, by id, the portfolio's first."""
    return {id: health_row(health) for id, health in facts.health.items()}


def health_view(rows: Iterable[HealthRow], *, partial: bool = False) -> HealthView:
    """The page of health: what is said of everything that goes on, and what figures say of it."""
    ordered = tuple(sorted(rows, key=lambda row: (row.over, WORST_FIRST.index(row.health))))
    return HealthView(health_finding(ordered, partial=partial), health_summary(ordered), ordered)


def health_finding(rows: tuple[HealthRow, ...], *, partial: bool = False) -> Text:
    """How many items are said to be off track, at risk and on track; what is over is left out."""
    going = [row for row in rows if not row.over]
    if not going:
        return of_what_is_shown(
            message("Nobody has said how anything goes"),
            message("No word on how anything goes is shown"),
            partial=partial,
        )
    counts = {word: sum(1 for row in going if row.health == word) for word in WORST_FIRST}
    return message(
        "{off:pronoun} said to be off track, {risk:pronoun} at risk, {on:pronoun} on track",
        off=counts["off-track"], risk=counts["at-risk"], on=counts["on-track"],
    ).sentence()  # fmt: skip


def health_summary(rows: tuple[HealthRow, ...]) -> Text:
    """How many items said to be on track figures contradict; empty where it is none."""
    number = sum(1 for row in rows if row.contradicted)
    if not number:
        return ""
    return plural(
        "Figures contradict {n:spelled} item that is said to be on track.",
        "Figures contradict {n:spelled} items that are said to be on track.",
        number,
    )


def earlier_updates(item: HasUpdates, row: HealthRow | None) -> Table:
    """The words before the newest one, the latest first; those of days to come are not told."""
    entries = [entry for entry in item.updates if row is not None and entry.on <= row.on]
    entries.sort(key=lambda entry: entry.on)  # stable: of a day, as they were written
    return Table(
        "Earlier updates",
        headers("Day", "Health", "Note", "By"),
        tuple(
            (entry.on, health_tag(entry.health), entry.note, entry.by)
            for entry in reversed(entries[:-1])
        ),
        anchor="updates",
    )

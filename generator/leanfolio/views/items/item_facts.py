"""What pages and sections of items have alike: states, facts, their lines in the file, waivers."""

from collections.abc import Iterable, Iterator

from leanfolio.figures.columns import blockers, days_in_state, lasting_block
from leanfolio.model import HasState, Item
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Outside, SourceRef, Table, Tag, headers
from leanfolio.views.derivation import place_of
from leanfolio.views.figures import Figures
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, days, joined, message, readable


def state_tags(portfolio: Portfolio, item: Item, figures: Figures) -> Iterator[Tag]:
    """Yield its state, with how long it has been there, and what blocks it.

    The day is read only for an item with a history, as pages that read it change every day.
    """
    if not isinstance(item, HasState) or not item.state:
        return
    category = portfolio.category_of(item)
    lasts = item.history and category not in CLOSED
    number = days_in_state(item, figures.as_of) if lasts else None
    state: str | Message = readable(item.state)
    if number is not None:
        state = message("{state}, {days}", state=state, days=days(number))
    yield Tag("good" if category in ("done", "active") else "plain", state)
    if blocking := blockers(portfolio, item):
        yield Tag("warn", message("blocked by {items}", items=joined(blocking, ", ")))
    if block := lasting_block(portfolio, item):
        yield Tag("warn", message("blocked since {day}", day=block.from_))


def common_facts(portfolio: Portfolio, item: Item) -> Iterator[Fact]:
    if item.owner:
        yield Fact("Owner", item.owner, field="owner")
    if isinstance(item, HasState) and (block := lasting_block(portfolio, item)):
        yield Fact("Waits for", block.why, field="blocked")
    if item.tags:
        yield Fact("Tags", ", ".join(item.tags), field="tags")
    if item.source:
        key = f"{item.source.system} {item.source.key}"
        url = item.source.url
        yield Fact("Imported from", Outside(key, url) if url else key, field="source")


def risks_to(portfolio: Portfolio, item: Item) -> tuple[Ref, ...]:
    """Return the risks that say that they affect an item."""
    return tuple(ref(portfolio[edge.source]) for edge in portfolio.edges_to(item.id, "affects"))


def sources_of(item: Item, facts: Iterable[Fact]) -> Iterator[tuple[str, SourceRef]]:
    """Yield the facts that the item's own file states, each with its line."""
    for fact in facts:
        if fact.field and item.is_stated(fact.field):
            yield fact.label, place_of(item, fact.field)


def waiver_table(item: Item, figures: Figures) -> Table:
    """Return the rules that an item waives; the day is read only where it waives one."""
    return Table(
        "Waivers",
        headers("Rule", "Reason", "Approved by", "Until", "Now"),
        tuple(
            (
                waiver.rule,
                waiver.reason,
                waiver.approver,
                waiver.until,
                Tag("plain", message("holds"))
                if waiver.until >= figures.as_of
                else Tag("bad", message("expired")),
            )
            for waiver in item.waivers
        ),
        anchor="waivers",
    )

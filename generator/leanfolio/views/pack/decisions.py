"""The decisions of a board pack: all of them in a table, and the next ones on a page each."""

from collections.abc import Iterator

from leanfolio.views.built import Built
from leanfolio.views.cell import Fact
from leanfolio.views.decisions import due_table
from leanfolio.views.home.decisions import DecisionNeeded
from leanfolio.views.home.decisions_due import decisions_due
from leanfolio.views.items.item import ItemView, item_view
from leanfolio.views.meetings.decisions import decisions_due as due_section
from leanfolio.views.meetings.section import DECISIONS, WholeView, cut
from leanfolio.views.pack.sheet import Sheet
from leanfolio.wording import Text, joined, listed, message, plural

MOST_PAGES = 5  # decisions with a page of their own, the soonest; the others stand in the table
MOST_LISTED = 40  # decisions in the table
MOST_EVIDENCE = 5  # rows of each table about a decision
EVIDENCE = ("evidence", "moves", "dependencies", "decisions")  # tables of an item that decide
ASIDE = frozenset(  # facts told elsewhere
    ("Owner", "Tags", "Sponsors", "Imported from", "Scored", "To be decided by")
)
PART = message("Decisions")


def decision_sheets(built: Built) -> Iterator[Sheet]:
    """The table of all decisions that are due, then a page for each of the soonest."""
    due = decisions_due(built.portfolio, built.facts)
    yield list_sheet(built, due)
    for number, decision in enumerate(due[:MOST_PAGES], start=1):
        yield decision_sheet(built, decision, number, len(due))


def list_sheet(built: Built, due: tuple[DecisionNeeded, ...]) -> Sheet:
    """Every decision that is due, soonest first, as the page of decisions lists them."""
    section = due_section(built)
    notes = [section.why] if section.why else []
    if len(due) > MOST_PAGES:
        notes.append(
            plural(
                "The soonest has a page of its own below.",
                "The {n:spelled} soonest have a page each below.",
                MOST_PAGES,
            )
        )
    return Sheet(
        anchor="decisions",
        part=PART,
        finding=section.finding,
        whole=section.whole,
        summary=section.question,
        tables=(cut(due_table(due), MOST_LISTED, DECISIONS),) if due else (),
        notes=tuple(notes),
    )


def decision_sheet(built: Built, due: DecisionNeeded, number: int, of: int) -> Sheet:
    """One decision: what is asked, of whom and by when, and what speaks for and against it."""
    item = built.portfolio[due.item.id]
    view = item_view(built.portfolio, item, built.figures)
    whole = WholeView(due.item.id, due.item.url)
    tables = (table for table in view.tables if table.anchor in EVIDENCE)
    return Sheet(
        anchor=f"decision-{number}",
        part=message("Decision {number} of {all}", number=number, all=of),
        finding=message("{decision}: {item}", decision=due.ask, item=due.item.name),
        whole=whole,
        summary=view.summary,
        facts=tuple(facts_of(due, view)),
        tables=tuple(cut(table, MOST_EVIDENCE, whole) for table in tables),
        notes=tuple(notes_on(view)),
    )


def facts_of(due: DecisionNeeded, view: ItemView) -> Iterator[Fact]:
    """Who decides, by when and on what, where the item stands, and its figures."""
    if due.by is not None:
        yield Fact("To be decided by", due.by, due.due)
    else:
        yield Fact("To be decided by", due.tag)
    yield Fact("Who", due.who)
    if due.evidence:
        yield Fact("On what evidence", due.evidence)
    if view.tags:
        yield Fact("Where it stands", joined((tag.word for tag in view.tags), "; "))
    if view.health:
        yield Fact("How it goes", view.health.tag, health_words(view))
    yield from (fact for fact in view.facts if fact.label not in ASIDE)


def health_words(view: ItemView) -> Text:
    """What somebody said last of the item, and who; "" where nobody did."""
    if view.health is None:
        return ""
    note, source = view.health.note, view.health.source
    return joined((note, source), " · ") if note else source


def notes_on(view: ItemView) -> Iterator[Text]:
    """What the item lacks for its next state, and which risks hang on it."""
    if view.missing_evidence:
        yield message(
            "{title} {pieces}.", title=view.missing_title, pieces=listed(view.missing_evidence)
        )
    if view.risks:
        yield message("Risks: {risks}.", risks=listed(risk.name for risk in view.risks))

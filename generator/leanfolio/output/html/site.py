"""All pages of a site, from what earlier builds have made and what has to be made anew."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from markupsafe import Markup

from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.model.business_case import IN_WORDS
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import PageBodies
from leanfolio.output.html.cached_pages import CachedPages
from leanfolio.output.html.environment import environment_of, rendering_digest, with_root
from leanfolio.output.html.graphs import Graphs
from leanfolio.output.html.layout import Engine
from leanfolio.output.html.page_maker import PageMaker
from leanfolio.output.html.say import Say
from leanfolio.output.html.settings import SiteSettings, templates_folder
from leanfolio.output.html.stamp import Stamp
from leanfolio.views.board import Board, Card, Column
from leanfolio.views.built import Built
from leanfolio.views.cell import Sentence, Tag
from leanfolio.views.home import DecisionNeeded
from leanfolio.views.pages import Slot, slots
from leanfolio.views.phrase import in_words
from leanfolio.views.problems import ProblemRow
from leanfolio.views.ref import Ref
from leanfolio.views.strategy import Branch
from leanfolio.wording import Money

BATCH = 64  # pages made ready at a time
MOST_CARDS = 30  # in one column; what is beyond is counted, and listed with the epics
Make = Callable[[Built], dict[str, str]]  # what makes files: path below the site's root -> text
TONE = {"red": "bad", "yellow": "warn", "green": "good"}


class Site:
    """All pages of one build. Reads nothing but templates; writes nothing but the cache."""

    def __init__(
        self,
        built: Built,
        settings: SiteSettings,
        engine: Engine,
        store: Store | None = None,
        overrides: Sequence[Path] = (),
        cache: Path | None = None,
        content: Content | None = None,
        project: str = "",
        others: Mapping[str, Make] | None = None,
    ) -> None:
        """`overrides` are folders of templates that come before ours; compiled ones lie in `cache`.

        `content` is what was built from, and `project` tells several sites in one store apart: with
        these, outputs that would come out the same are not made again. `others` make what is no
        page, by a name for each.
        """
        self.built = built
        self.settings = settings
        self.others = others or {}
        self.slots = tuple(slots(built))
        self.say = Say(settings.language, built.portfolio.policy.currency)
        self.graphs = Graphs(engine, store)
        folders = (*overrides, templates_folder())
        self.environment = environment_of(folders, cache, self._filters())
        self.maker = PageMaker(built, settings, self.say, self.environment, self._stamp())
        self.cached: CachedPages | None = None
        if content is not None and store is not None:
            rendering = rendering_digest(folders, engine)
            self.cached = CachedPages(store, content, self.maker, rendering, project)
            self.cached.find_unchanged(self.slots, self.others)
        self.unchanged = frozenset(self.cached.unchanged if self.cached else ())
        new = [slot for slot in self.slots if slot.url not in self.unchanged]
        self.bodies = PageBodies(new, store, settings.workers)
        self.graphs.prepare()
        self.ready: dict[str, str] = {}

    def _stamp(self) -> Stamp:
        return Stamp(
            {
                "as_of": self.say.day(self.built.as_of),
                "commit": self.settings.commit,
                "commit_url": self.settings.commit_url,
            }
        )

    def html(self, slot: Slot) -> str:
        """One page, whole. Pages are made ready in batches, as MkDocs asks for them in order."""
        if slot.url not in self.ready:
            start, known = self._positions[slot.url], slot.url in self.unchanged
            alike = (
                other for other in self.slots[start:] if (other.url in self.unchanged) == known
            )
            batch = list(islice(alike, BATCH))
            if self.cached and known:
                self.ready.update(self.cached.kept_texts(batch))
            self.ready.update(self._made([slot for slot in batch if slot.url not in self.ready]))
        return self.ready.pop(slot.url)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {slot.url: number for number, slot in enumerate(self.slots)}

    def _made(self, slots: Sequence[Slot]) -> dict[str, str]:
        """These pages made anew, by address."""
        maker, cached = self.maker, self.cached
        if cached is None:
            texts = {
                slot.url: maker.text(
                    slot, self.bodies.take(slot), self.built, maker.files, maker.assets
                )
                for slot in slots
            }
            return {url: maker.stamp.fill(maker.stamp.split(text)) for url, text in texts.items()}
        made: dict[str, tuple[str, Dependencies]] = {}
        for slot in slots:
            body = self.bodies.take(slot)
            with cached.recording() as dependencies:
                text = maker.text(slot, body, cached.built, cached.files, cached.assets)
            made[slot.url] = text, dependencies
        return cached.keep_pages(made)

    def other(self, name: str) -> dict[str, bytes]:
        """What is no page, made anew: each file with its bytes."""
        make = self.others[name]
        if self.cached is None:
            return {path: text.encode() for path, text in make(self.built).items()}
        return self.cached.make_other(name, make)

    def standing_files(self, name: str) -> Mapping[str, str] | None:
        """The SHA-256 of each file of a page, or of another output, that the old site has as it is
        to be; None of what has to be written."""
        return self.cached.standing_files(name) if self.cached else None

    def close(self) -> None:
        """Keep for the next build what was not kept yet."""
        self.graphs.close()
        if self.cached is not None:
            self.cached.close()

    def _filters(self) -> dict[str, Callable[..., Any]]:
        say = self.say
        printers = {root: say.value(root) for root in ("", "../", "../../")}
        return {
            "money": say.money,
            "number": say.number,
            "figures": say.figures,
            "text": say.text,
            "percent": say.percent,
            "day": say.day,
            "said": lambda value, root: printers.get(root, say.value(root))(value),
            "sort_value": sort_value,
            "share": share,
            "tone": TONE.__getitem__,
            "kinds": lambda graph: {edge.kind for edge in graph.edges},
            "drawn": with_root(self.graphs.draw),
            "decision_entries": lambda found: [self.decision_entry(each) for each in found],
            "branch_entries": lambda found: [self.branch_entry(each, 0) for each in found],
            "board_columns": lambda board: board_columns(board, self.say.day),
            "evidence_words": lambda found: ", ".join(IN_WORDS[each] for each in found),
            "problem_entries": lambda found: [
                self.problem_entry(*each) for each in enumerate(found)
            ],
        }

    def decision_entry(self, decision: DecisionNeeded) -> dict[str, Any]:
        by, as_of = decision.by, (self.cached or self).built.as_of
        days = (by - as_of).days if by else None
        if days is None:
            due = ("plain", "no date")
        elif days < 0:
            due = ("bad", f"{-days} days late")
        else:
            due = ("warn", f"in {days} days") if days <= 14 else ("plain", f"in {days} days")
        return {
            "ref": decision.item,
            "by": self.say.day(by) if by else "open",
            "due": due,
            "ask": decision.decision.capitalize(),
            "who": decision.who or "nobody named",
            "evidence": self.say.text(decision.evidence),
        }

    def branch_entry(self, branch: Branch, depth: int) -> dict[str, Any]:
        """One line of the strategy tree, as its part of the template takes it."""
        state = None
        if branch.band:
            state = (TONE[branch.band], f"{self.say.figures(branch.score or '')} {branch.band}")
        elif branch.state:
            active = branch.category in ("active", "done")
            state = ("good" if active else "plain", in_words(branch.state))
        notes = [self.say.text(branch.note)]
        notes += ["shown above"] * branch.again
        notes += [f"{branch.folded} more on its page"] * bool(branch.folded)
        return {
            "ref": branch.item,
            "first": branch.first,
            "note": "; ".join(filter(None, notes)),
            "share": share(branch.score) if branch.score else None,
            "pace": share(branch.pace),
            "state": state,
            "money": self.say.money(branch.money) if branch.money is not None else "",
            "open": depth < 2,
            "children": [self.branch_entry(each, depth + 1) for each in branch.branches],
        }

    def problem_entry(self, index: int, row: ProblemRow) -> dict[str, Any]:
        edit = self.settings.edit_url
        return {
            "id": f"p{index + 1}",
            "kind": "bad" if row.severity == "error" else "warn",
            "severity": row.severity,
            "at": f"content/{row.file}:{row.line}:{row.column}",
            "url": f"{edit}{row.file}" if edit else None,
            "rule": row.rule,
            "rule_url": f"#rule-{row.rule}",
            "message": row.message,
            "hint": row.hint,
        }


def share(score: str | None) -> float | None:
    """A printed score as a share of a hundred, for a bar's length."""
    return None if score is None else min(max(float(score), 0.0), 1.0) * 100


def sort_value(value: Any) -> Markup | str:
    """The attribute by which a cell sorts, where its text is not it."""
    match value:
        case Money(amount=amount):
            found = "" if amount is None else f"{amount:f}"
        case date():
            found = value.isoformat()
        case Tag():
            found = str(value.word)
        case Sentence():
            found = first_figure(value)
        case _:
            return ""
    return Markup(' data-value="{}"').format(found)


def first_figure(said: Sentence) -> str:
    """The figure by which a sentence sorts; empty where it has none."""
    for part in said.parts:
        found = first_figure(part) if isinstance(part, Sentence) else part
        if isinstance(found, Decimal) or (isinstance(part, Sentence) and found):
            return str(found)
    return ""


def board_columns(board: Board, day: Callable[[date], str]) -> list[dict[str, Any]]:
    """The columns as the part of the template takes them."""
    return [
        {
            "key": column.state,
            "title": column.title,
            "count": column.count,
            "limit": limit_tag(column),
            "policy": policy_words(column),
            "empty": "Nothing here.",
            "cards": [card_tile(card, day) for card in column.cards[:MOST_CARDS]],
            "folded": max(len(column.cards) - MOST_CARDS, 0),
        }
        for column in board.columns
    ]


def limit_tag(column: Column) -> tuple[str, str] | None:
    if column.limit is None and column.limit_size is None:
        return None
    full = column.limit is not None and column.count == column.limit
    return ("bad" if column.over else "warn" if full else "plain", column.words)


def policy_words(column: Column) -> str | None:
    said = []
    if column.enter:
        said.append(f"Enter: {column.enter}")
    if column.leave:
        said.append(f"Leave: {column.leave}")
    return " · ".join(said) or None


def card_tile(card: Card, day: Callable[[date], str]) -> dict[str, Any]:
    """An epic's card in few words, with what is wrong about it marked."""
    meta = []
    if card.rank is not None:
        meta.append(f"rank {card.rank}")
    if card.value_stream:
        meta.append(card.value_stream.title)
    if card.age_days is not None:
        meta.append(f"{card.age_days} days here")
    if card.owner:
        meta.append(card.owner)
    flags = []
    if card.blocked:
        flags.append(("warn", f"blocked by {', '.join(card.blocked)}"))
    if card.too_old:
        flags.append(("warn", "too long here"))
    if card.waived_until:
        flags.append(("plain", f"waiver until {day(card.waived_until)}, {card.waived_by}"))
    return {
        "ref": Ref(card.id, "epic", "epic", card.title, card.url),
        "meta": meta,
        "flags": flags,
        "stuck": bool(card.blocked or card.too_old),
    }

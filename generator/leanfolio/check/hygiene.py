"""Hygiene: every item hangs somewhere, belongs to somebody, and can be told from the others."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from leanfolio.check.rule import Check, Setting
from leanfolio.model import (
    Epic,
    Feature,
    Item,
    KeyResult,
    Objective,
    Path,
    Risk,
    Story,
    Team,
    Theme,
    ValueStream,
)
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import readable, tell

LONGEST = 100  # characters in a title: what fits on a card
UPWARD: dict[type[Item], str] = {
    KeyResult: "objective",
    Team: "value_stream",
    Feature: "epic",
    Story: "feature",
    Risk: "affects",
}
# What a reader cannot see, and what turns round the order of what he sees.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")


def orphan(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Everything serves something: a story its feature, a feature its epic, a team its stream.

    What hangs on nothing is on no tree and in no sum, and from it nobody can walk up to a reason.

    Fix: name what it serves.
    """
    for model, name in UPWARD.items():
        for item in portfolio.items_of(model):
            if item.lacks(name):
                yield Problem(
                    item.at(),
                    "orphan",
                    tell(
                        "{item} names no {kind}",
                        item=item.id,
                        kind=readable(name.replace("_", "-")),
                    )
                    if name != "affects"
                    else tell("{item} affects nothing", item=item.id),
                    tell("add `{name}:`", name=name),
                )
    for objective in portfolio.items_of(Objective):
        if objective.level == "portfolio" and objective.lacks("themes", "parent"):
            yield Problem(
                objective.at(),
                "orphan",
                tell("{objective} serves no theme", objective=objective.id),
                tell("add `themes:`, or `parent:` with a larger objective"),
            )


def stream_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic that has left the funnel names the value stream that pays for it.

    Otherwise its money is in no budget, and its work under no stream's limit.

    Fix: write `value_stream:`.
    """
    for epic in portfolio.items_of(Epic):
        begun = portfolio.category_of(epic) in ("waiting", "active") or epic.approved
        if begun and portfolio.category_of(epic) != "cancelled" and epic.lacks("value_stream"):
            yield Problem(
                epic.at(),
                "stream-missing",
                tell(
                    "{epic} is in {state}, but no value stream pays for it",
                    epic=epic.id,
                    state=epic.state,
                ),
                tell("add `value_stream:`"),
            )


def owner_missing(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every objective, value stream and open risk, and every epic in work, has an owner.

    Without a name there is nobody to ask. A state that asks for an owner itself says so first.

    Fix: write `owner:`, one person.
    """
    for item in owned(portfolio):
        if item.lacks("owner"):
            yield Problem(
                item.at(),
                "owner-missing",
                tell("{item} has no owner", item=item.id),
                tell("add `owner:`, one person"),
            )


def owned(portfolio: Portfolio) -> Iterator[Item]:
    """What needs an owner."""
    yield from portfolio.items_of(ValueStream)
    yield from portfolio.items_of(Objective)
    for epic in portfolio.items_of(Epic):
        state = portfolio.state_of(epic)
        if state and state.category == "active" and "owner" not in state.evidence:
            yield epic
    for risk in portfolio.items_of(Risk):
        if risk.status not in ("resolved", "accepted"):
            yield risk


def theme_unserved(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Every theme is served by an objective.

    A strategy that no objective takes up is a speech. While an item cannot be read nobody can say
    that it serves none, and the rule is silent.

    Fix: name it under `themes:` of an objective; or drop it.
    """
    for theme in portfolio.items_of(Theme) if not portfolio.broken else ():
        if not portfolio.children_of(theme.id, Objective):
            yield Problem(
                theme.at(),
                "theme-unserved",
                tell("no objective serves {theme}", theme=theme.id),
                tell("add {theme} to `themes:` of an objective, or drop it", theme=theme.id),
            )


def epic_without_features(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic in work has features, in a portfolio that has any.

    Money flows, and nobody can see into what.

    Fix: write its features, each with `epic:`.
    """
    if (
        not portfolio.items_of(Feature) or portfolio.broken
    ):  # it may be one of hers that is not read
        return
    for epic in portfolio.items_of(Epic):
        active = portfolio.category_of(epic) == "active"
        if active and not portfolio.children_of(epic.id, Feature) and not nested(epic, "features"):
            yield Problem(
                epic.at("state"),
                "epic-without-features",
                tell("{epic} is in {state}, and has no feature", epic=epic.id, state=epic.state),
                tell("add its features, or move it back"),
            )


def nested(item: Item, name: str) -> bool:
    """Whether children were written in this item, even if none of them could be read."""
    return (*item.origin.prefix, name) in item.origin.keys


def title_unfit(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A title is one line of at most 100 characters.

    It stands on cards, in trees and in tables. What is longer is cut there, usually before the
    word that matters.

    Fix: say it shorter; the rest belongs into the prose.
    """
    for item in (portfolio.policy, *portfolio.items.values()):
        lines = item.title.count("\n")
        if len(item.title) > LONGEST or lines:
            size = (
                tell("more than one line")
                if lines
                else tell("{count} characters", count=len(item.title))
            )
            yield Problem(
                title_place(item),
                "title-unfit",
                tell(
                    "{item} has a title of {size}; {longest} characters on one line fit on a card",
                    item=item.id,
                    size=size,
                    longest=LONGEST,
                ),
                tell("say it shorter"),
            )


def title_place(item: Item) -> Place:
    """Where the title was written: its field, or the heading at the top of the prose."""
    if (*item.origin.prefix, "title") in item.origin.spans:
        return item.at("title")
    lines = item.origin.body.split("\n")
    line = next((number for number, text in enumerate(lines) if text.strip()), 0)
    return Place(item.origin.path, item.origin.body_line + line, 1, max(len(lines[line]), 1))


def title_duplicate(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No two items of a type that are not over have the same title.

    Two branches that wrote the same idea give two epics, two sums of money and two queues.

    Fix: merge them; or say in the titles what differs.
    """
    first: dict[tuple[str, str, str | None], Item] = {}
    for item in portfolio.items.values():
        if portfolio.category_of(item) in CLOSED:
            continue
        parent = getattr(item, UPWARD[type(item)], None) if type(item) in (Feature, Story) else None
        key = (item.TYPE, " ".join(item.title.casefold().split()), parent)
        other = first.setdefault(key, item)
        if other is not item:
            yield Problem(
                title_place(item),
                "title-duplicate",
                tell("{item} has the same title as {other}", item=item.id, other=other.id),
                tell("merge the two, or say in the titles what differs"),
                related=(Related(title_place(other), f"{other.id} is here"),),
            )


def body_empty(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The portfolio, every theme and every epic in work says in prose what it is.

    Fields say how much and when. Why it is worth it, only sentences say.

    Fix: write a paragraph below the front matter.
    """
    epics = [epic for epic in portfolio.items_of(Epic) if portfolio.category_of(epic) == "active"]
    for item in (portfolio.policy, *portfolio.items_of(Theme), *epics):
        if item.origin.prefix or not item.origin.spans:
            continue
        if not any(line.strip() and line[0] != "#" for line in item.origin.body.split("\n")):
            yield Problem(
                item.at(),
                "body-empty",
                tell("{item} has no prose", item=item.id),
                tell("write a paragraph below the front matter"),
            )


def source_gone(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What another system no longer has is not open work here.

    An import found it gone, and leaves the file: only people know whether it was done, dropped, or
    moved to where the import does not look.

    Fix: close it with its last state, or delete the file; where it is to live on here, remove
    `source:`.
    """
    for item in portfolio.items.values():
        source = item.source
        if source is None or source.gone_on is None or portfolio.category_of(item) in CLOSED:
            continue
        yield Problem(
            item.at("source", "gone_on"),
            "source-gone",
            tell(
                "{item} is gone from {system}, where it was {key}, since {gone_on}",
                item=item.id,
                system=source.system,
                key=source.key,
                gone_on=source.gone_on,
            ),
            tell("close it, or delete the file; where it lives on here, remove `source:`"),
        )


def spelling_varies(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A tag or a name is written one way.

    Filters and sums take "Cloud" and "cloud" for two, and an owner with two spellings has two
    half lists.

    Fix: take the spelling that the hint names.
    """
    spellings: defaultdict[tuple[str, str], dict[str, Use]] = defaultdict(dict)
    plain: dict[str, str] = {}
    for item in portfolio.items.values():
        names = [("tag", tag, ("tags", index)) for index, tag in enumerate(item.tags)]
        if item.owner is not None:
            names.append(("owner", item.owner, ("owner",)))  # type: ignore[arg-type]
        for what, name, path in names:
            key = plain.get(name) or plain.setdefault(name, folded(name))
            use = spellings[what, key].setdefault(name, Use(item, path))
            use.count += 1
    for (what, _key), uses in spellings.items():
        usual = max(uses, key=lambda use: (uses[use].count, use))
        for spelling, use in sorted(uses.items(), key=lambda item: item[0]):
            if spelling != usual:
                yield Problem(
                    use.place,
                    "spelling-varies",
                    tell(
                        "the {what} “{spelling}” is elsewhere written “{usual}”",
                        what=readable(what),
                        spelling=spelling,
                        usual=usual,
                    ),
                    tell("write {usual}", usual=usual),
                    related=(Related(uses[usual].place, "written so here"),),
                )


class Use(Struct):
    """How often a spelling is used, and where first."""

    item: Item
    path: Path
    count: int = 0

    @property
    def place(self) -> Place:
        return self.item.at(*self.path)


def folded(name: str) -> str:
    """A name without regard to case, blanks, dashes and underscores."""
    return re.sub(r"[\s_-]+", " ", name.casefold()).strip()


def characters_hidden(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No title, owner or tag holds characters that a reader cannot see, or that turn text round.

    With them a line reads otherwise in a review than it is: another name, another figure.

    Fix: type the text anew.
    """
    for item in (portfolio.policy, *portfolio.items.values()):
        for text, place in printed_texts(item):
            match = HIDDEN.search(text)
            if match and match[0] != "\n":  # a second line of a title is the affair of title-unfit
                yield Problem(
                    place,
                    "characters-hidden",
                    tell(
                        "{item} holds the invisible character U+{match}",
                        item=item.id,
                        match=f"{ord(match[0]):04X}",
                    ),
                    tell("type the text anew"),
                )


def merge_unfinished(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No prose holds the marks that git leaves where two branches changed the same lines.

    The page would show both versions, and nobody could tell which of them holds.

    Fix: keep one version, and delete the other and the marks around both.
    """
    items = (portfolio.policy, *portfolio.items.values())
    origins = [item.origin for item in items] + [page.origin for page in portfolio.pages]
    for origin in origins:
        if origin.prefix or "<<<<<<< " not in origin.body or ">>>>>>> " not in origin.body:
            continue
        fenced = False
        for number, line in enumerate(origin.body.split("\n")):
            fenced ^= line.lstrip().startswith(("```", "~~~"))
            if line.startswith("<<<<<<< ") and not fenced:
                yield Problem(
                    Place(origin.path, origin.body_line + number, 1, len(line)),
                    "merge-unfinished",
                    tell("git left two versions of a change here, between <<<<<<< and >>>>>>>"),
                    tell(
                        "keep the lines of one version, and delete the others and the marks around"
                    ),
                )


def printed_texts(item: Item) -> Iterator[tuple[str, Place]]:
    """Return the names by which lists show an item."""
    if not item.title.isprintable():
        yield item.title, title_place(item)
    if item.owner is not None and not item.owner.isprintable():
        yield item.owner, item.at("owner")
    for index, tag in enumerate(item.tags):
        yield tag, item.at("tags", index)


ERRORS: tuple[Check, ...] = (merge_unfinished,)
WARNINGS = (
    orphan,
    stream_missing,
    owner_missing,
    theme_unserved,
    epic_without_features,
    title_unfit,
    title_duplicate,
    body_empty,
    source_gone,
    spelling_varies,
    characters_hidden,
)

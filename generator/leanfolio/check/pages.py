"""Prose pages: a view that prose embeds exists, and has the options that are written."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from leanfolio.check.links import written
from leanfolio.check.rule import Check, Setting
from leanfolio.model import TYPES, Increment, Origin, Path, Span, place_of
from leanfolio.model.conditions import FIELDS, RELATIONS, values_of, view_names
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem
from leanfolio.read.suggestions import Suggestions, did_you_mean
from leanfolio.read.yaml import Fields, parse
from leanfolio.wording import readable, tell

OPTIONS = ("view", "where", "limit", "increment")


class EmbeddedView(Struct, frozen=True):
    """A view that prose names: what was written, and where each word of it stands."""

    origin: Origin
    spans: Mapping[Path, Span]
    keys: Mapping[Path, Span]
    values: Mapping[str, Any]
    fence: Place

    @property
    def file(self) -> str:
        """The path of the file that it stands in."""
        return str(self.origin.path)

    def place(self, *path: str | int) -> Place:
        """An option by its value, or an entry of a list; a word that is not known by itself."""
        by_value = path[-1] in OPTIONS or isinstance(path[-1], int)
        span = (self.spans if by_value else self.keys).get(path)
        if span is None and len(path) > 1:
            span = self.spans.get(path[:-1])
        return place_of(self.origin.path, span) if span else self.fence

    @property
    def names(self) -> Iterator[tuple[Path, Any]]:
        """The views that it names, each with its path."""
        listed = isinstance(self.values.get("view"), list)
        for index, name in enumerate(view_names(self.values)):
            yield ("view", index) if listed else ("view",), name


def embedded_views(portfolio: Portfolio, setting: Setting) -> list[EmbeddedView]:
    """Every view in the front matter of a page, and in a fenced block of any prose."""
    matches = [
        EmbeddedView(
            page.origin, page.origin.spans, page.origin.keys, page.view, page.origin.place()
        )
        for page in portfolio.pages
        if page.view
    ]
    return matches + [
        EmbeddedView(body, fields.spans, fields.keys, fields.values, Place(body.path, line))
        for body, line, fields in setting.once(fenced, portfolio)
    ]


def fenced(portfolio: Portfolio, setting: Setting) -> list[tuple[Origin, int, Fields]]:
    """Every fenced block that names a view, with its line in the file."""
    return [
        (body.origin, line, parse(block.text, line + 1))
        for body in setting.once(written, portfolio)
        for block in body.prose.blocks
        for line in (body.origin.body_line + block.line - 1,)
    ]


def view_unreadable(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A fenced block named leanfolio holds the fields of a view, one a line.

    What cannot be read there shows nothing on the page, in the middle of a sentence about it.

    Fix: write `view: ranking` and what else it is to have, as in front matter.
    """
    for origin, _line, fields in setting.once(fenced, portfolio):
        for fault in fields.faults:
            yield Problem(
                Place(origin.path, fault.line, fault.column, fault.length),
                "view-unreadable",
                fault.message.replace("front matter", "block"),
                fault.hint,
            )


def view_unknown(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A page embeds a view that exists.

    A misspelt one leaves the page empty where its figures should be.

    Fix: correct the word.
    """
    if setting.views is None:
        return
    names = tuple(setting.views)
    for view in setting.once(embedded_views, portfolio):
        if not view.values:
            continue
        for path, name in view.names:
            if name not in names:
                yield Problem(
                    view.place(*path),
                    "view-unknown",
                    tell(
                        "{file} asks for the view {name}, which is none",
                        file=view.file,
                        name=str(name)[:40],
                    )
                    if name
                    else tell("{file} names no view", file=view.file),
                    did_you_mean(
                        str(name), names, tell("use one of {names}", names=", ".join(names))
                    ),
                )


def view_option_wrong(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A view is filtered by fields, items and states that there are, and cut at a whole number.

    A filter by a misspelt word finds nothing, and an empty table reads as "all is well".

    Fix: correct the field, or its value; write `limit:` as digits.
    """
    increments = Suggestions([increment.id for increment in portfolio.items_of(Increment)])
    for view in setting.once(embedded_views, portfolio):
        for path, message, hint in (
            *wrong_options(view.file, view.values, increments, portfolio.absent),
            *wrong_conditions(view.file, view.values.get("where"), portfolio),
        ):
            yield Problem(view.place(*path), "view-option-wrong", message, hint)


def wrong_options(
    file: str, values: Mapping[str, Any], increments: Suggestions, broken: frozenset[str]
) -> Iterator[tuple[Path, str, str]]:
    """What is wrong with the options of one view: where, what, and what to do."""
    for name in values:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS, tell("use {names}", names=", ".join(OPTIONS)))
            yield (
                (name,),
                tell(
                    "{file} gives its view the option `{name}`, which it has not",
                    file=file,
                    name=name[:40],
                ),
                hint,
            )
    limit = values.get("limit")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        yield (
            ("limit",),
            tell("{file} has a `limit` that is no whole number above zero", file=file),
            tell("write digits alone"),
        )
    named = values.get("increment")
    if named is not None and named not in increments.known and named not in broken:
        hint = increments.hint(str(named), tell("name an increment"))
        yield (
            ("increment",),
            tell(
                "{file} shows the increment {name}, which does not exist",
                file=file,
                name=str(named)[:40],
            ),
            hint,
        )


def wrong_conditions(
    file: str, where: Any, portfolio: Portfolio
) -> Iterator[tuple[Path, str, str]]:
    """What is wrong with `where`: a field that no item has, or a value that it can never have."""
    if where is not None and not isinstance(where, dict):
        yield (
            ("where",),
            tell("{file} has a `where` that is no mapping", file=file),
            tell("write where: {{state: mvp}}"),
        )
    for name, wanted in where.items() if isinstance(where, dict) else ():
        if name not in FIELDS:
            hint = did_you_mean(str(name), FIELDS, tell("filter by a field that items have"))
            yield (
                ("where", name),
                tell(
                    "{file} filters by `{name}`, which no item has", file=file, name=str(name)[:40]
                ),
                hint,
            )
            continue
        known = possible_values(name, portfolio)
        for index, value in enumerate(values_of(wanted)):
            if known and value not in known and value not in portfolio.absent:
                path = ("where", name, index) if isinstance(wanted, list) else ("where", name)
                word = readable(name.replace("_", "-"))
                hint = did_you_mean(
                    value,
                    known,
                    tell("name one that there is: {names}", names=", ".join(known[:5])),
                )
                yield (
                    path,
                    tell(
                        "{file} filters by the {word} {name}, which does not exist",
                        file=file,
                        word=word,
                        name=value[:40],
                    ),
                    hint,
                )


def possible_values(name: str, portfolio: Portfolio) -> tuple[str, ...]:
    """Every value that a condition can have; empty where that is open, or there is none."""
    if name == "type":
        return tuple(TYPES)
    if name == "state":
        policy = portfolio.policy
        every = (*policy.states, *policy.feature_states, *policy.story_states)
        return tuple(dict.fromkeys(state.name for state in every))
    if name in RELATIONS:
        type = RELATIONS[name]
        return tuple(item.id for item in portfolio.items.values() if type == item.TYPE)
    return ()


ERRORS = (view_unreadable, view_unknown, view_option_wrong)
WARNINGS: tuple[Check, ...] = ()

"""What a page asked: all of it is noted, and only what asked for what changed is made again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.page_dependencies import RECORDS, encode, without_parts
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.model import TYPES, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content
from leanfolio.output.html.site import Frame, Site
from leanfolio.pipeline import build
from leanfolio.views import pages
from leanfolio.views.built import Built
from leanfolio.views.figures import Figures
from leanfolio.views.lists import Listing, epic_list
from making import SMALL, TODAY, source
from pages import Columns

FILES = {
    "epics/EP-2.md": "title: Another epic\nstate: funnel\nvalue_stream: VS-1\nkey_results: [KR-1]",
    "features/FT-1.md": "title: A feature\nepic: EP-1\nstate: funnel",
    "features/FT-2.md": "title: Another feature\nepic: EP-2\nstate: funnel",
    "risks/RK-1.md": "title: A risk\nstatus: owned\nowner: A",
}


def a_build(
    files: Mapping[str, str] | None = None, prose: Mapping[str, str] | None = None
) -> tuple[Content, Built]:
    """A small portfolio; `prose` gives some of its files another body than the usual."""
    prose = prose or {}
    heads = {**SMALL, **FILES, **(files or {})}
    found = tuple(source(path, heads[path], prose.get(path, "Prose.\n")) for path in heads)
    return Content(found), build(found, as_of=TODAY, otherwise=TODAY)


def a_site(
    store: Store | None,
    files: Mapping[str, str] | None = None,
    frame: str = "Any",
    prose: Mapping[str, str] | None = None,
) -> Site:
    content, built = a_build(files, prose)
    return Site(built, Frame(frame), Columns(), store, content=content, project="/here")


def made(site: Site) -> set[str]:
    """The pages that this site has to make, which it makes."""
    new = {slot.url for slot in site.slots if slot.url not in site.notes}
    for slot in site.slots:
        site.html(slot)
    site.close()
    return new


@contextmanager
def recorded() -> Iterator[tuple[Built, Dependencies]]:
    """A build to read from, and what is recorded of that."""
    content, built = a_build()
    fingerprints = Fingerprints(built, content)
    with fingerprints.recorder.recording() as dependencies:
        yield fingerprints.tracked, dependencies


@pytest.mark.parametrize(
    ("name", "fields"),
    [("portfolio", fields(Portfolio)), ("figures", fields(Figures)), ("", fields(Built))],
    ids=["portfolio", "figures", "built"],
)
def test_whatever_field_is_read_is_recorded(name: str, fields: tuple[object, ...]) -> None:
    for each in fields:
        field = str(getattr(each, "name", ""))
        if field in ("portfolio", "currency"):
            continue  # a stand-in itself, and what stands for all pages
        with recorded() as (built, dependencies):
            found = getattr(getattr(built, name) if name else built, field)
            if isinstance(found, Mapping):
                assert not dependencies
                assert list(found) == list(found.keys())
            owner = name if field != "as_of" else ""
            assert list(dependencies) == [".".join(filter(None, ("built", owner, field)))]


def ids(items: Iterable[Item]) -> list[str]:
    return [item.id for item in items]


def test_a_read_is_recorded_also_where_there_is_nothing() -> None:
    with recorded() as (built, dependencies):
        assert "EP-9" not in built.portfolio
        assert built.portfolio.items.get("EP-8") is None
        with pytest.raises(KeyError):
            built.portfolio["EP-7"]
        assert [name.partition(" ")[2] for name in dependencies] == ["EP-9", "EP-8", "EP-7"]


def test_every_method_of_a_portfolio_reads_through_the_stand_in() -> None:
    real = a_build()[1].portfolio
    item = real["EP-1"]
    with recorded() as (built, dependencies):
        read = built.portfolio
        assert ids(read.parents_of("EP-1")) == ids(real.parents_of("EP-1")) == ["KR-1"]
        assert ids(read.children_of("EP-1")) == ids(real.children_of("EP-1")) == ["FT-1"]
        assert ids(read.items_of(type(item))) == ids(real.items_of(type(item)))
        assert built.portfolio.category_of(item) == real.category_of(item)
        assert dependencies.keys() >= {
            "built.portfolio._from EP-1", "built.portfolio.items KR-1", "built.portfolio._to EP-1",
            "built.portfolio.items FT-1", "built.portfolio._by_type Epic",
            "built.portfolio._states ('epic', 'funnel')",
        }  # fmt: skip


def test_nothing_is_read_unnoticed_while_no_page_is_made() -> None:
    with recorded() as (built, _):
        pass
    with pytest.raises(RuntimeError, match=r"built\.portfolio\.items EP-1 was read outside"):
        built.portfolio["EP-1"]


def test_a_fingerprint_changes_with_its_value_and_with_nothing_else() -> None:
    before = Fingerprints(*reversed(a_build()))  # type: ignore[arg-type]
    other = a_build({"features/FT-1.md": "title: Renamed\nepic: EP-1\nstate: funnel"})
    after = Fingerprints(*reversed(other))  # type: ignore[arg-type]
    same = ("items FT-2", "items EP-1", "_to EP-1", "_by_type Epic", "edges", "items RK-9")
    for question in same:
        name = f"built.portfolio.{question}"
        assert before.fingerprint(name) == after.fingerprint(name), question
    for question in ("items FT-1", "_by_type Feature", "items"):
        name = f"built.portfolio.{question}"
        assert before.fingerprint(name) != after.fingerprint(name), question


def test_only_pages_that_asked_for_what_changed_are_made(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert len(made(a_site(store))) > 20
        assert made(a_site(store)) == set()
        renamed = {"features/FT-1.md": "title: Renamed\nepic: EP-1\nstate: funnel"}
        new = made(a_site(store, renamed))
    assert {"features/FT-1.html", "epics/EP-1.html", "strategy.html"} <= new
    assert new.isdisjoint({"features/FT-2.html", "epics/EP-2.html", "risks/RK-1.html"})


def test_a_page_that_held_nothing_of_an_item_is_made_when_the_item_comes(tmp_path: Path) -> None:
    more = {"features/FT-3.md": "title: New\nepic: EP-2\nstate: funnel"}
    with Store(tmp_path) as store:
        made(a_site(store))
        new = made(a_site(store, more))
    assert {"epics/EP-2.html", "features/FT-3.html"} <= new
    assert "risks/RK-1.html" not in new


def test_figures_are_not_worked_out_where_they_rest_on_the_same(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        made(a_site(store))
        again = a_site(store)
        assert again.notes
        assert again.memory is not None
        assert "figures" not in vars(again.memory.fingerprints.built)


def test_what_stands_on_all_pages_makes_all_anew(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = made(a_site(store))
        assert made(a_site(store, frame="Another")) == first
        assert made(a_site(store)) == set()


def test_notes_that_cannot_be_read_or_ask_for_nothing_known_do_not_hold(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = a_site(store)
        assert first.memory is not None
        every = made(first)
        key = first.memory.key("epics/EP-1.html")
        note = RECORDS.get_many(store, [key])[key]
        for broken in (b"", b"{}", b"[1]", b'[{}, "zz", "", []]', encode(note)[:-5]):
            store.put_many({key: broken})
            assert made(a_site(store)) == {"epics/EP-1.html"}, broken
        for question in ("built.gone", "nothing at all", "built.portfolio.gone EP-1"):
            first.memory.keep(
                {
                    "epics/EP-1.html": type(note)(
                        note.files, note.fingerprint, (question,), note.text_key
                    )
                }
            )
            assert made(a_site(store)) == {"epics/EP-1.html"}, question
    assert "epics/EP-1.html" in every


def test_a_part_of_what_was_asked_for_whole_is_no_question() -> None:
    assert without_parts(dict.fromkeys(("a x", "a", "b y"))) == ["a", "b y"]


# An item's prose --------------------------------------------------------------------------------


def summary(item: Item) -> str:
    """The first line of an item's prose: a property that a later version of the model may have."""
    return item.origin.body.strip().split("\n")[0]


@pytest.fixture
def with_summaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items have a property that reads their prose, and the list of epics shows it."""
    monkeypatch.setattr(Item, "summary", property(summary), raising=False)

    def listed(portfolio: Any, figures: Any) -> Listing:
        summaries = "; ".join(each.summary for each in portfolio.items_of(TYPES["epic"]))
        return replace(epic_list(portfolio, figures), finding=summaries)

    monkeypatch.setattr(pages, "epic_list", listed)


@pytest.mark.usefixtures("with_summaries")
def test_a_page_that_shows_prose_of_an_item_follows_it(tmp_path: Path) -> None:
    changed = {"epics/EP-2.md": "Another summary.\n"}
    with Store(tmp_path) as store:
        made(a_site(store))
        again = a_site(store, prose=changed)
        page = next(slot for slot in again.slots if slot.url == "epics.html")
        assert "Another summary." in again.html(page)
        new = made(a_site(store, prose={**changed, "risks/RK-1.md": "Nobody lists this.\n"}))
    assert new == {"risks/RK-1.html"}


def test_prose_that_no_page_shows_makes_its_own_page_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        made(a_site(store))
        new = made(a_site(store, prose={"epics/EP-2.md": "Another text.\n"}))
    assert new == {"epics/EP-2.html"}


def test_an_item_is_the_same_for_whoever_reads_it() -> None:
    real = a_build()[1].portfolio["EP-2"]
    with recorded() as (built, dependencies):
        item = built.portfolio["EP-2"]
        assert item.model_dump() == real.model_dump()
        assert type(item) is type(real)
        assert isinstance(item.origin, type(real.origin))
        assert item.at("state") == real.at("state")
        assert "sources epics/EP-2.md" not in dependencies
        assert item.origin.body == real.origin.body == "Prose.\n"
        assert "sources epics/EP-2.md" in dependencies


def test_no_item_keeps_what_it_computes() -> None:
    """One copy of an item serves all pages: prose behind a cached property of it would be recorded
    for the first page alone."""
    models = [model for name in TYPES for model in TYPES[name].__mro__]
    cached = [
        f"{model.__name__}.{name}"
        for model in models
        for name, value in vars(model).items()
        if isinstance(value, cached_property)
    ]
    assert cached == []


def test_figures_hold_no_items() -> None:
    """A figure's fingerprint is its `repr`, which shows no prose: so it may hold no item."""
    built = a_build()[1]
    values: list[Any] = [built.figures, built.ledger, built.scenarios, built.ballots]
    seen: set[int] = set()
    while values:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        assert not isinstance(value, Item)
        if is_dataclass(value) and not isinstance(value, type):
            values += [getattr(value, field.name) for field in fields(value)]
        elif isinstance(value, Mapping):
            values += [*value.keys(), *value.values()]
        elif isinstance(value, tuple | list | set | frozenset):
            values += value
    assert len(seen) > 100

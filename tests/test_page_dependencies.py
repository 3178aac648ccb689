"""What a page asked: all of it is noted, and only what asked for what changed is made again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from msgspec import Struct
from msgspec.structs import astuple, replace

from leanfolio.cache import page_texts
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.page_dependencies import RECORDS, encode, without_parts
from leanfolio.cache.page_texts import PageText
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.history.versions import History, Version
from leanfolio.model import TYPES, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Content
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.output.html.stamp import Stamp
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from leanfolio.views.figures import FIGURE_NAMES
from leanfolio.views.groups import what
from leanfolio.views.lists import Listing, epic_list
from leanfolio.views.pages import page_specs
from making import SMALL, TODAY, source
from pages import Columns

FILES = {
    "epics/EP-2.md": "title: Another epic\nstate: funnel\nvalue_stream: VS-1\nkey_results: [KR-1]",
    "features/FT-1.md": "title: A feature\nepic: EP-1\nstate: funnel",
    "features/FT-2.md": "title: Another feature\nepic: EP-2\nstate: funnel",
    "risks/RK-1.md": "title: A risk\nstatus: owned\nowner: A",
}


def a_build(
    files: Mapping[str, str] | None = None,
    prose: Mapping[str, str] | None = None,
    day: date = TODAY,
) -> tuple[Content, Built]:
    """A small portfolio; `prose` gives some of its files another body than the usual."""
    prose = prose or {}
    heads = {**SMALL, **FILES, **(files or {})}
    found = tuple(source(path, heads[path], prose.get(path, "Prose.\n")) for path in heads)
    return Content(found), build(found, as_of=day, otherwise=day)


def a_site(
    store: Store | None,
    files: Mapping[str, str] | None = None,
    frame: str = "Any",
    prose: Mapping[str, str] | None = None,
    day: date = TODAY,
) -> Site:
    content, built = a_build(files, prose, day)
    return Site(built, SiteSettings(frame), Columns(), store, content=content, project="/here")


def made(site: Site) -> set[str]:
    """The pages that this site has to make, which it makes."""
    new = {slot.url for slot in site.slots if slot.url not in site.unchanged}
    for slot in site.slots:
        site.html(slot)
    site.close()
    return new


def stamped(store: Store | None, settings: SiteSettings) -> Site:
    content, built = a_build()
    return Site(built, settings, Columns(), store, content=content, project="/here")


@contextmanager
def recorded() -> Iterator[tuple[Built, Dependencies]]:
    """A build to read from, and what is recorded of that."""
    content, built = a_build()
    fingerprints = Fingerprints(built, content)
    with fingerprints.recorder.recording() as dependencies:
        yield fingerprints.tracked, dependencies


def names(kind: type[Struct]) -> list[str]:
    return list(kind.__struct_fields__)


def test_the_page_of_an_epic_is_made_without_the_whole_ranking() -> None:
    site = a_site(None)
    urls = [slot.url for slot in site.slots]
    made = site.factory.make([urls.index("epics/EP-1.html")], {}).pages
    assert "in the ranking" in "".join(made["epics/EP-1.html"].pieces)
    computed = vars(site.built.figures)
    assert "ranked" in computed
    assert "ranking" not in computed


@pytest.mark.parametrize(
    ("name", "fields"),
    [("portfolio", names(Portfolio)), ("figures", FIGURE_NAMES), ("", names(Built))],
    ids=["portfolio", "figures", "built"],
)
def test_whatever_field_is_read_is_recorded(name: str, fields: Sequence[str]) -> None:
    for field in fields:
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


def a_history(*landings: tuple[str, int, str]) -> History:
    """Commits by id and hour, each with the state that it gave EP-1, or "" where it gave none."""
    commits = [Commit(id, hour * 3600) for id, hour, _ in landings]
    versions = [
        Version(commit, "epic", PurePosixPath("epics/EP-1.md"), {"state": state})
        for commit, (_, _, state) in zip(commits, landings, strict=True)
        if state
    ]
    return History(tuple(commits), {"EP-1": tuple(versions)})


@pytest.mark.parametrize("in_flow", [False, True])
def test_of_a_history_counts_what_items_became_and_when_a_day_had_its_first_commit(
    in_flow: bool,
) -> None:
    def bytes_of(*landings: tuple[str, int, str]) -> bytes:
        content, built = a_build()
        history = a_history(*landings)
        value = Flow(built.portfolio, built.as_of, history) if in_flow else history
        return Fingerprints(built, content).value_bytes(value)

    begun = ("a", 1, "funnel"), ("b", 26, "")
    assert bytes_of(*begun) == bytes_of(*begun, ("c", 27, ""))  # prose alone, on the same day
    assert bytes_of(*begun) != bytes_of(*begun, ("c", 50, ""))  # may begin an increment
    assert bytes_of(*begun) != bytes_of(*begun, ("c", 27, "ready"))
    assert bytes_of(*begun) != bytes_of(("a", 1, "funnel"), ("d", 26, ""))
    assert bytes_of(*begun) != bytes_of(("a", 2, "funnel"), ("b", 26, ""))


def test_only_pages_that_asked_for_what_changed_are_made(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert len(made(a_site(store))) > 20
        assert made(a_site(store)) == set()
        renamed = {"features/FT-1.md": "title: Renamed\nepic: EP-1\nstate: funnel"}
        new = made(a_site(store, renamed))
    assert {"features/FT-1.html", "epics/EP-1.html", "strategy.html"} <= new
    assert new.isdisjoint({"features/FT-2.html", "epics/EP-2.html", "risks/RK-1.html"})


@pytest.mark.parametrize("edit", ["cost: 7", "cost: 9\nforecast: 10", "cost: 5\nhorizon: 1"])
def test_money_of_an_epic_leaves_the_pages_of_other_epics_as_they_are(
    tmp_path: Path, edit: str
) -> None:
    epics = {
        f"epics/EP-{number}.md": f"title: Epic {number}\nstate: funnel\nvalue_stream: VS-1\n"
        f"key_results: [KR-{number % 2 + 1}]\ncost: {number}"
        for number in range(3, 12)
    }
    with Store(tmp_path) as store:
        made(a_site(store, epics))
        edited = {"epics/EP-5.md": epics["epics/EP-5.md"].replace("cost: 5", edit)}
        new = made(a_site(store, epics | edited))
    assert {url for url in new if url.startswith(("epics/", "features/"))} == {"epics/EP-5.html"}
    assert "funding.html" in new


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
        assert again.unchanged
        assert again.cached is not None
        assert "figures" not in vars(again.cached.fingerprints.built)
        assert "figures" not in vars(again.built)


def test_what_stands_on_all_pages_makes_all_anew(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = made(a_site(store))
        assert made(a_site(store, frame="Another")) == first
        assert made(a_site(store, frame="Another")) == set()
        assert made(a_site(store)) == first, "the records of the other name took their place"


# The stamp ---------------------------------------------------------------------------------------


def texts_of(site: Site) -> dict[str, str]:
    texts = {slot.url: site.html(slot) for slot in site.slots}
    site.close()
    return texts


def test_another_commit_makes_no_page_anew_and_stands_on_all(tmp_path: Path) -> None:
    one = SiteSettings("Any", "0123abcd", "https://example.com/?a=1&b=0123abcd")
    other = SiteSettings("Any", "4567cdef", "https://example.com/?a=1&b=4567cdef")
    with Store(tmp_path) as store:
        texts_of(stamped(store, one))
        again = stamped(store, other)
        assert {slot.url for slot in again.slots} <= again.unchanged
        assert again.standing_files("epics/EP-1.html") is None, "its file bears the old commit"
        texts = texts_of(again)
        assert texts == texts_of(stamped(None, other))
        assert all("4567cdef" in text and "0123abcd" not in text for text in texts.values())
        assert stamped(store, other).standing_files("epics/EP-1.html") is not None


def test_another_commit_is_put_into_the_files_of_the_old_site(tmp_path: Path) -> None:
    one = SiteSettings("Any", "0123abcd", "https://example.com/?a=1&b=0123abcd")
    other = SiteSettings("Any", "4567cdef9", "https://example.com/?a=1&b=4567cdef9")
    with Store(tmp_path) as store:
        old = texts_of(stamped(store, one))
        for settings in (other, one):
            again = stamped(store, settings)
            [(slot, page)] = ((s, old[s.url]) for s in again.slots if s.url == "epics/EP-1.html")
            assert again.stamped_anew(slot, page.replace("0", "1").encode()) is None
            files = {s.url: again.stamped_anew(s, old[s.url].encode()) for s in again.slots}
            old = texts_of(stamped(None, settings))
            assert files == {url: text.encode() for url, text in old.items()}
            again.close()


def test_the_first_commit_makes_all_anew(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        made(stamped(store, SiteSettings("Any")))
        assert len(made(stamped(store, SiteSettings("Any", "0123abcd")))) > 20


def test_another_day_makes_those_pages_anew_that_read_it(tmp_path: Path) -> None:
    later = TODAY + timedelta(days=1)
    with Store(tmp_path) as store:
        made(a_site(store))
        again = a_site(store, day=later)
        new = {slot.url for slot in again.slots} - again.unchanged
        assert texts_of(again) == texts_of(a_site(None, day=later))
    assert "index.html" in new
    assert "vision.html" not in new
    assert "epics/EP-1.html" not in new, "it reads the day, and shows nothing else for it"


def test_what_stands_for_the_stamp_can_only_be_printed() -> None:
    stamp = Stamp({"as_of": "1 < 2", "commit": "", "commit_url": None})
    environment = Environment(autoescape=True)
    source = "{% if as_of %}{{ as_of }}{% endif %}{% if commit %}commit {{ commit }}{% endif %}"
    text = environment.from_string(source).render(stamp.placeholders)
    assert stamp.fill(stamp.split(text))[0] == b"1 &lt; 2"
    for changed in ("{{ as_of|upper }}", "{{ as_of|truncate(3) }}"):
        template = environment.from_string(changed)
        with pytest.raises(TypeError):
            template.render(stamp.placeholders)


def test_two_builds_have_other_placeholders_so_that_no_content_can_hold_one() -> None:
    values = {"as_of": "today", "commit": "0123abcd", "commit_url": None}
    one, other = Stamp(values), Stamp(values)
    token = one.placeholders["commit"].__html__()
    assert one.fill(one.split(f"a {token}"))[0] == b"a 0123abcd"
    assert other.fill(other.split(f"a {token}"))[0] == f"a {token}".encode()
    assert one.digest == other.digest


def test_records_that_cannot_be_read_or_name_nothing_known_do_not_hold(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = a_site(store)
        assert first.cached is not None
        every = made(first)
        key = first.cached.last_build.key("epics/EP-1.html")
        note = RECORDS.get_many(store, [key])[key]
        for broken in (
            b"",
            b"{}",
            b"[1]",
            b'[{}, "zz", "", []]',
            encode(note)[:-5],
            b'[{}, "00", "", [], "zz"]',
        ):
            store.put_many({key: broken})
            assert made(a_site(store)) == {"epics/EP-1.html"}, broken
        for question in ("built.gone", "nothing at all", "built.portfolio.gone EP-1"):
            assert note.page is not None
            printed = replace(note.page, dependencies=(question,))
            changed = replace(note, dependencies=(question,), page=printed)
            first.cached.last_build.keep({"epics/EP-1.html": changed})
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

    monkeypatch.setattr(what, "epic_list", listed)


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


def test_figures_and_pages_hold_no_items() -> None:
    """Their fingerprint is their `repr`, which shows no prose: so they may hold no item, and
    nothing that `repr` shows by its address alone."""
    built = a_build()[1]
    figures = vars(built.figures.computed()).values()
    pages = [spec.page(built) for spec in page_specs(built)]
    values: list[Any] = [*figures, built.facts.ledger, built.scenarios, built.ballots, *pages]
    assert not any(" at 0x" in repr(value) for value in values)
    seen: set[int] = set()
    while values:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        assert not isinstance(value, Item)
        if isinstance(value, Struct):
            values += astuple(value)
        elif isinstance(value, Mapping):
            values += [*value.keys(), *value.values()]
        elif isinstance(value, tuple | list | set | frozenset):
            values += value
    assert len(seen) > 100


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_the_text_of_a_page_is_kept_as_it_is_or_not_at_all(pieces: list[str]) -> None:
    kept = page_texts.encode(PageText(b"any", pieces))
    assert page_texts.decode(kept) == PageText(b"any", pieces)
    with pytest.raises(ValueError, match=r"."):
        page_texts.decode(kept + b"x")

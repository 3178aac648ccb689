"""What a page asked: all of it is noted, and only what asked for what changed is made again."""

import ast
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

import leanfolio
from leanfolio.cache.page_dependencies import Answers, Questions, decoded, encoded, pruned
from leanfolio.cache.store import Store
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content
from leanfolio.output.html.site import Frame, Site
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from leanfolio.views.figures import Figures
from making import TODAY, sources
from pages import Columns

PACKAGE = Path(leanfolio.__file__).parent
FILES = {
    "epics/EP-2.md": "title: Another epic\nstate: funnel\nvalue_stream: VS-1\nkey_results: [KR-1]",
    "features/FT-1.md": "title: A feature\nepic: EP-1\nstate: funnel",
    "features/FT-2.md": "title: Another feature\nepic: EP-2\nstate: funnel",
    "risks/RK-1.md": "title: A risk\nstatus: owned\nowner: A",
}


def a_build(files: Mapping[str, str] | None = None) -> tuple[Content, Built]:
    found = tuple(sources({**FILES, **(files or {})}))
    return Content(found), build(found, as_of=TODAY, otherwise=TODAY)


def a_site(store: Store, files: Mapping[str, str] | None = None, frame: str = "Any") -> Site:
    content, built = a_build(files)
    return Site(built, Frame(frame), Columns(), store, content=content, project="/here")


def made(site: Site) -> set[str]:
    """The pages that this site has to make, which it makes."""
    new = {slot.url for slot in site.slots if slot.url not in site.notes}
    for slot in site.slots:
        site.html(slot)
    site.close()
    return new


def asked(built: Built, content: Content) -> tuple[Built, Questions]:
    questions: Questions = {}
    return Answers(built, content).noted(questions), questions


@pytest.mark.parametrize(
    ("name", "fields"),
    [("portfolio", fields(Portfolio)), ("figures", fields(Figures)), ("", fields(Built))],
    ids=["portfolio", "figures", "built"],
)
def test_whatever_field_is_asked_for_is_noted(name: str, fields: tuple[object, ...]) -> None:
    content, built = a_build()
    for each in fields:
        field = str(getattr(each, "name", ""))
        if field in ("portfolio", "as_of", "currency"):
            continue  # a stand-in itself, and what stands for all pages
        noted, questions = asked(built, content)
        found = getattr(getattr(noted, name) if name else noted, field)
        if isinstance(found, Mapping):
            assert not questions
            assert list(found) == list(found.keys())
        assert list(questions) == [".".join(filter(None, ("built", name, field)))]


def test_a_question_is_noted_also_where_there_is_no_answer() -> None:
    content, built = a_build()
    noted, questions = asked(built, content)
    assert "EP-9" not in noted.portfolio
    assert noted.portfolio.items.get("EP-8") is None
    with pytest.raises(KeyError):
        noted.portfolio["EP-7"]
    assert [question.partition(" ")[2] for question in questions] == ["EP-9", "EP-8", "EP-7"]


def test_every_method_of_a_portfolio_asks_through_the_notes() -> None:
    content, built = a_build()
    noted, questions = asked(built, content)
    item = built.portfolio["EP-1"]
    assert noted.portfolio.parents_of("EP-1") == built.portfolio.parents_of("EP-1")
    assert noted.portfolio.children_of("EP-1") == built.portfolio.children_of("EP-1")
    assert noted.portfolio.items_of(type(item)) == built.portfolio.items_of(type(item))
    assert noted.portfolio.category_of(item) == built.portfolio.category_of(item)
    assert questions.keys() >= {
        "built.portfolio._from EP-1", "built.portfolio.items KR-1", "built.portfolio._to EP-1",
        "built.portfolio.items FT-1", "built.portfolio._by_type Epic",
        "built.portfolio._states ('epic', 'funnel')",
    }  # fmt: skip


def test_answers_change_with_what_they_tell_and_with_nothing_else() -> None:
    before = Answers(*reversed(a_build()))  # type: ignore[arg-type]
    other = a_build({"features/FT-1.md": "title: Renamed\nepic: EP-1\nstate: funnel"})
    after = Answers(*reversed(other))  # type: ignore[arg-type]
    same = ("items FT-2", "items EP-1", "_to EP-1", "_by_type Epic", "edges", "items RK-9")
    for question in same:
        name = f"built.portfolio.{question}"
        assert before.digest(name) == after.digest(name), question
    for question in ("items FT-1", "_by_type Feature", "items"):
        name = f"built.portfolio.{question}"
        assert before.digest(name) != after.digest(name), question


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
        assert "figures" not in vars(again.built)


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
        note = decoded(store.get_many([key])[key])
        assert note is not None
        for broken in (b"", b"{}", b"[1]", b'[{}, "zz", "", []]', encoded(note)[:-5]):
            store.put_many({key: broken})
            assert made(a_site(store)) == {"epics/EP-1.html"}, broken
        for question in ("built.gone", "nothing at all", "built.portfolio.gone EP-1"):
            first.memory.keep(
                {"epics/EP-1.html": type(note)(note.files, note.over, (question,), note.key)}
            )
            assert made(a_site(store)) == {"epics/EP-1.html"}, question
    assert "epics/EP-1.html" in every


def test_a_part_of_what_was_asked_for_whole_is_no_question() -> None:
    assert pruned(dict.fromkeys(("a x", "a", "b y"))) == ["a", "b y"]


def test_no_view_shows_the_prose_of_an_item() -> None:
    """An item is answered for without it: a page shows its own prose alone, by its slot."""
    folders = ("views", "figures")
    read = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in (file for name in folders for file in (PACKAGE / name).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "body" and path.name != "pages.py"
    ]
    assert read == []

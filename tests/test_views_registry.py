"""One list of views: an entry in it is found in every place, and no second list exists."""

import ast
import csv
import importlib.util
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from lxml import html as parser
from msgspec import Struct
from msgspec.structs import replace

from leanfolio.cli import commands
from leanfolio.editor.completion import complete
from leanfolio.editor.workspace import Workspace
from leanfolio.output.data_files import data_files
from leanfolio.output.search import SEARCH, search_file
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.pages import embedded_view, navigation, page_specs
from leanfolio.views.row_table import columns
from leanfolio.views.view import View
from leanfolio.wording import Text, message, plural
from making import SMALL, TODAY, built, sources, written
from pages import every, pages
from test_site import sample

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "generator" / "leanfolio"
WAIVED = {
    "epics/EP-1.md": SMALL["epics/EP-1.md"]
    + "waivers: [{rule: orphan, reason: A test, approver: B, until: 2026-12-01}]\n",
    "plan.md": "title: Plan\nview: waivers",
}


class WaiverRow(Struct, frozen=True):
    """A waiver and the item that it belongs to."""

    id: str
    rule: str
    until: date


class Waivers(Struct, frozen=True):
    """Every waiver: what a module of a new view holds, with the function below."""

    finding: Text
    summary: Text
    waivers: tuple[WaiverRow, ...]


def all_waivers(built: Built) -> Waivers:
    rows = tuple(
        WaiverRow(item.id, waiver.rule, waiver.until)
        for item in built.portfolio.items.values()
        for waiver in item.waivers
    )
    return Waivers(plural("{n} waiver", "{n} waivers", len(rows)), "What is kept quiet.", rows)


# The entry of a new view: three lines.
WAIVERS = View("waivers", message("Waivers"), message("Every waiver there is"), all_waivers,
               address="waivers.html", group=registry.TRUST, rows=lambda value: value.waivers,
               row_type=WaiverRow, columns=columns("id", "rule", "until"))  # fmt: skip


@pytest.fixture
def with_waivers(monkeypatch: pytest.MonkeyPatch) -> Built:
    """The small portfolio, in a leanfolio that has one view more."""
    monkeypatch.setattr(registry, "VIEWS", (*registry.VIEWS, WAIVERS))
    return built(WAIVED)


@pytest.fixture
def site_pages(with_waivers: Built) -> Mapping[str, str]:
    return dict(pages(with_waivers))


def show(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(folder), "show", *arguments])


def cells(page: str, path: str = "//main//td | //main//tbody//th") -> list[str]:
    """The texts of the cells of a page's tables."""
    return [" ".join(each.text_content().split()) for each in every(text_tree(page), path)]


def text_tree(page: str) -> object:
    return parser.document_fromstring(page)


# A new view ------------------------------------------------------------------------------------


def test_a_new_view_stands_in_the_navigation(with_waivers: Built) -> None:
    groups = {str(heading): entries for heading, entries in navigation(with_waivers)}
    assert (WAIVERS.title, "waivers.html", "waivers") == groups["Trust"][-1]


def test_a_new_view_has_a_page_that_every_other_page_links_to(
    site_pages: Mapping[str, str],
) -> None:
    page = text_tree(site_pages["waivers.html"])
    assert [each.text_content() for each in every(page, "//h1")] == ["1 waiver"]
    [description] = every(page, "//meta[@name='description']/@content")
    assert description == "Every waiver there is"
    assert cells(site_pages["waivers.html"]) == ["EP-1 An epic", "orphan", "1 Dec 2026"]
    assert every(page, "//main//td/../th//a/@href") == ["epics/EP-1.html"]
    assert "waivers.html" in every(text_tree(site_pages["index.html"]), "//nav//a/@href")
    assert "What is kept quiet." in site_pages["waivers.html"]


def test_a_new_view_links_to_its_data_and_stands_on_the_data_page(
    site_pages: Mapping[str, str],
) -> None:
    links = ["data/waivers.json", "data/waivers.csv"]
    for url in ("waivers.html", "data.html"):
        found = every(text_tree(site_pages[url]), "//a/@href")
        assert [link for link in found if "waivers." in link and link in links] == links, url


def test_a_new_view_is_published_as_json_and_csv(with_waivers: Built) -> None:
    files = data_files(with_waivers)
    [row] = json.loads(files["data/waivers.json"])["waivers"]
    assert row == {"id": "EP-1", "rule": "orphan", "until": "2026-12-01"}
    assert list(csv.DictReader(io.StringIO(files["data/waivers.csv"]))) == [row]


@pytest.mark.usefixtures("with_waivers")
def test_show_prints_a_new_view_as_text_json_and_csv(tmp_path: Path) -> None:
    folder = written(tmp_path, WAIVED)
    assert show(folder, "waivers").stdout.splitlines() == [
        "1 waiver", "", "id    rule    until", "EP-1  orphan  2026-12-01"
    ]  # fmt: skip
    answer = json.loads(show(folder, "waivers", "--format", "json").stdout)
    assert [row["id"] for row in answer["waivers"]] == ["EP-1"]
    text = show(folder, "waivers", "--format", "csv").stdout
    assert text == "id,rule,until\nEP-1,orphan,2026-12-01\n"
    assert "waivers" in show(folder, "--help").stdout.replace("\n", "").replace(" ", "")


def test_a_new_view_can_stand_in_prose(with_waivers: Built, site_pages: Mapping[str, str]) -> None:
    assert cells(site_pages["plan.html"]) == ["EP-1 An epic", "orphan", "1 Dec 2026"]
    assert [each for each in with_waivers.problems if each.rule.startswith("view-")] == []
    none = embedded_view(with_waivers, {"view": "waivers", "where": {"type": "risk"}})
    one = embedded_view(with_waivers, {"view": "waivers", "where": {"type": "epic"}})
    assert none is not None
    assert one is not None
    assert (len(none.rows), len(one.rows)) == (0, 1)


def test_without_its_entry_the_same_view_is_a_problem_with_the_names_that_exist() -> None:
    [problem] = [each for each in built(WAIVED).problems if each.rule == "view-unknown"]
    assert problem.hint == f"use one of {', '.join(registry.embeddable_names())}"


def test_a_view_that_other_tools_have_is_a_problem_with_a_hint() -> None:
    asked = built({"plan.md": "title: Plan\nview: timeline"})
    [problem] = [each for each in asked.problems if each.rule == "view-unknown"]
    assert (problem.severity, problem.at.line) == ("error", 3)
    assert "timeline" not in problem.hint
    assert problem.hint.startswith("use one of okr, trace, board, ranking")
    assert embedded_view(asked, {"view": "timeline"}) is None


@pytest.mark.usefixtures("with_waivers")
def test_completion_offers_a_new_view_and_the_editor_accepts_it() -> None:
    workspace = Workspace.from_sources(
        sources({**WAIVED, "two.md": "title: Two\nview: wa"}), None, TODAY
    )
    found = complete(workspace, PurePosixPath("two.md"), 3, 9)
    assert found is not None
    assert "waivers" in [offer.label for offer in found.offers]
    unknown = [each for each in workspace.snapshot().problems if each.rule == "view-unknown"]
    assert [str(each.at.path) for each in unknown] == ["two.md"]


def test_search_finds_a_new_view(with_waivers: Built) -> None:
    text = search_file(with_waivers)[SEARCH]
    index = json.loads(text.removeprefix("window.leanfolio_search=").rstrip(";\n"))
    about = ["", "", "", "", "Every waiver there is"]
    assert ["Waivers", "Waivers", "page", "waivers.html", *about] in index["rows"]


@pytest.mark.usefixtures("with_waivers")
def test_the_documentation_lists_a_new_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))  # as for a program of that folder
    line = "| `waivers` | Every waiver there is | waivers.html | `show waivers` | JSON, CSV | yes |"
    assert line in reference().format_page().splitlines()


def reference() -> ModuleType:
    """The program that writes the reference pages."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# All views -------------------------------------------------------------------------------------


def test_no_two_views_share_a_name_an_address_or_a_data_file() -> None:
    addresses = [view.address for view in registry.VIEWS if view.address]
    names = [view.name for view in registry.VIEWS]
    for found in (names, addresses):
        assert [each for each, times in Counter(found).items() if times > 1] == []
    texts = Counter(text for text in data_files(sample()).values() if text)
    assert [text[:80] for text, times in texts.items() if times > 1] == []


def test_which_views_there_are_is_known_without_figures() -> None:
    """An unchanged site is not computed anew: only what its pages read is compared."""
    whole = replace(sample())  # nothing of it is computed yet
    assert whole.has_health and whole.ballots.rounds
    assert navigation(whole)
    assert registry.data_views(whole)
    assert [*page_specs(whole)]
    assert "figures" not in vars(whole)


def test_every_data_file_stands_on_the_data_page() -> None:
    files = {
        path
        for line in registry.data_index(sample()).files
        for path in (line.json, line.csv)
        if path
    }
    assert files == data_files(sample()).keys()


def test_the_foot_of_each_page_leads_to_the_data_of_that_page() -> None:
    whole = sample()
    files = data_files(whole).keys()
    for spec in page_specs(whole):
        page = spec.page(whole)
        linked = {f"data/{name}" for name in page.data_files}
        assert linked <= files, spec.url
        own = f"data/{spec.url.removesuffix('.html').replace('/', '-')}"
        assert {f"{own}.json", f"{own}.csv"} & files <= linked, spec.url
    for view in registry.page_views(whole):
        if view.published:
            assert f"{view.name}.json" in view.page_of(whole).data_files, view.name


def test_a_table_without_rows_has_its_heads() -> None:
    for scarce in (built(), built(dict.fromkeys(SMALL, "") | {"a.md": "title: A"})):
        assert [path for path, text in data_files(scarce).items() if not text] == []
    for view in registry.data_views(sample()):
        value = view.make(sample())
        tables = [(view.row_tuple(value), view.row_type)]
        tables += [(table.rows, table.kind) for table in view.further_tables(value)]
        assert all(type(row) is kind for rows, kind in tables for row in rows), view.name


@pytest.mark.parametrize("name", registry.embeddable_names())
def test_a_view_in_prose_has_a_cell_under_every_heading_and_keeps_to_its_limit(name: str) -> None:
    table = embedded_view(sample(), {"view": name})
    assert table is not None
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.headers)}
    short = embedded_view(sample(), {"view": name, "limit": 1})
    assert short is not None
    assert short.rows == table.rows[:1]
    if len(table.rows) == 1:
        assert short.note == ""
    elif len(table.rows) <= 5:
        assert str(short.note).startswith(("One", "Two", "Three", "Four"))


def test_what_is_left_out_below_a_view_in_prose_is_counted_in_words() -> None:
    notes = []
    for limit in (1, 2, 3):
        files = {f"epics/EP-{n}.md": SMALL["epics/EP-1.md"] for n in (1, 2, 3)}
        table = embedded_view(built(files), {"view": "epics", "limit": limit})
        assert table is not None
        notes.append(str(table.note))
    assert notes == [
        "Two more stand on the page “Epics”.", "One more stands on the page “Epics”.", ""
    ]  # fmt: skip


def test_show_increment_prints_what_was_planned_and_what_came_of_it() -> None:
    increment = """
        title: An increment
        start: 2026-08-03
        end: 2026-10-23
        objectives:
          - {title: A, team: T-1, planned_value: 25, actual_value: 25}
          - {title: B, team: T-2, planned_value: 19, actual_value: 18}
          - {title: C, team: T-2, commitment: uncommitted, planned_value: 5, actual_value: 0}
        """
    view = registry.find("increment")
    assert view is not None
    assert view.by_name is not None
    files = {"increments/PI-1.md": increment}
    figures = view.by_name.make(built(files), "PI-1")
    assert (figures.planned, figures.actual, str(figures.predictability)) == (44, 43, "97.7")
    teams = [(row.id, row.planned, row.actual, str(row.predictability)) for row in figures.teams]
    assert teams == [("T-1", 25, 25, "100.0"), ("T-2", 19, 18, "94.7")]
    assert view.by_name.make(built(files), "EP-1") is None
    open_one = {"increments/PI-1.md": increment.replace(", actual_value: 25", "")}
    unfinished = view.by_name.make(built(open_one), "PI-1").teams[0]
    assert (unfinished.actual, unfinished.predictability) == (None, None)


# No second list --------------------------------------------------------------------------------


def test_no_other_literal_of_the_code_lists_views() -> None:
    """A list of fields may hold a few words that are views too, so half of a list decides."""
    names = {view.name for view in registry.VIEWS}
    found = [
        f"{path.relative_to(PACKAGE)}:{line} {sorted(words & names)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "views" / "registry.py" and path.parent.name != "groups"
        for line, words in literal_lists(ast.parse(path.read_text(encoding="utf-8")))
        if len(words & names) >= max(3, len(words) / 2)
    ]
    assert found == []


def test_a_second_list_would_be_seen_however_it_is_written() -> None:
    for text in (
        'X = ("board", "okr", "trace")',
        'X = {"board": 1, "okr": 2, "trace": 3}',
        'X = frozenset(["board", "okr", "trace"])',
        'X = ((1, "board"), (2, "okr"), (3, "trace"))',
        'match x:\n case "board": 1\n case "okr": 2\n case "trace" | "risks": 3',
    ):
        lists = [words for _, words in literal_lists(ast.parse(text))]
        assert any({"board", "okr", "trace"} <= words for words in lists), text


def literal_lists(tree: ast.AST) -> Iterator[tuple[int, set[str]]]:
    """The strings that stand beside each other: in a literal, in a column of one, in a match."""
    for node in ast.walk(tree):
        match node:
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                yield node.lineno, strings(elements)
                rows = [row.elts for row in elements if isinstance(row, ast.Tuple | ast.List)]
                for column in range(max(map(len, rows), default=0)):
                    yield node.lineno, strings(row[column] for row in rows if column < len(row))
            case ast.Dict(keys=keys, values=values):
                yield node.lineno, strings(keys)
                yield node.lineno, strings(values)
            case ast.Match(cases=cases):
                patterns = (part for case in cases for part in ast.walk(case.pattern))
                values = [part.value for part in patterns if isinstance(part, ast.MatchValue)]
                yield node.lineno, strings(values)


def strings(nodes: Iterable[ast.AST | None]) -> set[str]:
    """The strings among these nodes."""
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

"""Every output there is, taken from where it is listed: nothing in content can act in any.

An output that is added to a list, and has no judge here, fails a test.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from click import Choice, Command
from click.testing import CliRunner
from lxml import etree

from attacks import BREAKS, CELLS, HIDING, JUDGES, OWN, REPORTS, live, workbook_that_runs
from leanfolio.check import summaries_of
from leanfolio.cli.diff import diff
from leanfolio.cli.export import export
from leanfolio.cli.pack import pack
from leanfolio.cli.show import show
from leanfolio.disk.files import Project
from leanfolio.output.change.inert import MarkdownLanguage
from leanfolio.output.change.markdown import Links, as_markdown
from leanfolio.output.change.text import as_text as story_as_text
from leanfolio.output.data import as_csv
from leanfolio.output.data import as_json as data_as_json
from leanfolio.output.pack.document import PAGE
from leanfolio.output.pack.slides import slides
from leanfolio.output.problems import FORMS, render
from leanfolio.output.sitemap import sitemap
from leanfolio.output.terminal import as_text
from leanfolio.views.built import Built
from leanfolio.views.change import ChangeStory
from leanfolio.views.registry import terminal_views
from leanfolio.wording import PLAIN
from making import TODAY
from pages import lint
from test_attacks import attacked, storable
from test_change_markdown import acts, hostile_story
from test_hostile import hostile, hostile_records
from test_pack import page_of, words

SOME = tuple(storable(text) or "x" for text in (*OWN[::23], *CELLS, *BREAKS[::4], *REPORTS))
MOVES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def formats_of(command: Command) -> set[str]:
    """What `--format` takes."""
    (form,) = (each for each in command.params if each.name == "form")
    assert isinstance(form.type, Choice)
    return set(map(str, form.type.choices))


def terminal_that_obeys(text: str) -> Iterator[str]:
    yield from (f"{sign!r} reaches a terminal" for sign in MOVES.findall(text))


# The site, and what is exported ----------------------------------------------------------------


def test_a_kind_of_file_that_is_judged_nowhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "attacks.site_outputs", lambda *_: {"new": lambda _: {"data/new.yaml": "x: 1\n"}}
    )
    with pytest.raises(KeyError, match="yaml"):
        list(live(attacked("x")))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("data/a.csv", "id,title\nEP-1,=1+1\n"),
        ("data/a.csv", "id,title\nEP-1,a;=1+1\n"),
        ("data/a.json", '{"a": "\x7f"}'),
        ("feeds/a.json", '{"items": []}'),
        ("search.js", 'window.leanfolio_search=["</script>"];\n'),
        ("search.js", "alert=[1];\n"),
        ("feeds/a.atom", '<feed xmlns="http://www.w3.org/2005/Atom"><script/></feed>'),
    ],
)
def test_the_judges_see_what_acts(path: str, text: str) -> None:
    assert list(JUDGES[path.rpartition(".")[2]](path, text))


def test_the_judge_of_workbooks_sees_what_runs() -> None:
    from xlsxwriter import Workbook  # type: ignore

    kinds: tuple[Callable[[Any], Any], ...] = (
        lambda page: page.write_formula(0, 0, "=1+1"),
        lambda page: page.write_url(0, 0, "https://evil.example"),
        lambda page: page.write_string(0, 0, "=1+1"),
    )
    for write in kinds:
        out = BytesIO()
        book: Any = Workbook(out, {"in_memory": True})
        write(book.add_worksheet())
        book.close()
        assert list(workbook_that_runs(out.getvalue()))


OUR_FORMULA = re.compile(r'IF\([A-Z0-9$(),:=>/"]*\)')  # of cells, and of no text but ""


def table_that_runs(file: Path) -> Iterator[str]:
    yield from JUDGES["csv"](file.name, file.read_bytes().decode("utf-8-sig"))


def database_that_acts(file: Path) -> Iterator[str]:
    """Yield what is more than tables and views, and damage."""
    with closing(sqlite3.connect(file)) as database:
        kinds = database.execute("SELECT DISTINCT type FROM sqlite_master").fetchall()
        yield from (kind for (kind,) in kinds if kind not in ("table", "view", "index"))
        (whole,) = database.execute("PRAGMA integrity_check").fetchone()
        if whole != "ok":
            yield str(whole)


def folder_that_breaks(folder: Path) -> Iterator[str]:
    """Yield what is no table of Parquet; a table that cannot be read is an error of its own."""
    for file in folder.iterdir():
        if file.suffix == ".parquet":
            pq.read_table(file)
        elif file.name != "manifest.json":
            yield file.name


EXPORTS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "xlsx": lambda file: workbook_that_runs(file.read_bytes()),
    "workbook": lambda file: workbook_that_runs(file.read_bytes(), OUR_FORMULA),
    "jira-csv": table_that_runs,
    "azure-csv": table_that_runs,
    "sqlite": database_that_acts,
    "parquet": folder_that_breaks,
}
FLAGS = {"jira-csv": ["--all"], "azure-csv": ["--all"]}  # without an import nothing has changed


@pytest.mark.parametrize("payload", [CELLS[0], REPORTS[3]])
def test_no_export_of_the_command_line_holds_what_acts(payload: str, tmp_path: Path) -> None:
    """Each `leanfolio export FORMAT OUT`, really run on content on a disk."""
    assert set(EXPORTS) == set(export.commands), "an export without a judge"
    payload = storable(payload)
    project = Project.at(tmp_path)
    for each in (*hostile(payload), *hostile_records(payload)):
        file = project.content / each.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(each.data)
    for name, judge in EXPORTS.items():
        out = tmp_path / f"out.{name}"
        command = [name, str(out), "--as-of", TODAY.isoformat(), *FLAGS.get(name, ())]
        done = CliRunner().invoke(export, command, obj=project)
        assert done.exit_code == 0, done.output
        assert list(judge(out)) == [], name


def slides_that_act(data: bytes) -> Iterator[str]:
    """Yield what is more than text in slides: parts, actions and links that lead elsewhere."""
    file = ZipFile(BytesIO(data))
    names = [name for name in file.namelist() if name.endswith((".xml", ".rels"))]
    parts = {name: etree.fromstring(file.read(name)) for name in names}
    yield from set(file.namelist()) - set(names)
    for name, part in parts.items():
        for each in part.iter("{*}Relationship"):
            target = str(each.get("Target"))
            if each.get("TargetMode") == "External" and not target.startswith("https://"):
                yield f"{name}: leads to {target}"
        yield from (
            f"{name}: an action" for each in part.iter("{*}hlinkClick") if each.get("action")
        )
        yield from (f"{name}: {each.tag}" for each in part.iter("{*}pic", "{*}oleObj", "{*}video"))


PACKS: Mapping[str, Callable[[Built], Iterable[str]]] = {
    "pdf": lambda whole: lint(PAGE, page_of(words(whole))),
    "pptx": lambda whole: slides_that_act(slides(words(whole), TODAY)),
}


@pytest.mark.parametrize("payload", [*OWN[::40], CELLS[0], REPORTS[3], REPORTS[4]])
def test_no_board_pack_holds_what_acts(payload: str) -> None:
    forms = {each.name for each in pack.params if getattr(each, "is_flag", False)}
    assert forms == set(PACKS), "a form without a judge"
    whole = attacked(storable(payload) or "x")
    for name, judge in PACKS.items():
        assert list(judge(whole)) == [], name


def test_the_judge_of_slides_sees_what_acts() -> None:
    import pptx

    file: Any = pptx.Presentation()
    slide = file.slides.add_slide(file.slide_layouts[5])
    run = slide.shapes.title.text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "x", "javascript:alert(1)"
    out = BytesIO()
    file.save(out)
    found = list(slides_that_act(out.getvalue()))
    assert any("javascript" in each for each in found)


def test_a_sitemap_holds_addresses_and_nothing_else() -> None:
    for text in SOME:
        name = text.replace("\0", "")
        data = sitemap("https://portfolio.example", [f"{name}.html"], "2026-11-20")
        root = etree.fromstring(data.encode())
        [address] = root.iterfind("{*}url/{*}loc")
        assert (address.text or "").startswith("https://portfolio.example/")
        assert not re.search(r"[\s<>\"'\\]", address.text or "")


# What commands print ---------------------------------------------------------------------------


def test_no_view_moves_the_cursor_of_a_terminal() -> None:
    assert formats_of(show) == {"text", "json", "csv"}, "a format without a judge"
    for payload in (*REPORTS, *CELLS[4:7]):
        built = attacked(storable_in_memory(payload))
        for view in terminal_views():
            names = view.by_name.names(built)[:1] if view.by_name else ()
            values = [view.by_name.make(built, name) for name in names if view.by_name]
            for value in values if view.by_name else [view.make(built)]:
                assert list(terminal_that_obeys(as_text(view, value, payload))) == [], view.name
                json.loads(data_as_json(value, TODAY))
                assert list(JUDGES["csv"](view.name, as_csv(view.row_tuple(value)))) == []


def storable_in_memory(payload: str) -> str:
    """The payload with its controls, which YAML takes in quotes; without halves of characters."""
    return payload.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


DIFFS: Mapping[str, Callable[[ChangeStory], Iterator[str]]] = {
    "text": lambda story: terminal_that_obeys(story_as_text(story, PLAIN, every=True)),
    "markdown": lambda story: comment_that_acts(
        as_markdown(story, MarkdownLanguage("en"), Links())
    ),
}
OURS = re.compile(
    r"html (<!-- leanfolio diff -->|<details>|<summary>.*</summary>|</details>|"
    r"<details>\n<summary>.*)|strong_open",
    re.S,
)


def comment_that_acts(text: str) -> Iterator[str]:
    yield from (each for each in acts(text) if not OURS.fullmatch(each))
    yield from (
        f"a control character in {line!r}" for line in text.split("\n") if HIDING.search(line)
    )


def test_no_form_of_a_difference_lets_content_act() -> None:
    assert formats_of(diff) == {*DIFFS, "json"}, "a form without a judge"
    for payload in SOME:
        story = hostile_story(payload)
        for form, judge in DIFFS.items():
            assert list(judge(story)) == [], (form, payload)


def report_that_breaks(form: str, text: str) -> Iterator[str]:
    yield from terminal_that_obeys(text)
    if form in ("json", "gitlab", "sarif"):
        json.loads(text)
    elif form == "junit":
        etree.fromstring(text.encode())
    elif form in ("github", "azure"):
        begin = {"github": "::", "azure": "##vso[task.logissue "}[form]
        yield from (f"{line!r}" for line in text.splitlines() if not line.startswith(begin))
    else:
        assert form == "text", f"a form without a judge: {form}"


def test_no_report_of_problems_lets_content_act() -> None:
    for payload in SOME[::5]:
        built = attacked(payload)
        assert built.problems
        texts = {str(each.path): each.data for each in hostile(payload)}
        laws = summaries_of(built.problems)
        for form in FORMS:
            report = render(
                form, built.problems, texts, prefix="content/", as_of=TODAY, colour=False, laws=laws
            )
            assert list(report_that_breaks(form, report)) == [], (form, payload)

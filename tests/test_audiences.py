"""What an audience may not read stands in no byte of any output, whoever was built for before."""

import gzip
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from leanfolio.cli.build import build
from leanfolio.cli.diff import diff
from leanfolio.cli.export import export
from leanfolio.cli.forecast import forecast
from leanfolio.cli.release import release
from leanfolio.cli.show import show
from leanfolio.disk.files import Project
from leanfolio.model.visibility import AUDIENCES
from making import PORTFOLIO, git, written
from test_outputs import EXPORTS, FLAGS

# A mark says who may read it: insiders (int), the audience `confidential` (con), or nobody at all.
MARKS = re.compile(rb"zq(?:int|con|nil)[a-z]*|7[57]7[, .\xa0]?00[0-9]", re.IGNORECASE)
AMOUNTS = {"int": "757001", "con": "777003"}
READERS = {"public": (), "internal": ("int",), "confidential": ("int", "con")}
DAY = ["--as-of", "2026-11-20"]


def hidden_item(level: str, visibility: str) -> str:
    """An epic with its mark in every kind of field; and a feature and a story that hang on it."""
    return f"""
        title: Zq{level}title
        owner: Zq{level}owner
        tags: [zq{level}tag]
        visibility: {visibility}
        kind: business
        state: mvp
        history: [{{state: mvp, on: 2026-09-01}}]
        value_stream: VS-1
        key_results: [KR-1]
        vendor: Zq{level}vendor
        cost: {AMOUNTS[level]}
        actual: {AMOUNTS[level]}
        blocked: [{{from: 2026-10-01, why: Zq{level}why}}]
        decisions: [{{on: 2026-10-01, kind: go, by: Zq{level}by, note: Zq{level}note}}]
        updates: [{{on: 2026-11-10, health: at-risk, by: Zq{level}says, note: Zq{level}word}}]
        features:
          - id: FT-Zq{level}
            title: Zq{level}feature
            stories: [{{id: ST-Zq{level}, title: Zq{level}story}}]
        """


FILES = {
    "portfolio.md": f"{PORTFOLIO}audiences: {{public: {{hide: [money, people, notes]}}, "
    "internal: {hide: [scope_in]}}\nas_of: 2026-11-20\n"
    "rules: {budget-overcommitted: warning}\n"
    "updates: [{on: 2026-11-10, health: at-risk, by: Zqintboard, note: Zqintremark}]",
    "epics/EP-90.md": hidden_item("int", "internal"),
    "epics/EP-91.md": hidden_item("con", "confidential"),
    "epics/EP-1.md": """
        title: An open epic  # Zqnilcomment
        owner: Zqintname
        state: mvp
        history: [{state: mvp, on: 2026-09-01}]
        value_stream: VS-1
        key_results: [KR-1]
        cost: 757003
        approved: 777005
        vendor: Zqconseller
        scope_in: [Zqconscope]
        scored_by: [Zqintscorer]
        sponsors: [Zqintsponsor]
        decisions: [{on: 2026-10-01, kind: go, by: Zqintdecider, note: Zqintreason}]
        waivers: [{rule: orphan, reason: Zqintexcuse, approver: Zqintapprover, until: 2027-01-01}]
        confidential: [vendor, approved]
        """,
    "value-streams/VS-1.md": "title: A stream\nowner: A\n"
    "budgets: [{period: 2026-H2, target: 757007, approved: 757007, actual: 757009}]",
    "increments/PI-1.md": "title: An increment\nowner: A\nstart: 2026-10-05\nend: 2026-12-18",
    "zqintpage.md": "title: Zqintpage\nvisibility: internal",
}
RECORDS = {
    "scenarios/zqintplan.yml": "title: Zqintplan\nwhy: Zqintplanned\nepics: {EP-1: {cost: 757001}}",
    "scenarios/zqconplan.yml": "why: Zqconplanned\nepics: {EP-91: {cost: 777001}}",
    "ballots/zqintround.yml": "note: Zqintround\nballots: {Zqintgroup: {EP-1: 757001}}",
    "actuals/zqint.csv": "date,item,amount,currency,note\n"
    "2026-10-06,EP-91,777001,EUR,Zqconbooked\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of two commits, the second of which writes every mark."""
    folder = written(tmp_path_factory.mktemp("readers"), {"epics/EP-1.md": "title: An open epic"})
    (folder / "mkdocs.yml").write_text("site_name: Any\nsite_url: https://any.example/\n"
                                       "plugins: [leanfolio]\n")  # fmt: skip
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    written(folder, FILES)
    for level, number in (("int", 90), ("con", 91)):
        epic = folder / "content" / "epics" / f"EP-{number}.md"
        fence = f"```yaml\n# zq{level}fence\n```\n"
        epic.write_text(f"{epic.read_text()}\nZq{level}prose ![x](zq{level}.png)\n\n{fence}")
        (epic.parent / f"zq{level}.png").write_text(f"zq{level}bytes")
    for path, text in RECORDS.items():
        (folder / "content" / path).parent.mkdir(exist_ok=True)
        (folder / "content" / path).write_text(text)
    git(folder, "add", "--all")
    author = "Zqnilauthor <zqnil@example.org>"
    git(folder, "commit", "--quiet", "--author", author, "--message", "Zqnilmessage")
    git(folder, "tag", "pi/PI-1")
    return folder


def marks_in(data: bytes, name: str = "") -> Iterator[str]:
    """Every mark in a file, in its name, and in what is packed into it; in small letters."""
    yield from (mark.decode().lower() for mark in MARKS.findall(data + b" " + name.encode()))
    if data[:2] == b"\x1f\x8b":
        yield from marks_in(gzip.decompress(data))
    if is_zipfile(BytesIO(data)):
        with ZipFile(BytesIO(data)) as packed:
            for part in packed.namelist():
                yield from marks_in(packed.read(part), part)


def marks_below(folder: Path) -> set[str]:
    """Every mark in the files of a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {
        mark
        for path in files
        for mark in marks_in(path.read_bytes(), path.relative_to(folder).as_posix())
    }


def beyond(marks: set[str], audience: str) -> set[str]:
    """The marks that an audience may not read."""
    allowed = tuple(f"zq{level}" for level in READERS[audience])
    numbers = tuple(AMOUNTS[level][:2] for level in READERS[audience])
    return {mark for mark in marks if not mark.startswith((*allowed, *numbers))}


def said(command: object, project: Path, *arguments: str) -> str:
    """What a command prints, on both streams."""
    done = CliRunner().invoke(command, arguments, obj=Project.at(project))  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    return done.output


def test_one_folder_and_one_cache_serve_one_audience_after_another(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772685000")
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "cache"))
    site = tmp_path / "site"
    seen: dict[str, dict[str, bytes]] = {}
    for audience in ("confidential", "public", "internal", "public"):
        words = said(build, project, "--audience", audience, "--site-dir", str(site), *DAY)
        assert f"for the audience {audience} (--audience)" in words
        files = {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in site.rglob("*")
            if path.is_file()
        }
        assert seen.setdefault(audience, files) == files
        marks = marks_below(site) | set(marks_in(words.encode()))
        assert beyond(marks, audience) == set()
        if audience != "public":
            wanted = {f"zq{READERS[audience][-1]}{word}" for word in WORDS}
            assert wanted - marks == set()
        if audience == "confidential":
            assert marks >= OPEN_WORDS


WORDS = (
    "", "title", "owner", "tag", "vendor", "why", "by", "note", "says", "word", "feature", "story",
    "prose", "fence", "bytes",
)  # fmt: skip
OPEN_WORDS = {"zqconseller", "zqconscope", "zqintname", "zqintexcuse", "zqintreason", "757,009"}


LONGER = [pytest.param(name, marks=pytest.mark.acceptance) for name in AUDIENCES[1:]]


@pytest.mark.parametrize("audience", ["public", *LONGER])
def test_what_commands_write_is_for_the_audience_that_they_name(
    audience: str, project: Path, tmp_path: Path
) -> None:
    for name in EXPORTS:
        out = tmp_path / name
        said(export, project, name, str(out), "--audience", audience, *DAY, *FLAGS.get(name, ()))
    with closing(sqlite3.connect(tmp_path / "sqlite")) as sql:
        (tmp_path / "sqlite.sql").write_text("\n".join(sql.iterdump()))
    for path in (tmp_path / "parquet").glob("*.parquet"):
        (tmp_path / f"{path.name}.txt").write_text(str(pq.read_table(path).to_pylist()))
    printed = [
        said(show, project, view, "--format", form, "--audience", audience, *DAY)
        for view, form in (("funding", "json"), ("health", "text"), ("trace", "csv"))
    ]
    printed += [
        said(diff, project, "HEAD~1", "HEAD", "--no-cache", "--audience", audience, *DAY,
             "--format", form)
        for form in ("text", "markdown", "json")
    ]  # fmt: skip
    printed.append(said(forecast, project, "portfolio", "--audience", audience, *DAY))
    (tmp_path / "printed.txt").write_text("\n".join(printed))
    marks = marks_below(tmp_path)
    assert beyond(marks, audience) == set()
    assert ("zqinttitle" in marks, "zqcontitle" in marks) == (
        audience != "public", audience == "confidential",
    )  # fmt: skip


@pytest.mark.acceptance
def test_a_release_is_for_the_audience_that_it_names(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772685000")
    to = ["--to", str(tmp_path / "increments")]
    said(release, project, "PI-1", "--audience", "internal", *to)
    marks = marks_below(tmp_path)
    assert beyond(marks, "internal") == set()
    assert "zqinttitle" in marks
    assert "all as commit" in said(release, project, "PI-1", "--verify", *to)

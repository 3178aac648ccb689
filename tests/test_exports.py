"""Every export there is: for one audience, the same twice, and never run by a spreadsheet."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from click.testing import CliRunner, Result

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.cli.export import export
from leanfolio.editor.text import scalar
from leanfolio.output.data import FORMULA
from making import written

# What each export takes beside the file. A new export has to be named here.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "xlsx": (), "sqlite": (), "parquet": (), "workbook": (), "jira-csv": ("--all",),
    "azure-csv": ("--all",),
}  # fmt: skip
SECRET = {
    "epics/EP-2.md": "title: Zyzzyva takeover\nowner: Quokka\nvisibility: confidential\n"
    "state: funnel\ncost: 987654321\njob_size: 13\ndepends_on: [EP-1]\n",
    "epics/EP-3.md": "title: After EP-2\nowner: A\nstate: funnel\ncost: 123456789\n"
    "confidential: [cost]\ndepends_on: [EP-2]\n",
}
HIDDEN = (b"Zyzzyva", b"Quokka", b"987654321", b"EP-2", b"123456789")
every_export = pytest.mark.parametrize("format", sorted(ARGUMENTS))


def exported(root: Path, format: str, out: Path, *more: str) -> Result:
    arguments = ("-C", str(root), "export", format, str(out), *ARGUMENTS[format], *more)
    return CliRunner().invoke(commands, arguments)


def files_of(out: Path) -> dict[str, bytes]:
    """What an export wrote, by name; of an archive what is inside."""
    paths = sorted(out.iterdir()) if out.is_dir() else sorted(out.parent.glob(f"{out.stem}*"))
    files: dict[str, bytes] = {}
    for path in paths:
        if not is_zipfile(path):
            files[path.name] = path.read_bytes()
            continue
        with ZipFile(path) as archive:
            files |= {name: archive.read(name) for name in archive.namelist()}
    return files


def test_each_export_is_walked_through_here() -> None:
    assert sorted(export.commands) == sorted(ARGUMENTS)


@every_export
def test_what_an_audience_may_not_read_is_in_no_byte(format: str, tmp_path: Path) -> None:
    root, out = written(tmp_path / "p", SECRET), tmp_path / "out"
    for more in ((), ("--audience", "internal")):
        done = exported(root, format, out, *more)
        assert done.exit_code == 0, done.output
        assert "1 item left out" in done.stderr
        found = b"".join(files_of(out).values())
        assert [word for word in HIDDEN if word in found] == []
        assert b"After (not shown)" in found or format in ("sqlite", "parquet")


@every_export
def test_without_more_the_audience_is_that_of_the_site(format: str, tmp_path: Path) -> None:
    root, out = written(tmp_path / "p", SECRET), tmp_path / "out"
    (root / "mkdocs.yml").write_text(
        "site_name: A\nplugins:\n  - search\n  - leanfolio: {audience: confidential}\n"
        "extra: {x: !!python/name:os.system }\n"
    )
    done = exported(root, format, out)
    assert done.exit_code == 0, done.output
    assert b"Zyzzyva" in b"".join(files_of(out).values())
    assert "left out" not in done.stderr


@pytest.mark.parametrize(
    "settings",
    ["plugins: [leanfolio]", "plugins: {leanfolio: {audience: everybody}}", "plugins: leanfolio",
     "a: [", "INHERIT: other.yml", "", "- a", "\x00", "plugins: {leanfolio: [audience, internal]}"],
)  # fmt: skip
def test_where_no_audience_is_named_it_is_the_public(settings: str, tmp_path: Path) -> None:
    root = written(tmp_path / "p", SECRET)
    (root / "mkdocs.yml").write_text(settings)
    done = exported(root, "jira-csv", tmp_path / "out")
    assert "for the audience public: 1 item left out" in done.stderr


@every_export
def test_the_same_content_gives_the_same_bytes(format: str, tmp_path: Path) -> None:
    root = written(tmp_path / "p")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert exported(root, format, tmp_path / name / "out").exit_code == 0
    one, two = (files_of(tmp_path / name / "out") for name in ("a", "b"))
    assert one == two
    assert one


@every_export
def test_hostile_texts_stay_texts(format: str, tmp_path: Path) -> None:
    """Whatever of them a file of content can hold, in titles, owners and tags."""
    texts = [text for text in OWN if text.isprintable() and text.strip()]
    files = {
        f"epics/EP-{n}.md": f"title: {scalar(text)}\nowner: {scalar(text)}\nstate: funnel\n"
        f"tags: [{scalar(text)}]\nvalue_stream: VS-1\njob_size: 1\n"
        for n, text in enumerate(texts, start=1)
    }
    root, out = written(tmp_path / "p", files), tmp_path / "out"
    done = exported(root, format, out)
    assert done.exit_code == 0, done.output
    for name, data in files_of(out).items():
        if format.endswith("-csv"):
            rows = list(csv.reader(io.StringIO(data.decode())))
            assert len(rows) >= len(texts)
            assert not [c for row in rows for c in row if c.lstrip().startswith(FORMULA)]
        elif name.startswith("xl/worksheets"):
            assert data.count(b"<f>") in (0, 2 * (len(texts) + 20))  # WSJF and rank, nothing else
    if format == "sqlite":
        with closing(sqlite3.connect(out)) as sql:
            titles = sorted(title for (title,) in sql.execute("SELECT title FROM epic"))
        assert titles == sorted(texts)


@every_export
def test_what_cannot_be_written_to_is_left_as_it_is(format: str, tmp_path: Path) -> None:
    root, other = written(tmp_path / "p"), tmp_path / "other"
    target = tmp_path / "out"
    if format == "parquet":
        other.mkdir()
        (other / "theirs.txt").write_text("theirs")
    else:
        other.write_text("theirs")
    target.symlink_to(other)
    done = exported(root, format, target)
    assert done.exit_code == 2
    assert target.is_symlink()
    left = other / "theirs.txt" if format == "parquet" else other
    assert left.read_text() == "theirs"


def test_a_folder_of_parquet_takes_no_site_with_it(tmp_path: Path) -> None:
    root = written(tmp_path / "p")
    site = root / "site"
    site.mkdir()
    (site / "manifest.json").write_text('{"leanfolio": "0.1.0", "files": {}}')
    done = exported(root, "parquet", site)
    assert (done.exit_code, sorted(path.name for path in site.iterdir())) == (2, ["manifest.json"])

"""leanfolio pack: what it writes, for whom, and how it ends where it cannot."""

import os
import re
import stat
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.disk.browser import (
    BrowserFailedError,
    NoBrowserError,
    find_browser,
    flags,
    print_pdf,
)
from leanfolio.output.pack.pdf import NotOurPdf, with_fixed_dates
from making import written
from test_exports import HIDDEN, SECRET, files_of
from test_site import REPOSITORY

INFO = (
    b"%PDF-1.4\n1 0 obj\n<</Title (A \\(/Creator \\(x\\)\\))\n/Creator (Mozilla/5.0 \\(X11\\) x)\n"
    b"/CreationDate (D:20261127221313+00'00')\n/ModDate (D:20261127221313+00'00')>>\nendobj\n"
    b"trailer\n<</Info 1 0 R>>\n"
)
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="a program here is a shell script")


def has_browser() -> bool:
    try:
        return bool(find_browser(None))
    except NoBrowserError:
        return False


def run(root: Path, *more: str) -> Result:
    return CliRunner().invoke(commands, ("-C", str(root), "pack", *more))


def program(folder: Path, text: str) -> str:
    """A program of these lines of a shell."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


# What it writes ----------------------------------------------------------------------------------


def test_slides_have_the_name_of_the_meeting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(written(tmp_path / "p"), "portfolio-sync", "--pptx")
    assert done.exit_code == 0, done.output
    assert "mkdocs.yml sets no site_url" in done.stderr
    assert re.search(r"Portfolio sync, as of \d{4}-\d\d-\d\d: portfolio-sync\.pptx", done.stderr)
    assert (tmp_path / "portfolio-sync.pptx").read_bytes().startswith(b"PK")


def test_slides_are_for_the_audience_of_the_site_and_the_same_twice(tmp_path: Path) -> None:
    due = {path: f"{head}decide_by: 2026-12-01\n" for path, head in SECRET.items()}
    root = written(tmp_path / "p", due)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        done = run(root, "--pptx", "--out", str(tmp_path / name / "out"))
        assert done.exit_code == 0, done.output
        assert "1 item left out" in done.stderr
    one, two = ((tmp_path / name / "out").read_bytes() for name in ("a", "b"))
    assert one == two
    found = b"".join(files_of(tmp_path / "a" / "out").values())
    assert [word for word in HIDDEN if word in found] == []
    (root / "mkdocs.yml").write_text(
        "site_name: Ours\nsite_url: https://p.example/x/\nrepo_url: !ENV HOME\n"
        "plugins: [leanfolio: {audience: confidential, language: de}]\n"
    )
    done = run(root, "--pptx", "--out", str(tmp_path / "all"))
    assert done.exit_code == 0, done.output
    found = b"".join(files_of(tmp_path / "all").values())
    assert [
        word for word in (b"Zyzzyva", b"https://p.example/x/", b"Ours") if word not in found
    ] == []


def test_content_with_errors_makes_no_pack(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"epics/EP-1.md": "title: A\nvalue_stream: VS-9\n"})
    done = run(root, "--pptx", "--out", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "VS-9" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "it is not said what to write"),
        (("--pptx", "--pdf", "--out", "x"), "--out names one file"),
        (("bord-review", "--pptx"), "did you mean board-review?"),
    ],
)
def test_what_cannot_be_meant_is_a_fault_of_usage(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = run(written(tmp_path), *arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


# The browser -------------------------------------------------------------------------------------


def test_without_a_browser_it_names_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LEANFOLIO_BROWSER", "no-such-browser")
    done = run(written(tmp_path / "p"), "--pdf")
    assert done.exit_code == 3
    assert "no-such-browser is no program" in done.stderr
    assert "apt install chromium" in done.stderr


def test_a_browser_is_told_to_stay_offline_and_to_leave_no_profile(tmp_path: Path) -> None:
    told = set(flags(tmp_path))
    assert {f"--user-data-dir={tmp_path}", "--disable-background-networking"} <= told
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in told
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert ("--no-sandbox" in told) == is_root


@on_unix
def test_a_browser_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    hanging = program(tmp_path, f"sleep 60 & echo $! > {pids}; echo $$ >> {pids}; sleep 60")
    with pytest.raises(BrowserFailedError, match="took more than"):
        print_pdf(hanging, {"a.html": b"x"}, "a.html", seconds=1)
    for pid in map(int, pids.read_text().split()):
        assert ended(pid), pid


def ended(pid: int) -> bool:
    """Whether a process is no more, or about to be taken leave of."""
    for _ in range(50):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


@on_unix
@pytest.mark.parametrize(
    "text", ["echo no display >&2; exit 1", "exit 0", "for a; do :; done; echo x > printed.pdf"]
)
def test_a_browser_that_prints_nothing_ends_the_command(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    done = run(written(tmp_path / "p"), "--pdf", "--browser", program(tmp_path, text),
               "--out", str(out))  # fmt: skip
    assert done.exit_code == 3, done.output
    assert "printed nothing" in done.stderr
    assert not out.exists()


def test_the_dates_of_a_pdf_become_those_of_the_commit_and_nothing_moves() -> None:
    fixed = with_fixed_dates(INFO, date(2026, 11, 20))
    assert len(fixed) == len(INFO)
    assert fixed.count(b"(D:20261120000000+00'00')") == 2
    assert b"/Creator (leanfolio) " in fixed
    assert b"/Title (A \\(/Creator \\(x\\)\\))\n" in fixed
    for wrong in (b"%PDF-1.4\n", INFO.replace(b"Date (D:2026", b"Date (2026")):
        with pytest.raises(NotOurPdf):
            with_fixed_dates(wrong, date(2026, 11, 20))


# A real browser ----------------------------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.skipif(not has_browser(), reason="Chromium is not installed")
@pytest.mark.parametrize("meeting", ["board-review", "strategic-review"])
def test_the_pack_of_the_sample_is_a_tagged_pdf_of_fifteen_pages_and_the_same_twice(
    meeting: str, tmp_path: Path
) -> None:
    for name in ("a.pdf", "b.pdf"):
        done = run(REPOSITORY, meeting, "--pdf", "--out", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    data = (tmp_path / "a.pdf").read_bytes()
    assert data == (tmp_path / "b.pdf").read_bytes()
    assert 10 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 15
    for part in (b"/StructTreeRoot", b"/Lang (en)", b"/Outlines", b"/MarkInfo"):
        assert part in data, part
    assert b"file://" not in data

"""The day on which figures stand: given, the portfolio's, the commit's, or today."""

from datetime import UTC, date, datetime
from pathlib import Path

from leanfolio.disk.files import Project
from leanfolio.disk.git import content_date
from leanfolio.disk.project import load
from making import git, written


def committed(tmp_path: Path) -> Path:
    folder = written(tmp_path)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "One")
    return folder


def test_outside_git_it_is_today(tmp_path: Path) -> None:
    assert content_date(written(tmp_path) / "content") == datetime.now(UTC).date()


def test_a_clean_checkout_stands_at_its_commit_in_utc(tmp_path: Path) -> None:
    folder = committed(tmp_path)
    assert load(Project.at(folder))[1].as_of == date(2026, 3, 5)
    (folder / "notes.txt").write_text("beside the content")
    assert content_date(folder / "content") == date(2026, 3, 5)


def test_content_that_no_commit_holds_stands_today(tmp_path: Path) -> None:
    folder = committed(tmp_path)
    (folder / "content/new.md").write_text("# New\n")
    assert content_date(folder / "content") == datetime.now(UTC).date()


def test_content_that_git_ignores_stands_today(tmp_path: Path) -> None:
    folder = committed(tmp_path)
    (folder / ".gitignore").write_text("draft-*\n.DS_Store\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Ignore")
    (folder / "content/.DS_Store").write_text("of the desktop")
    assert content_date(folder / "content") == date(2026, 3, 5)
    (folder / "content/draft-1.md").write_text("# New\n")
    assert content_date(folder / "content") == datetime.now(UTC).date()
    (folder / "content/draft-1.md").unlink()
    git(folder, "config", "status.showUntrackedFiles", "no")
    (folder / "content/new.md").write_text("# New\n")
    assert content_date(folder / "content") == datetime.now(UTC).date()


def test_a_day_given_rules(tmp_path: Path) -> None:
    assert load(Project.at(committed(tmp_path)), date(2025, 1, 2))[1].as_of == date(2025, 1, 2)

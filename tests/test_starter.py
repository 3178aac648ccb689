"""The starter is right on whichever day it is written, and never takes anything's place."""

import re
from datetime import date, timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

import leanfolio
from conftest import Run
from leanfolio.disk import starter as door
from leanfolio.disk.starter import NotEmptyError, filled_in, starter_folder, write_starter

A_MONDAY = date(2026, 11, 23)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


# Dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{today}}", "2026-11-25"),
        ("{{today-20d}}", "2026-11-05"),
        ("{{today+2w}}", "2026-12-09"),
        ("{{monday}}", "2026-11-23"),
        ("{{monday+4d}}", "2026-11-27"),
        ("{{half}}", "2026-H2"),
        ("{{half+1}}", "2027-H1"),
        ("{{half-1}}", "2026-H1"),
        ("on: {{today}}, by: {{today+1d}}", "on: 2026-11-25, by: 2026-11-26"),
        ("${{ github.token }}", "${{ github.token }}"),
        ("{{ today }}", "{{ today }}"),
    ],
)
def test_a_placeholder_stands_for_a_day_as_seen_from_today(text: str, said: str) -> None:
    assert filled_in(text, date(2026, 11, 25)) == said


def test_the_version_is_that_of_this_package() -> None:
    assert filled_in("leanfolio=={{version}}", A_MONDAY) == f"leanfolio=={leanfolio.__version__}"


@given(today=some.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_monday_is_of_the_same_week_and_the_half_holds_the_day(today: date) -> None:
    monday = date.fromisoformat(filled_in("{{monday}}", today))
    assert monday.weekday() == 0
    assert timedelta(0) <= today - monday < timedelta(7)
    assert filled_in("{{half}}", today) == f"{today.year}-H{1 if today.month <= 6 else 2}"


def test_git_leaves_out_what_commands_write_by_themselves(starter: Path) -> None:
    """Here as in the starter; a document that an item shows is content, and goes with it."""
    written = ["site/index.html", "releases/index.html", "board-review.pdf", "board-review.pptx",
               "scores.xlsx", "portfolio.db"]  # fmt: skip
    for rules in (starter / ".gitignore", Path(__file__).parents[1] / ".gitignore"):
        lines = rules.read_text(encoding="utf-8").split()
        anchored = {line.removeprefix("/") for line in lines}
        wanted = [name for name in written if not fits(name, anchored)]
        assert wanted in ([], ["site/index.html"]), rules  # here site/ has rules of its own
        assert not fits("content/scope.pdf", anchored)


def fits(path: str, rules: set[str]) -> bool:
    """Whether a rule leaves out a path, from the top of the repository."""
    return any(fnmatch(path, f"{rule}*") if rule.endswith("/") else
               "/" not in path and fnmatch(path, rule) for rule in rules)  # fmt: skip


def test_no_placeholder_is_left_over(starter: Path) -> None:
    for path, data in files(starter).items():
        assert not re.search(rb"(?<!\$)\{\{", data), path


@pytest.mark.parametrize(
    "today",
    [
        date(2026, 11, 23),
        date(2027, 1, 1),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2028, 2, 29),
        date(2030, 12, 31),
    ],
    ids=str,
)
def test_it_has_no_problem_on_the_day_on_which_it_is_written(tmp_path: Path, today: date) -> None:
    write_starter(tmp_path / "new", today)
    built = leanfolio.load(tmp_path / "new" / "content", today)
    assert [str(problem) for problem in built.problems] == []


@pytest.mark.parametrize("days", [1, 6])
def test_it_has_no_problem_in_its_first_week(tmp_path: Path, days: int) -> None:
    write_starter(tmp_path / "new", A_MONDAY)
    built = leanfolio.load(tmp_path / "new" / "content", A_MONDAY + timedelta(days=days))
    assert [str(problem) for problem in built.problems] == []


def test_it_shows_one_of_each_thing(starter: Path) -> None:
    portfolio = leanfolio.load(starter / "content", A_MONDAY).portfolio
    types = {item.TYPE for item in portfolio.items.values()}
    assert types >= {
        "theme", "objective", "key-result", "value-stream", "team", "epic", "feature", "story",
        "increment", "risk",
    }  # fmt: skip


# Where it may be written -----------------------------------------------------------------------


def test_files_whose_names_begin_with_a_dot_are_part_of_it(starter: Path) -> None:
    assert {".gitignore", ".gitlab-ci.yml", ".github/workflows/check.yml"} <= files(starter).keys()


def test_it_says_how_many_files_it_wrote(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "a" / "b", A_MONDAY)
    assert written == len(files(tmp_path / "a" / "b")) == len(files(starter_folder()))


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_starter(tmp_path / name, A_MONDAY)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    write_starter(folder, A_MONDAY)
    assert files(folder).keys() == files(starter_folder()).keys()
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_repository_that_was_just_made_is_filled(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    write_starter(tmp_path, A_MONDAY)
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert (tmp_path / "content" / "portfolio.md").is_file()


def test_a_folder_that_holds_anything_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NotEmptyError, match=r"it holds notes\.txt"):
        write_starter(tmp_path, A_MONDAY)
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_a_file_of_that_name_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine")
    with pytest.raises(NotEmptyError):
        write_starter(tmp_path / "new", A_MONDAY)
    assert files(tmp_path) == {"new": b"mine"}


@pytest.mark.parametrize("exists", [True, False])
def test_what_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    folder = tmp_path / "new"
    if exists:
        folder.mkdir()
    real, calls = Path.write_bytes, iter(range(10))

    def full_at_the_fifth(path: Path, data: bytes) -> int:
        if next(calls) == 5:
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full_at_the_fifth)
    with pytest.raises(OSError, match="No space left"):
        write_starter(folder, A_MONDAY)
    assert folder.exists() == exists
    assert list(tmp_path.rglob("*")) == ([folder] if exists else [])


def test_a_file_that_comes_to_be_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = door.write_files

    def and_somebody_else_writes(target: Path, today: date, requirement: str) -> int:
        (tmp_path / "mkdocs.yml").write_text("mine")
        return write(target, today, requirement)

    monkeypatch.setattr(door, "write_files", and_somebody_else_writes)
    with pytest.raises(FileExistsError):
        write_starter(tmp_path, A_MONDAY)
    assert files(tmp_path) == {"mkdocs.yml": b"mine"}


# At the terminal -------------------------------------------------------------------------------


def test_two_commands_lead_to_a_site(tmp_path: Path, run: Run) -> None:
    begun = run("leanfolio", "init", "mine", cwd=tmp_path)
    assert (begun.returncode, begun.stdout) == (0, "")
    assert "replace the sample before the first commit" in begun.stderr
    checked = run("leanfolio", "-C", "mine", "check", "--strict", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    mended = run("leanfolio", "-C", "mine", "check", "--diff", cwd=tmp_path)
    assert (mended.returncode, mended.stdout) == (0, ""), mended.stdout
    built = run("leanfolio", "-C", "mine", "build", cwd=tmp_path)
    assert built.returncode == 0, built.stdout + built.stderr
    assert (tmp_path / "mine" / "site" / "index.html").is_file()


def test_a_second_start_is_refused_with_a_hint(tmp_path: Path, run: Run) -> None:
    run("leanfolio", "init", ".", cwd=tmp_path)
    before = files(tmp_path)
    again = run("leanfolio", "init", ".", cwd=tmp_path)
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    assert "hint:" in again.stderr
    assert files(tmp_path) == before

"""The acts as commands: the diff, the exit codes, what is asked for, and all or nothing."""

import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from leanfolio.disk.write import WriteError, replace_all

Run = Callable[..., subprocess.CompletedProcess[str]]


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((folder / "content").rglob("*.md"))}


def test_an_act_prints_its_diff_and_writes_it(starter: Path, run: Run) -> None:
    done = run("leanfolio", "checkin", "KR-1", "7", "--note", "a: b", cwd=starter)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- a/content/objectives/OBJ-1.md\n+++ b/content/objectives/")
    (added,) = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    assert added.endswith('value: 7, note: "a: b"}')
    assert added[1:] in (starter / "content/objectives/OBJ-1.md").read_text().splitlines()


def test_a_dry_run_writes_nothing(starter: Path, run: Run) -> None:
    before = texts(starter)
    done = run("leanfolio", "block", "EP-1", "--why", "Grid", "--dry-run", cwd=starter)
    assert (done.returncode, texts(starter)) == (0, before)
    assert "why: Grid" in done.stdout
    assert "nothing was written" in done.stderr


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("checkin", "KR-1"), 2, "error: VALUE is missing\nhint: give it: leanfolio checkin"),
        (("decide", "EP-1", "go"), 2, "error: --by is missing"),
        (("close", "PI-1"), 2, "--actual 1=VALUE"),
        (("close", "PI-1", "--actual", "x"), 2, "is not N=VALUE"),
        (("close", "PI-1", "--actual", "99=3"), 2, "there is no objective 99"),
        (("checkin", "KR-1x", "3"), 2, "error: there is no KR-1x"),
        (("checkin", "KR-1", "7", "--on", "2999-01-01"), 1, "`check` would refuse this"),
        (("checkin", "--as", "README.md"), 1, "csv-column"),
        (("move", "EP-1", "nowhere"), 2, "there is no state nowhere"),
    ],
)
def test_what_cannot_be_done_writes_nothing(
    command: tuple[str, ...], code: int, said: str, starter: Path, run: Run
) -> None:
    before = texts(starter)
    done = run("leanfolio", *command, cwd=starter)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert (done.stdout, texts(starter)) == ("", before)


def test_a_table_is_taken_whole_or_not_at_all(starter: Path, run: Run) -> None:
    before, table = texts(starter), starter / "week.csv"
    table.write_text("key_result,value,note\nKR-1,7,so\nKR-9,1,\n")
    done = run("leanfolio", "checkin", "--as", "week.csv", cwd=starter)
    assert (done.returncode, texts(starter)) == (1, before)
    assert "week.csv:3:1: csv-row: there is no KR-9" in done.stderr
    table.write_text("key_result,value,note\nKR-1,7,so\nKR-2,-1.5,\n")
    done = run("leanfolio", "checkin", "--as", "week.csv", "--by", "R. Ahmed", cwd=starter)
    assert done.returncode == 0, done.stderr
    assert "value: 7, note: so, by: R. Ahmed}" in done.stdout
    assert "value: -1.5, by: R. Ahmed}" in done.stdout


def test_an_increment_is_closed_by_flags(starter: Path, run: Run) -> None:
    numbers = [f"--actual={n}=" for n in range(2, 9)]
    first = run("leanfolio", "close", "PI-1", "--actual=1=5", "--carry=all", cwd=starter)
    asked = first.stderr.count("=VALUE")
    flags = ["--actual=1=5", *numbers[:asked]]
    done = run("leanfolio", "close", "PI-1", *flags, "--carry=all", "--dry-run", cwd=starter)
    assert done.returncode == 0, done.stderr
    assert "--- /dev/null\n+++ b/content/increments/PI-2.md\n" in done.stdout
    assert "+increment: PI-2" in done.stdout


def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    one, two = PurePosixPath("a.md"), PurePosixPath("b.md")
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "b.md").write_bytes(b"changed since")
    new = PurePosixPath("new/c.md")
    with pytest.raises(WriteError, match=r"b\.md has changed"):
        replace_all(tmp_path, [(one, b"a", b"A"), (new, None, b"C"), (two, b"b", b"B")])
    assert (tmp_path / "a.md").read_bytes() == b"a"
    assert not (tmp_path / "new/c.md").exists()

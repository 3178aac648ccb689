"""What one file may cost a whole run of `check`: 5 seconds of processor time and 512 MB."""

import os
import sys
from pathlib import Path, PurePosixPath

import pytest

from conftest import Figure
from leanfolio.figures.funding.csv_rows import MOST_COLUMNS, MOST_ROWS, rows_of
from making import written
from test_cost import BODIES, NEARLY

PROGRAM = str(Path(sys.executable).with_name("leanfolio"))
SECONDS, MEGABYTES = 5.0, 512
ROOM = 60_000  # characters: front matter may have 64 KB
ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{two}: &{two} [{','.join([f'*{one}'] * 9)}]\n"
    for one, two in zip("abcdefgh", "bcdefghi", strict=True)
)


def head(text: str) -> str:
    return f"---\n{text}\n---\nProse.\n"


NAMES = ("item", "amount", "currency", "note")
ROW = "2026-10-06,EP-1,5,EUR,x\n"
BOMBS: dict[str, tuple[str, str]] = {
    **{f"body: {name}": ("note.md", text) for name, text in BODIES.items()},
    "body: quotes in quotes": ("note.md", "> " * (NEARLY // 2)),
    "body: lists in lists": ("note.md", "".join(" " * n + "- a\n" for n in range(1_400))),
    "body: brackets": ("note.md", "[" * NEARLY),
    "body: stars": ("note.md", "*a " * (NEARLY // 3)),
    "body: one word": ("note.md", "a" * NEARLY),
    "body: a wide table": ("note.md", "|" * 300_000 + "\n" + "|-" * 150_000),
    "body: footnotes": ("note.md", "[^1]" * (NEARLY // 8) + "\n\n[^1]: x\n" * (NEARLY // 40)),
    "body: views": ("note.md", "```leanfolio\nview: board\n```\n\n" * (NEARLY // 30)),
    "body: headings": ("note.md", "# a\n" * (NEARLY // 4)),
    "body: entities": ("note.md", "&amp;" * (NEARLY // 5)),
    "front matter: aliases": ("epics/EP-8.md", head(ALIASES)),
    "front matter: brackets": ("epics/EP-8.md", head(f"title: {'[' * ROOM}")),
    "front matter: braces": ("epics/EP-8.md", head(f"title: {'{a: ' * (ROOM // 4)}")),
    "front matter: digits": ("epics/EP-8.md", head(f"title: x\ncost: {'9' * ROOM}")),
    "front matter: an exponent": ("epics/EP-8.md", head("title: x\ncost: 1e999999999")),
    "front matter: keys": (
        "epics/EP-8.md", head("".join(f"k{n}: 1\n" for n in range(ROOM // 10)))
    ),
    "front matter: links": (
        "epics/EP-8.md", head(f"title: x\ndepends_on: [{', '.join(['EP-1'] * (ROOM // 6))}]")
    ),
    "front matter: misspelt links": (
        "epics/EP-8.md",
        head("title: x\ndepends_on: [" + ", ".join(f"EP-{n}0" for n in range(ROOM // 9)) + "]"),
    ),
    "front matter: tags": ("epics/EP-8.md", head(f"title: x\ntags: [{'a, ' * (ROOM // 3)}]")),
    "front matter: one long line": ("epics/EP-8.md", head(f"title: {'x' * ROOM}")),
    "front matter: lines": ("epics/EP-8.md", head("title: x\n" + "#\n" * (ROOM // 2))),
    "records: rows": ("actuals/2026.csv", "date,item,amount,currency,note\n" + ROW * 300_000),
    "records: one cell": ("actuals/2026.csv", 'date,item\n"' + "x" * 7_000_000),
    "records: columns": ("actuals/2026.csv", "a," * 3_000_000),
    "records: aliases": ("scenarios/bomb.yml", ALIASES),
    "records: braces": ("scenarios/bomb.yml", "{a: " * ROOM),
}  # fmt: skip
SHORT = ("body: brackets", "front matter: misspelt links", "records: columns")


def cost(folder: Path, path: str, text: str) -> tuple[float, float, int]:
    """The seconds of processor time, the megabytes and the exit code of `check` with this file."""
    written(folder)
    file = folder / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    child = os.fork()
    if not child:
        out = os.open(folder / "said", os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ["LEANFOLIO_CACHE"] = str(folder / "cache")
        os.execv(PROGRAM, [PROGRAM, "-C", str(folder), "check", "--as-of", "2026-11-20"])
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    return seconds, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


@pytest.mark.timed
@pytest.mark.parametrize("name", SHORT)
def test_a_file_that_explodes_is_refused_or_read_in_seconds(tmp_path: Path, name: str) -> None:
    seconds, megabytes, code = cost(tmp_path, *BOMBS[name])
    assert (seconds < SECONDS, megabytes < MEGABYTES, code in (0, 1)) == (True, True, True)


@pytest.mark.acceptance
def test_no_file_costs_more_than_its_share(tmp_path: Path, figure: Figure) -> None:
    found = {}
    for number, (name, bomb) in enumerate(BOMBS.items()):
        found[name] = cost(tmp_path / str(number), *bomb)
    slowest = max(found, key=lambda name: found[name][0])
    largest = max(found, key=lambda name: found[name][1])
    figure(
        f"bombs: {len(found)} files; worst {found[slowest][0]:.1f} s ({slowest}),"
        f" {found[largest][1]:.0f} MB ({largest})"
    )
    over = {
        name: cost
        for name, cost in found.items()
        if cost[0] > SECONDS or cost[1] > MEGABYTES or cost[2] not in (0, 1)
    }
    assert over == {}


def test_a_table_is_read_to_its_limits_and_says_where_they_are() -> None:
    path = PurePosixPath("actuals/2026.csv")
    head = "date,item,amount,currency,note\n"
    rows, problems = rows_of(head + ROW * (MOST_ROWS + 1), path, ("date",), optional=NAMES)
    assert (len(rows), [str(one.at) for one in problems]) == (
        MOST_ROWS, [f"actuals/2026.csv:{MOST_ROWS + 2}:1"],
    )  # fmt: skip
    assert rows_of(head + ROW * 3, path, ("date",), optional=NAMES)[1] == []
    _, problems = rows_of("a," * MOST_COLUMNS + "a\n", path, ("date",))
    assert [one.message for one in problems] == ["the header names 201 columns, more than 200"]

"""The documentation says what is so: references are current, links and commands exist."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import leanfolio
from leanfolio.check import RULES
from leanfolio.disk.starter import write_starter
from leanfolio.figures.funding import ballots, ledger, scenario
from leanfolio.figures.funding.records import ROUND_FIELDS
from leanfolio.model.source import RECORDS

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "templates" / "starter" / "README.md"]
)
STEP = re.compile(r"^```(?:console|(?:markdown|yaml|csv) (\S+))\n(.*?)^```$", re.M | re.S)
WALKS = [path for path in TEXTS if "\n```console\n" in path.read_text(encoding="utf-8")]
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", ["exchange.md", "format.md", "rules.md", "views.md"])
def test_a_reference_is_what_the_code_says(name: str, tmp_path: Path) -> None:
    program = ROOT / "docs" / "generate.py"
    subprocess.run([sys.executable, str(program), str(tmp_path)], check=True)
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == (tmp_path / name).read_text(encoding="utf-8"), "run `make docs`"


def test_the_examples_of_records_are_right_beside_the_sample(tmp_path: Path) -> None:
    """Each example is named by its file, and brings no problem that the sample has not."""
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```\w+ (content/\S+)\n(.*?)^```$", text, re.M | re.S)
    assert {Path(name).parts[1] for name, _ in examples} == set(RECORDS) - {"brand"}  # a picture
    shutil.copytree(ROOT / "content", tmp_path / "content")
    before = leanfolio.load(tmp_path / "content")
    for name, example in examples:
        (tmp_path / name).write_text(example, encoding="utf-8")
    after = leanfolio.load(tmp_path / "content")
    assert after.problems == before.problems
    read = [len(getattr(after.records, kind)) - len(getattr(before.records, kind))
            for kind in ("spendings", "rounds", "alternatives")]  # fmt: skip
    assert read == [3, 2, 1]


def test_the_sample_has_nothing_that_the_check_would_mend() -> None:
    assert typed("leanfolio check --diff", ROOT, ROOT).startswith("0 fixes")


def test_the_format_tells_of_every_column_and_field_beside_the_items() -> None:
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    section = text.partition("\n## Beside the items\n")[2].partition("\n## ")[0]
    parts = (each.partition("\n") for each in section.split("\n### "))
    told = {name: set(re.findall(r"^\| `(\w+)` \|", part, re.M)) for name, _, part in parts}
    assert told["actuals"] == {*ledger.COLUMNS, "note"}
    assert told["ballots"] == {*ROUND_FIELDS, *ballots.COLUMNS, "note"}
    assert told["scenarios"] == set(scenario.FIELDS)
    ours = {
        name for name in RULES if name.partition("-")[0] in ("actual", "ballot", "scenario", "csv")
    }
    assert set(re.findall(r"rules\.md#([a-z-]+)", section)) == ours


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    files = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [file for file in files if file and not (path.parent / file).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(path: Path) -> None:
    from leanfolio.cli import COMMANDS

    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^ {4}|^\$ |&& )leanfolio (?:-C \S+ )?([a-z][a-z-]*)", text, re.M))
    assert named - set(COMMANDS) == set()


def test_the_readme_and_the_help_list_every_command_once_in_the_same_sections() -> None:
    from leanfolio.cli import COMMANDS, SECTIONS

    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Commands\n")[2]
    rows = table.partition("\n\n`leanfolio --help`")[0].strip().split("\n")[2:]
    listed = [tuple(re.findall(r"`([a-z-]+)`", row)) for row in rows]
    assert listed == [*SECTIONS.values()]
    assert sorted(name for names in listed for name in names) == sorted(COMMANDS)


def test_every_module_that_contributing_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| you look for |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+/(?:\w+/)*(?:\w+\.py)?)`", table))
    assert len(named) > 10
    package = ROOT / "generator" / "leanfolio"
    assert [name for name in sorted(named) if not (package / name).exists()] == []


def test_every_decision_and_change_is_a_paragraph_of_its_own_and_told_once() -> None:
    decisions = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    titles = re.findall(r"^\*\*\d{4}-\d\d-\d\d [^\n]*", decisions, re.M)
    assert len(titles) == len(set(titles)) == len(re.findall(r"\n\n\*\*\d{4}-", decisions))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    lines = [line for line in changes.split("\n") if line.startswith(("-", "  "))]
    assert sorted(lines) == sorted(set(lines))
    assert re.findall(r"^.*[^\n]\n(?:\*\*|#).*", changes, re.M) == []


def test_every_page_is_linked_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md")]
    assert [page for page in pages if f"(docs/{page})" not in readme] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_target_of_make_that_is_named_exists(path: Path) -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", path.read_text(encoding="utf-8"), re.M))
    assert named - made == set()


@pytest.mark.parametrize("path", WALKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_shows_of_the_terminal_is_what_is_printed(path: Path, tmp_path: Path) -> None:
    """Each file that a page names is written, each command is run, in the order of the page.

    In the starter's folder; or in an empty one, where the page begins with `leanfolio init`. A line
    of the page that is `...` stands for any number of lines.
    """
    steps = STEP.findall(path.read_text(encoding="utf-8"))
    folder = tmp_path / "my-portfolio"
    if any("$ leanfolio init" in text for _, text in steps):
        folder = tmp_path
    else:
        write_starter(folder, datetime.now(UTC).date())
    for name, text in steps:
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            continue
        for part in text.removeprefix("$ ").split("\n$ "):
            command, _, printed = part.partition("\n")
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
                continue
            said = typed(command, folder, tmp_path)
            assert re.fullmatch(pattern_of(printed), said, re.S), f"$ {command}\n{said}"


def pattern_of(printed: str) -> str:
    """What a page shows, to compare with what is printed."""
    lines = [*printed.strip("\n").splitlines()]
    return "".join(".*" if line == "..." else f"{re.escape(line)}\n" for line in lines)


def typed(command: str, folder: Path, home: Path) -> str:
    """What a command prints on both streams, in a terminal's environment and a home of its own."""
    here = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(home),
            "LC_ALL": "C.UTF-8", "GIT_CEILING_DIRECTORIES": str(home)}  # fmt: skip
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=here, stdin=subprocess.DEVNULL, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
    ).stdout  # fmt: skip


def test_the_readme_says_whom_we_do_not_belong_to() -> None:
    assert "not affiliated with any framework" in (ROOT / "README.md").read_text().lower()


def test_every_field_of_the_format_has_a_meaning() -> None:
    """What stands in the reference is also what an editor shows of a field."""
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    tables = re.split(r"^\| field \| holds \| if left out \| meaning \|$", text, flags=re.M)[1:]
    rows = [row for table in tables for row in table.split("\n\n")[0].split("\n")[2:]]
    assert len(rows) > 200
    assert [row for row in rows if row.endswith("|  |")] == []

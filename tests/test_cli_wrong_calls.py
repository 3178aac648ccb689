"""Every command, called wrongly by a newcomer: it says what is wrong and what to do, in a line."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from leanfolio.cli import commands, outcome
from leanfolio.cli.command import ENVIRONMENT, PROBLEMS, USAGE
from making import written

# What to type behind each command: an id, a word or a file that is none. Where the portfolio is
# sound and no git holds it, each ends with the code that stands first.
WRONG: dict[str, tuple[tuple[int, str], ...]] = {
    "bisect-rule": ((USAGE, "nonsense"), (ENVIRONMENT, "state-unknown EP-404")),
    "block": ((USAGE, "EP-404 --why any"), (USAGE, "EP-1 --why any --on soon"), (USAGE, "")),
    "build": ((USAGE, "--as-of soon"), (USAGE, "--audience nobody"), (USAGE, "more")),
    "cache clear": ((USAGE, "more"),),
    "check": ((USAGE, "no.md"), (USAGE, "--baseline no.json"), (USAGE, "--format xml")),
    "checkin": ((USAGE, "KR-404 5"), (USAGE, "KR-1 many"), (USAGE, "--as no.csv"), (USAGE, "")),
    "close": ((USAGE, "PI-404"), (USAGE, "")),
    "decide": ((USAGE, "EP-404 go --by A"), (USAGE, "EP-1 sing --by A"), (USAGE, "EP-1 go")),
    "diff": ((ENVIRONMENT, "no HEAD"), (ENVIRONMENT, "")),
    "explain": ((USAGE, "nonsense"), (USAGE, "check more")),
    "export azure-csv": ((USAGE, "out.csv"), (USAGE, "out.csv --map no.yml"), (USAGE, "")),
    "export jira-csv": ((USAGE, "no/such/out.csv --all"), (USAGE, ". --all"), (USAGE, "")),
    "export parquet": ((USAGE, "."), (USAGE, "out --audience nobody"), (USAGE, "")),
    "export sqlite": ((USAGE, "no/such/file"), (USAGE, "."), (ENVIRONMENT, "out --rev no")),
    "export workbook": ((USAGE, "no/such/file.xlsx"), (USAGE, "out.xlsx --type no"), (USAGE, "")),
    "export xlsx": ((USAGE, "no/such/file.xlsx"), (USAGE, "."), (USAGE, "")),
    "fetch azure": ((USAGE, ""), (USAGE, "--url nonsense --query any"), (USAGE, "--map no.yml")),
    "fetch jira": ((USAGE, ""), (USAGE, "--url nonsense --query any"), (USAGE, "--map no.yml")),
    "forecast": ((USAGE, "EP-404"), (USAGE, "EP-1 --by never"), (USAGE, "")),
    "import azure": ((USAGE, "no.json --map no.yml"), (USAGE, "content"), (USAGE, "")),
    "import csv": ((USAGE, "no.csv --map no.yml"), (USAGE, "")),
    "import jira": ((USAGE, "no.json --map no.yml"), (USAGE, "content"), (USAGE, "")),
    "import markdown": ((USAGE, "no --map no.yml"), (USAGE, "content"), (USAGE, "")),
    "import workbook": ((USAGE, "no.xlsx"), (USAGE, "mkdocs.yml"), (USAGE, "")),
    "init": ((USAGE, "."), (USAGE, "")),
    "lsp": ((USAGE, "more"),),
    "move": ((USAGE, "EP-404 done"), (USAGE, "EP-1 gone"), (USAGE, "EP-1 done --on soon")),
    "new": ((USAGE, "epik Any"), (USAGE, "epic"), (USAGE, ""), (USAGE, "feature Any --epic no")),
    "pack": ((USAGE, "no --pptx"), (USAGE, "board-review"), (USAGE, "")),
    "plan": ((ENVIRONMENT, "PI-404"), (USAGE, "")),
    "release": ((ENVIRONMENT, "PI-404"), (USAGE, "")),
    "schema": ((USAGE, "epik"), (USAGE, "epic more")),
    "score": ((USAGE, "EP-404 --job-size 5 --by A"), (USAGE, "EP-1 --job-size big --by A")),
    "serve": ((USAGE, "--port many"), (USAGE, "more")),
    "show": ((USAGE, "bord"), (USAGE, "increment PI-404"), (USAGE, "board EP-1"), (USAGE, "")),
    "unblock": ((USAGE, "EP-404"), (USAGE, "EP-1"), (USAGE, "")),
    "update": ((USAGE, "EP-404 at-risk"), (USAGE, "EP-1 bad Any --by A"), (USAGE, "")),
    "waive": ((USAGE, "EP-404 wip-exceeded --reason A --approver A"), (USAGE, "EP-1 no"),),
}  # fmt: skip
PLACES = ("sound", "empty", "no portfolio", "not a folder")


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    """The whole name of every command that does something."""
    if not isinstance(command, click.Group):
        yield name
        return
    for word in command.list_commands(click.Context(command)):
        below = command.get_command(click.Context(command), word)
        assert below is not None
        yield from leaves(below, f"{name} {word}".strip())


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Stand in a folder in which a portfolio is, or is not."""
    kind = str(request.param)
    if kind == "sound":
        written(tmp_path)
    if kind == "no portfolio":
        (tmp_path / "content").mkdir()
    if kind == "not a folder":
        (tmp_path / "content").write_text("A file.\n")
    monkeypatch.chdir(tmp_path)
    return kind


def called(name: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command that is called in this process."""
    monkeypatch.setattr(sys, "argv", ["leanfolio", *name.split(), *typed.split()])
    return outcome()


def test_every_command_has_its_wrong_calls() -> None:
    assert set(leaves(commands)) == set(WRONG)


@pytest.mark.parametrize("place", PLACES, indirect=True)
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_in_a_line_what_is_wrong_and_what_to_do(
    name: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    before = set(tmp_path.rglob("*"))
    calls = WRONG[name] if place != "sound" else (*WRONG[name], (USAGE, "--nonsense"))
    for code, typed in calls:
        if (name, typed, place) == ("init", ".", "empty"):
            continue  # that is what it is for
        found = called(name, typed, monkeypatch)
        said = capsys.readouterr().err
        about = f"{name} {typed} in {place}: {found}\n{said}"
        assert "Traceback" not in said and "fault of leanfolio" not in said, about
        if (found, place) == (PROBLEMS, "no portfolio"):
            assert "hint: write content/portfolio.md" in said, about
            continue
        assert found == code if place == "sound" else found in (USAGE, ENVIRONMENT), about
        assert len([line for line in said.splitlines() if "rror: " in line]) == 1, about
        assert said.splitlines()[-1].startswith("hint: ") or "--help' for help" in said, about
    assert set(tmp_path.rglob("*")) == before

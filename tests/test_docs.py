"""The documentation says what is so: references are current, links and commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "templates" / "starter" / "README.md"]
)
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", ["format.md", "rules.md"])
def test_a_reference_is_what_the_code_says(name: str, tmp_path: Path) -> None:
    program = ROOT / "docs" / "generate.py"
    subprocess.run([sys.executable, str(program), str(tmp_path)], check=True)
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == (tmp_path / name).read_text(encoding="utf-8"), "run `make docs`"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    files = [each.partition("#")[0] for each in targets if not re.match(r"[a-z]+:|#", each)]
    assert [each for each in files if each and not (path.parent / each).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(path: Path) -> None:
    from leanfolio.cli import commands

    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^ {4}|&& )leanfolio (?:-C \S+ )?([a-z]+)", text, re.M))
    assert named - set(commands.commands) == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_target_of_make_that_is_named_exists(path: Path) -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", path.read_text(encoding="utf-8"), re.M))
    assert named - made == set()


def test_the_readme_says_whom_we_do_not_belong_to() -> None:
    assert "not affiliated with any framework" in (ROOT / "README.md").read_text().lower()

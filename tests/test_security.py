"""SECURITY.md says what tests hold: each claim names its tests, and each of these exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
CLAIMS = ("What content cannot do", "The site", "Confidential items")


def section(title: str) -> str:
    """The text below a heading, up to the next."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_each_test_that_is_named_exists_and_runs_with_make_test() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 20
    for file, name in named:
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in found, f"{file} has no {name}"
        marks = [ast.unparse(mark) for mark in found[name].decorator_list]
        assert not any("acceptance" in mark for mark in marks), name


def test_each_claim_of_what_cannot_happen_names_its_tests() -> None:
    for title in CLAIMS[:2]:
        claims = section(title).strip().split("\n- ")
        assert len(claims) > 3
        assert not [claim for claim in claims if not NAMED.search(claim)], title
    assert NAMED.search(section(CLAIMS[2]))
    ci, _, note = section("Continuous integration").partition("\n\nA preview shows")
    sentences = re.split(r"\.\s+(?=[A-Z])", ci.strip())
    assert not [one for one in sentences[:-1] if not NAMED.search(one)]
    assert note

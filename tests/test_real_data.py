"""Data that others made: each document a value or a problem, each string a text, nothing a crash.

The data stand beside the repository, in `shared/data`; without them these runs are skipped.
"""

import json
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from leanfolio.check import summaries_of
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.model.source import Source
from leanfolio.output.problems import FORMS, render
from leanfolio.pipeline import build
from leanfolio.read.yaml import parse, split
from making import TODAY
from pages import lint, pages
from test_hostile import IDS, hostile

DATA = Path(__file__).parents[2] / "shared/data"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not DATA.is_dir(), reason="shared/data is not beside the repository"),
]

# Where libyaml reads what YAML 1.2 forbids, or reads it otherwise; nobody writes a front matter so.
LENIENT = {"DK95-1", "S98Z-0", "SU5Z-0", "X4QW-0"}  # tabs, blanks and comments in odd places
OTHERWISE = {"652Z-0", "L24T-1"}  # `?foo` in braces; the last line of a text that is not ended

# How the suite shows what a reader cannot see.
SHOWN = {"␣": " ", "»": "\t", "—": "", "←": "\r", "⇔": "\ufeff", "↵": "", "∎\n": ""}


def yaml_cases() -> list[tuple[str, str, dict[str, Any]]]:
    """Every case of the YAML test suite: its name, its text, and what the suite says of it."""
    found = []
    for file in sorted((DATA / "yaml-test-suite/src").glob("*.yaml")):
        before: dict[str, Any] = {}
        for number, case in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            before = {**before, **case} if "yaml" not in case else case
            text = str(before["yaml"])
            for sign, meant in SHOWN.items():
                text = text.replace(sign, meant)
            found.append((f"{file.stem}-{number}", text, case))
    return found


def as_json(value: Any) -> Any:
    """A value as JSON has it: exact numbers become floats, keys become text."""
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def test_each_case_of_the_yaml_suite_is_a_value_or_a_problem() -> None:
    cases = yaml_cases()
    assert len(cases) > 350
    read = wrong = 0
    for name, text, case in cases:
        fields = parse(text)
        if case.get("fail"):
            assert fields.faults or name in LENIENT, name
        if fields.faults:
            wrong += 1
            assert all(fault.message and fault.hint for fault in fields.faults), name
            continue
        if "json" not in case:
            continue
        said = json.loads(case["json"] or "null")
        if isinstance(said, dict) and name not in OTHERWISE:
            assert as_json(fields.values) == as_json(said), name
            read += 1
    assert read >= 60
    assert wrong > 150  # front matter is the plain part of YAML: one document, no anchors, no tags


def test_each_document_of_another_reader_s_tests_is_read_or_refused() -> None:
    """What python-frontmatter's own tests expect of its YAML documents, we read; but its fences are
    looser than ours, and its `yes` is one of YAML 1.1."""
    folder = DATA / "python-frontmatter/yaml"
    found: dict[str, str] = {}
    for result in sorted(folder.glob("*.result.json")):
        name = result.name.removesuffix(".result.json")
        (document,) = folder.glob(f"{name}.[tm][xd]*")
        said = json.loads(result.read_text(encoding="utf-8"))
        content = said.pop("content")
        halves = split(document.read_text(encoding="utf-8"))
        fields = parse(halves.yaml or "")
        if halves.fault or fields.faults:
            found[name] = "refused"
        else:
            same = as_json(fields.values) == said and halves.body.strip() == content.strip()
            found[name] = "same" if same else "other"
    assert found == {
        "chinese": "same", "extra-dash": "refused", "extra-space": "refused",
        "hello-markdown": "same", "hello-world": "same", "network-diagrams": "same",
        "unpretty": "other",
    }  # fmt: skip


def strings() -> list[str]:
    """The naughty strings, without what YAML cannot hold in any way of writing."""
    found: list[str] = json.loads((DATA / "naughty-strings/blns.json").read_text(encoding="utf-8"))
    return found


def test_naughty_strings_are_text_in_every_field() -> None:
    naughty = strings()
    assert len(naughty) > 500
    for number, each in enumerate(naughty):
        built = build(hostile(each or "x"), as_of=TODAY, otherwise=TODAY)
        texts: dict[str, bytes] = {}
        for form in FORMS:
            said = render(
                form, built.problems, texts, prefix="content/", laws=summaries_of(built.problems)
            )
            assert not any(sign in said for sign in ("\x1b", "\x07", "\u202e", "\ufeff")), each
        if number % 25 == 0:
            found = [fault for url, text in pages(built) for fault in lint(url, text)]
            assert not found, (each, found[:5])
        assert len(IDS.keys() & {item.TYPE for item in built.portfolio.items.values()}) > 3, each


def test_the_enhancements_of_kubernetes_have_just_the_faults_that_they_have() -> None:
    """Five states that are no column; hundreds of epics that move no key result."""
    _, built = load(Project(DATA / "kep-portfolio", DATA / "kep-portfolio/content"))
    assert [error.rule for error in built.errors] == ["state-unknown"] * 5
    assert sum(problem.rule == "epic-moves-nothing" for problem in built.problems) > 600
    sources = (Source(PurePosixPath("a.md"), b""),)
    assert build(sources, as_of=TODAY, otherwise=TODAY).errors  # no portfolio is an error, too

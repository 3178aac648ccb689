"""The schemas that editors are given take what the reader takes, in both drafts."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cases import stories
from leanfolio.disk import files
from leanfolio.editor.field_slots import model_of
from leanfolio.model import TYPES, Item
from leanfolio.model.source import Source
from leanfolio.output.schema import as_draft_7, schema_of
from leanfolio.read import read
from leanfolio.read.yaml import parse, split

jsonschema = pytest.importorskip("jsonschema")


@cache
def validators(model: type[Item]) -> tuple[Any, Any]:
    """What an editor makes of the schema of a type, in draft 2020-12 and in draft 07."""
    schema = schema_of(model)
    return (
        jsonschema.Draft202012Validator(schema),
        jsonschema.Draft7Validator(as_draft_7(schema)),
    )


def values_of(text: str) -> Any:
    """A front matter as an editor has it: numbers as JSON has them, days as words."""
    return in_json(parse(split(text).yaml or "").values)


def in_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [in_json(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def faults(source: Source) -> Iterator[str]:
    """What the schemas say against a file."""
    values = values_of(source.data.decode())
    model = model_of(values.get("type"), source.path)
    for validator in validators(model) if model else ():
        for error in validator.iter_errors(values):
            yield f"{source.path}: {error.json_path}: {error.message}"


@pytest.mark.parametrize("type", TYPES)
def test_each_schema_is_one_by_the_rules_of_its_draft(type: str) -> None:
    for validator in validators(TYPES[type]):
        validator.check_schema(validator.schema)
        assert validator.schema["$schema"] == validator.META_SCHEMA["$id"]


def test_the_sample_and_the_starter_are_valid_in_both_drafts(root: Path, starter: Path) -> None:
    for folder in (root, starter):
        sources = files.load(folder / "content").sources
        assert [said for source in sources for said in faults(source)] == []


def test_what_the_reader_takes_is_valid_in_both_drafts() -> None:
    taken = {
        source.path.name + str(number): source
        for number, story in enumerate(stories())
        for source in story.sources
        if not read((source,)).problems
    }
    assert len(taken) > 500
    assert [said for source in taken.values() for said in faults(source)] == []


@pytest.mark.parametrize(
    "head",
    [
        "staet: funnel",
        "job_size: large",
        "urgency: soon",
        "horizon: 7",
        "mvp: {csot: 5}",
        "history: [{state: funnel}]",
        "depends_on: {EP-1: 2, EP-2: many}",
        "features: [{id: FT-1, epic: EP-1}]",
        "type: feature",
        "id: a b",
    ],
)
def test_what_the_reader_refuses_both_drafts_refuse(head: str) -> None:
    for validator in validators(TYPES["epic"]):
        assert not validator.is_valid(values_of(f"---\n{head}\n---\n"))

"""A change as JSON: every typed change, the ranks with their causes, and the story."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from leanfolio import __version__
from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.differences import Change
from leanfolio.figures.change.rank_causes import Cause
from leanfolio.figures.change.revision import Revision
from leanfolio.figures.change.values import ItemValues, Unreadable
from leanfolio.output.data import plain_value
from leanfolio.problem import Problem
from leanfolio.views.change import ChangeLine, ChangeStory
from leanfolio.views.change_story import CommitOf, no_commit


def as_json(comparison: Comparison, story: ChangeStory, commit_of: CommitOf = no_commit) -> str:
    """The whole change. Decimals and fractions travel as strings, days in ISO."""
    answer = {
        "leanfolio": __version__,
        "as_of": comparison.after.as_of.isoformat(),
        "before": revision(story.before),
        "after": revision(story.after),
        "finding": str(story.finding),
        "story": [line(entry) for entry in story.lines],
        "folded": [line(entry) for entry in story.folded],
        "changes": [change(entry, commit_of) for entry in comparison.changes],
        "ranks": [
            {"id": move.id, "before": move.before, "after": move.after, **cause(move.cause)}
            for move in comparison.moves
        ],
        "crossed": [
            {"id": crossing.id, "above": crossing.above, **cause(crossing.cause)}
            for crossing in comparison.crossings
        ],
        "money": [
            {"level": row.level, "id": row.id, "period": row.period, "column": name,
             "before": plain_value(was), "after": plain_value(now)}
            for row in comparison.money
            for name, (was, now) in row.columns.items()
        ],
        "problems": {
            "new": [problem(entry) for entry in story.new_problems],
            "gone": [problem(entry) for entry in story.gone_problems],
        },
    }  # fmt: skip
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def revision(side: Revision) -> dict[str, Any]:
    """One side; the work tree has no name."""
    return {
        "name": side.name or None,
        "commit": side.commit.id if side.commit else None,
        "day": side.day.isoformat(),
        "uncommitted": side.dirty,
    }


def line(entry: ChangeLine) -> dict[str, Any]:
    return {
        "section": entry.section,
        "text": str(entry.text),
        "id": entry.item.id if entry.item else None,
        "commit": entry.commit.id if entry.commit else None,
    }


def change(entry: Change, commit_of: CommitOf) -> dict[str, Any]:
    """One change; an item as a whole has its fields as `before` or `after`."""
    fields = (entry.field,) if entry.field else ()
    commit = commit_of(entry.id, *fields)
    return {
        "id": entry.id or None,
        "type": entry.type or None,
        "kind": entry.kind,
        "field": entry.field or None,
        "before": value(entry.before),
        "after": value(entry.after),
        "commit": commit.id if commit else None,
    }


def value(entry: Any) -> Any:
    """A field's value as JSON holds it."""
    match entry:
        case ItemValues():
            return value(entry.fields) if entry.readable else None
        case Unreadable():
            return {"unreadable": True}
        case BaseModel():
            stated = {name: getattr(entry, name) for name in type(entry).model_fields}
            return {
                name.rstrip("_"): value(part) for name, part in stated.items() if part is not None
            }
        case Mapping():
            return {str(key): value(part) for key, part in entry.items()}
        case str() | date() | PurePosixPath():
            return str(entry)
        case tuple() | list():
            return [value(part) for part in entry]
    return plain_value(entry)


def cause(entry: Cause) -> dict[str, Any]:
    """What moved a rank. Shares sum to the move in places, or to the one crossing."""
    return {
        "lead": entry.lead,
        "also": list(entry.also),
        "shares": {part: plain_value(share) for part, share in entry.shares.items()},
        "numbers": [
            {"part": part, "before": plain_value(was), "after": plain_value(now)}
            for part, was, now in entry.numbers
        ],
        "others": list(entry.others),
        "came": list(entry.came),
        "went": list(entry.went),
        "rescaled": list(entry.rescaled),
    }


def problem(entry: Problem) -> dict[str, Any]:
    """A problem with the keys that `check` gives it."""
    return {
        "rule": entry.rule, "severity": entry.severity, "file": str(entry.at.path),
        "line": entry.at.line, "column": entry.at.column, "message": entry.message,
        "hint": entry.hint,
    }  # fmt: skip

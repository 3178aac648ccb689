"""Every text field of every model, filled with what breaks out of pages: it stays text."""

import json
import re
from collections.abc import Iterator
from csv import writer
from io import StringIO
from pathlib import PurePosixPath
from typing import Any, get_args
from urllib.parse import unquote

import pytest
import yaml
from lxml import html
from pydantic import BaseModel

from leanfolio.model import TYPES
from leanfolio.model.source import Source
from leanfolio.output.search import SEARCH, search_file
from leanfolio.pipeline import build
from leanfolio.read import read
from leanfolio.read.rules import ID
from making import TODAY, source, sources
from pages import SCHEMES, every, lint, pages

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt&#58;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "</title><svg onload=alert(1)>",
    "</textarea></style></script><b>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "]]><x/>",
    "title ending in a backslash \\",
    "\\N \\G <b>label</b>",
    '=HYPERLINK("https://evil.example")',
    "\u202eright to left\u202c \u05d0\u05d1\u05d2",
    "[[EP-1|<b>x</b>]] [a](javascript:alert(1)) ![x](//evil.example/x.png)",
    "::error file=a::forged %0A",
    "leanfolio:item:EP-1",
    "byte order \ufeff mark, no \u200b width",
)
FIXED = {"id", "type", "confidential", "currency", "fiscal_year_start", "state", "name", "period"}


def fields(model: type[BaseModel], payload: str, links: dict[str, Any]) -> dict[str, Any]:
    """A value for every field that may hold free text: the payload; links where they belong."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if name in links:
            found[alias] = links[name]
        elif name not in FIXED:
            value = filled(field.annotation, payload)
            if value is not None:
                found[alias] = value
    return found


def filled(annotation: Any, payload: str) -> Any:
    """What holds this payload, for a field of this kind; None where it may not hold text."""
    if annotation is str:
        return payload
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return complete(annotation, payload)
    parts = [arg for arg in get_args(annotation) if arg is not type(None) and arg is not ...]
    if annotation is not None and getattr(annotation, "__origin__", None) is tuple:
        inner = filled(parts[0], payload)
        return None if inner is None else [inner]
    for part in parts:
        inner = filled(part, payload)
        if inner is not None:
            return inner
    return None


REQUIRED = {"on": "2026-10-01", "value": 1, "until": "2027-01-01", "start": "2026-10-05",
            "end": "2026-12-18", "rate": 1, "kind": "go", "category": "new", "targets": {},
            "currency": "EUR", "period": "2026-H2", "from_": "2026-10-01", "amount": 1,
            "when": "at", "name": "1", "health": "on-track"}  # fmt: skip


def complete(model: type[BaseModel], payload: str) -> dict[str, Any]:
    """A record that is whole: text is the payload, what must be there besides is harmless."""
    found = fields(model, payload, {})
    for name, field in model.model_fields.items():
        if field.is_required() and name not in found and name in REQUIRED:
            found[field.alias or name] = REQUIRED[name]
    return found


LINKS: dict[str, dict[str, Any]] = {
    "theme": {},
    "objective": {"themes": ["TH-1"], "period": "2026-H2", "parent": None, "value_stream": None,
                  "team": None, "level": "portfolio", "commitment": "committed"},
    "key-result": {"objective": "OBJ-1", "start": 1, "target": 5, "kind": "metric",
                   "commitment": "committed"},
    "value-stream": {"budgets": [{"period": "2026-H2", "approved": 5, "actual": 1}]},
    "team": {"value_stream": "VS-1"},
    "epic": {"state": "mvp", "kind": "business", "value_stream": "VS-1", "key_results": ["KR-1"],
             "depends_on": [], "urgency": "standard", "currency": None, "business_value": 5,
             "time_criticality": 3, "risk_opportunity": 1, "job_size": 5, "approved": 3,
             "history": [{"state": "mvp", "on": "2026-10-01"}], "horizon": 1},
    "feature": {"epic": "EP-1", "team": "T-1", "increment": "PI-1", "kind": "feature",
                "state": "in-progress", "depends_on": [], "urgency": "standard", "history": []},
    "story": {"feature": "FT-1", "team": "T-1", "state": "review", "history": []},
    "increment": {"start": "2026-10-05", "end": "2026-12-18",
                  "objectives": [{"title": "x", "team": "T-1", "planned_value": 3}]},
    "risk": {"affects": ["EP-1"], "status": "owned"},
}  # fmt: skip
IDS = {"theme": "TH-1", "objective": "OBJ-1", "key-result": "KR-1", "value-stream": "VS-1",
       "team": "T-1", "epic": "EP-1", "feature": "FT-1", "story": "ST-1", "increment": "PI-1",
       "risk": "RK-1"}  # fmt: skip


class Quoted(yaml.SafeDumper):
    """Writes every text in quotes, so that no reader of YAML takes `1e2` or `no` for another."""


Quoted.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def written(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=Quoted, allow_unicode=True, sort_keys=False, width=10**6)
    return text


def hostile(payload: str) -> Iterator[Source]:
    """One item of each type, with the payload in every field and in its prose."""
    yield source("portfolio.md", written({
        "type": "portfolio", "title": payload, "owner": payload,
        "states": [{"name": "mvp", "category": "active", "enter": payload, "leave": payload,
                    "requires": []}],
    }), payload)  # fmt: skip
    for type, links in LINKS.items():
        model = TYPES[type]
        head = {
            key: value for key, value in fields(model, payload, links).items() if value is not None
        }
        head |= {"visibility": "public"}
        head.pop("source", None)
        body = (
            f"# {payload}\n\n{payload}\n\n[{payload}]({payload})\n\n| {payload} |\n| --- |\n| x |\n"
        )
        text = written(head)
        yield source(f"{model.FOLDER}/{IDS[type]}.md", text, body)
    yield source("note.md", written({"title": payload, "view": "board"}), payload)


def hostile_records(payload: str) -> Iterator[Source]:
    """A scenario, a round of ballots and a table of spending, with the payload in every text."""
    scenario = {"title": payload, "why": payload, payload: 1, "epics": {"EP-1": {"approved": 9}}}
    name = PAYLOADS.index(payload) if payload in PAYLOADS else "other"
    yield Source(PurePosixPath(f"scenarios/{name} <b>.yml"), dump(scenario))
    ballots = {payload: {"EP-1": 2, payload: 1}}
    votes = {"title": payload, "note": payload, "pot": 1, "ballots": ballots}
    yield Source(PurePosixPath("ballots/<b> round.yml"), dump(votes))
    out = StringIO()
    writer(out).writerows(
        [["date", "item", "amount", "currency", "note"], ["2026-10-05", payload, 5, "EUR", payload],
         ["2026-10-06", "EP-1", payload, "EUR", payload], ["2026-10-06", "EP-1", 1, "EUR", payload]]
    )  # fmt: skip
    yield Source(PurePosixPath("actuals/<b>.csv"), out.getvalue().encode())


def dump(value: Any) -> bytes:
    return written(value).encode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_any_field_becomes_more_than_text(payload: str) -> None:
    records = list(hostile_records(payload))
    built = build(hostile(payload), as_of=TODAY, otherwise=TODAY, records=records)
    assert len(built.scenarios.scenarios) == len(built.ballots.rounds) == 1
    assert set(IDS.values()) <= built.portfolio.items.keys()
    found = [fault for url, text in pages(built) for fault in lint(url, text)]
    assert not found, found[:10]


def test_every_text_field_of_every_type_is_reached() -> None:
    """A new field is covered without anybody remembering it; this fails where it is not."""
    for type, links in LINKS.items():
        found = fields(TYPES[type], "payload", links)
        free = {
            field.alias or name
            for name, field in TYPES[type].model_fields.items()
            if name not in FIXED and filled(field.annotation, "x") is not None
        }
        assert free <= found.keys(), type


# Names -----------------------------------------------------------------------------------------


def page_name(payload: str) -> str:
    """The payload as the name of a file: with all that such a name can hold."""
    return payload.replace("/", "∕").replace("\0", "")


NAMES = (*PAYLOADS, "javascript:alert(1)", "a?b=1", "a#b", "a%2f..%2fb", "\\evil", "a&amp;b", "ä ö")


@pytest.mark.parametrize("payload", NAMES)
def test_no_name_of_a_file_becomes_more_than_an_address_of_its_page(payload: str) -> None:
    """At the top and in a folder, with a link from prose; here no disk refuses any of them.

    An encoded colon begins no scheme (URL Standard, scheme state), so addresses are looked at as a
    browser reads them, and not decoded first.
    """
    name = page_name(payload)
    pages_of_prose = [
        source(f"{name}.md", "title: click me", "Prose.\n"),
        source(f"{name}/{name}.md", "title: click me too", f"[[EP-1]], [up](<../{name}.md>)\n"),
    ]
    whole = build([*sources(), *pages_of_prose], as_of=TODAY, otherwise=TODAY)
    made = dict(pages(whole))
    faults = [fault for url, text in made.items() for fault in lint(url, text)]
    assert not [fault for fault in faults if ": address " not in fault]
    top, below = f"{name}.html", f"{name}/{name}.html"
    assert {top, below} <= made.keys()
    for url, text in made.items():
        document = html.fromstring(text)
        addresses = [str(value).strip() for value in every(document, "//@href | //@src")]
        schemes = [
            value for value in addresses if re.match(r"[a-z][a-z0-9+.-]*:|[\\/]{2}", value, re.I)
        ]
        assert not [
            value for value in schemes if not value.startswith((*SCHEMES, "data:image/svg"))
        ]
        if "/" not in url:
            [link] = every(document, "//nav//a[normalize-space()='click me']/@href")
            assert unquote(link).removeprefix("/" if url == "404.html" else "") == top
            assert not re.search(r"[?#\\]", link)
    index = json.loads(search_file(whole)[SEARCH].removeprefix("window.leanfolio_search=")[:-2])
    rows = index["rows"]
    assert {top, below} <= {unquote(row[3]) for row in rows}
    assert not [row[3] for row in rows if re.search(r"[:?#\\ ]", row[3])]


@pytest.mark.parametrize("payload", NAMES)
def test_an_id_is_letters_and_digits_or_refused(payload: str) -> None:
    """The build stops; an item that is judged all the same goes by an id that is safe."""
    reading = read([source("epics/EP-1.md", written({"id": payload, "title": payload}))])
    assert [problem.rule for problem in reading.problems] == ["id-wrong"]
    assert all(ID.match(item.id) for item in reading.items)

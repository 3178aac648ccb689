"""Feeds and the calendar: valid by their standards, ids that stay, nothing twice or hidden."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from lxml import etree
from lxml import html as parser

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.mkdocs_plugin import publish
from leanfolio.output.feeds import FeedSettings, feed_files
from leanfolio.output.icalendar import folded
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.feeds import MOST_ENTRIES
from leanfolio.wording.language import Language
from making import PORTFOLIO, TODAY, built, source
from odd_portfolios import odd_portfolios
from pages import every, pages
from test_site import REPOSITORY, sample

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://office.example/portfolio/"
INCREMENT = """
title: {title}
owner: A
start: {start}
end: {end}
iterations: [{{name: "1", start: {start}, end: {end}}}]
engagement:
  - {{on: {start}, by: A, when: at}}
  - {{on: {start}, by: B, when: at}}
  - {{on: {end}, by: A, when: after}}
"""
DECIDED = """
title: An epic
owner: A
kind: business
state: funnel
value_stream: VS-1
key_results: [KR-1]
decisions:
  - {on: 2026-05-01, kind: go, by: Board, note: "Now, or; never"}
  - {on: 2026-05-01, kind: go, by: Board, note: Twice on one day}
  - {on: 2027-05-01, kind: stop}
"""
FILES = {
    "increments/PI-1.md": INCREMENT.format(title="Over", start="2026-01-05", end="2026-03-27"),
    "increments/PI-2.md": INCREMENT.format(title="Runs", start="2026-10-05", end="2026-12-18"),
    "increments/PI-3.md": INCREMENT.format(title="To come", start="2027-01-04", end="2027-03-26"),
    "epics/EP-1.md": DECIDED,
    "epics/EP-2.md": """
        title: Due
        owner: A
        kind: business
        state: funnel
        urgency: fixed-date
        due: 2027-02-01
        decide_by: 2026-12-01
        """,
    "risks/R-1.md": "title: A risk\nowner: A\nstatus: owned\ndue: 2026-12-24",
    "risks/R-2.md": "title: Over\nowner: A\nstatus: resolved\ndue: 2026-12-24",
    "value-streams/VS-2.md": "title: Another stream\nowner: A",
}


def files(whole: Built, address: str = ADDRESS) -> dict[str, str]:
    return feed_files(whole, FeedSettings(address, "en", Language("en").text))


# Atom, as RFC 4287 has it ----------------------------------------------------------------------

ONCE = {"id", "title", "updated"}  # sections 4.1.1 and 4.1.2: exactly one of each
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")


def atom_faults(text: str) -> Iterator[str]:
    """What a feed document may not be."""
    root = etree.fromstring(text.encode())
    if root.tag != f"{ATOM}feed":
        yield "it is no feed"
    yield from element_faults(root, {"author", "generator", "link", "entry", *ONCE})
    if root.find(f"{ATOM}author/{ATOM}name") is None:
        yield "neither the feed nor its entries name an author (4.1.1)"
    if not (root.findtext(f"{ATOM}author/{ATOM}name") or "").strip():
        yield "an author without a name (3.2.1)"
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        yield "no link to itself (4.1.1)"
    for entry in root.findall(f"{ATOM}entry"):
        yield from element_faults(entry, {"link", "summary", *ONCE})
        if not any(link.get("rel") == "alternate" for link in entry.findall(f"{ATOM}link")):
            yield "an entry without content has no alternate link (4.1.2)"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    if len(ids) != len(set(ids)):
        yield "an entry stands twice"


def element_faults(element: etree._Element, known: set[str]) -> Iterator[str]:
    """What holds of a feed and of an entry alike."""
    names = [str(child.tag).removeprefix(ATOM) for child in element]
    yield from (f"unknown {name}" for name in names if name not in known)
    yield from (f"{names.count(name)} of {name}" for name in ONCE if names.count(name) != 1)
    identity = element.findtext(f"{ATOM}id") or ""
    if not identity.startswith("urn:uuid:") or str(UUID(identity)) != identity[9:]:
        yield f"{identity} is no IRI of ours (4.2.6)"
    if not DATE.match(element.findtext(f"{ATOM}updated") or ""):
        yield "no date of RFC 3339 (3.3)"
    pairs = []
    for link in element.findall(f"{ATOM}link"):
        if not link.get("href"):
            yield "a link without an address (4.2.7.1)"
        pairs.append((link.get("rel"), link.get("type"), link.get("hreflang")))
    if len(pairs) != len(set(pairs)):
        yield "two links of one kind (4.1.1)"


# JSON Feed 1.1, as jsonfeed.org has it -----------------------------------------------------------

JSON_FEED = Draft202012Validator(
    {
        "type": "object",
        "required": ["version", "title", "items"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": "https://jsonfeed.org/version/1.1"},
            "title": {"type": "string"},
            "home_page_url": {"type": "string", "pattern": "^https://"},
            "feed_url": {"type": "string", "pattern": "^https://"},
            "language": {"type": "string"},
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "content_text"],
                    "additionalProperties": False,
                    "properties": {
                        "id": {"type": "string", "minLength": 1},
                        "url": {"type": "string", "pattern": "^https://"},
                        "title": {"type": "string"},
                        "content_text": {"type": "string"},
                        "date_published": {"type": "string", "pattern": DATE.pattern[:-2] + "$"},
                    },
                },
            },
        },
    }
)

# iCalendar, as RFC 5545 has it -------------------------------------------------------------------

CONTENT_LINE = re.compile(r"[A-Z-]+(;[A-Z-]+=[A-Z-]+)*:[^\x00-\x08\x0a-\x1f\x7f]*\Z")
EVENT_ONCE = ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "DTEND;VALUE=DATE")
UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[,;]")


def events(text: str) -> list[dict[str, str]]:
    """The events of a calendar, after every rule of its form has been asked."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75, "3.1: lines are folded at 75 octets"
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert all(CONTENT_LINE.match(line) for line in lines)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("END", "BEGIN"):
            assert name not in found[-1], f"{name} stands twice"
            found[-1][name] = value
    for event in found:
        assert all(name in event for name in EVENT_ONCE[:4])
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        start, end = day(event["DTSTART;VALUE=DATE"]), day(event["DTEND;VALUE=DATE"])
        assert start < end, "3.6.1: the end is later than the start, and not in the event"
        assert not UNESCAPED.search(event["SUMMARY"])
    ids = [event["UID"] for event in found]
    assert len(ids) == len(set(ids)), "3.8.4.7: a UID is unique"
    return found


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007


# What is in them -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [ADDRESS, ""], ids=["with an address", "from disk"])
def test_every_feed_is_valid(address: str) -> None:
    for whole in (sample(), built(FILES)):
        for path, text in files(whole, address).items():
            if path.endswith(".atom"):
                assert list(atom_faults(text)) == [], path
            elif path.endswith(".json"):
                JSON_FEED.validate(json.loads(text))
            else:
                assert events(text)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(odd_portfolios())
def test_feeds_of_odd_portfolios_are_valid(content: dict[str, str]) -> None:
    whole = build([source(*file) for file in content.items()], as_of=TODAY, otherwise=TODAY)
    for path, text in files(whole).items():
        if path.endswith(".atom"):
            assert list(atom_faults(text)) == []
        elif path.endswith(".json"):
            JSON_FEED.validate(json.loads(text))
        else:
            events(text)


def test_both_forms_hold_the_same_entries() -> None:
    made = files(sample())
    for path in (path for path in made if path.endswith(".atom")):
        root = etree.fromstring(made[path].encode())
        items = json.loads(made[path.replace(".atom", ".json")])["items"]
        assert [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")] == [
            item["id"] for item in items
        ]
        assert [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")] == [
            item["title"] for item in items
        ]


def titles(made: dict[str, str], name: str) -> list[str]:
    return [item["title"] for item in json.loads(made[f"feeds/{name}.json"])["items"]]


def test_there_is_one_entry_an_increment_that_has_begun_and_one_a_decision_made() -> None:
    made = files(built(FILES))
    assert titles(made, "portfolio") == [
        "Runs has begun", "EP-1 An epic: go", "EP-1 An epic: go", "Over"
    ]  # fmt: skip
    assert titles(made, "VS-1") == titles(made, "OBJ-1") == ["EP-1 An epic: go"] * 2
    assert titles(made, "VS-2") == []


def test_the_day_of_reading_changes_no_id_and_no_text_of_an_entry() -> None:
    one, other = built(FILES), built(FILES, date(2026, 11, 21))
    assert files(one)["feeds/portfolio.json"] == files(other)["feeds/portfolio.json"]


def test_an_id_outlives_every_edit_but_that_of_the_id_itself() -> None:
    first = json.loads(files(built(FILES))["feeds/portfolio.json"])["items"]
    edited = {
        **FILES,
        "increments/PI-2.md": INCREMENT.format(
            title="Renamed", start="2026-10-12", end="2026-12-19"
        ),
        "epics/EP-1.md": DECIDED.replace("An epic", "Renamed").replace("Board", "Somebody"),
    }
    second = json.loads(files(built(edited))["feeds/portfolio.json"])["items"]
    assert [item["id"] for item in first] == [item["id"] for item in second]


def test_ids_stay_when_the_site_moves_and_the_portfolio_is_renamed_with_its_old_name() -> None:
    before = files(built(FILES))
    renamed = PORTFOLIO.replace("Any portfolio", "New name") + "feed_id: Any portfolio\n"
    after = files(built({**FILES, "portfolio.md": renamed}), "https://elsewhere.example/")
    ids = [
        [item["id"] for item in json.loads(made["feeds/portfolio.json"])["items"]]
        for made in (before, after)
    ]
    assert ids[0] == ids[1]
    uids = [
        [event["UID"] for event in events(made["feeds/calendar.ics"])] for made in (before, after)
    ]
    assert uids[0] == uids[1]


def test_two_portfolios_share_no_id() -> None:
    other = PORTFOLIO.replace("Any portfolio", "Another")
    one = json.loads(files(built(FILES))["feeds/portfolio.json"])["items"]
    two = json.loads(files(built({**FILES, "portfolio.md": other}))["feeds/portfolio.json"])[
        "items"
    ]
    assert not {item["id"] for item in one} & {item["id"] for item in two}


def test_the_calendar_holds_what_is_planned_and_what_is_due() -> None:
    found = events(files(built(FILES))["feeds/calendar.ics"])
    named = {event["SUMMARY"]: event["DTSTART;VALUE=DATE"] for event in found}
    assert named == {
        "Over": "20260105", "Over\\, iteration 1": "20260105", "Over: planning": "20260105",
        "Over: review": "20260327",
        "Runs": "20261005", "Runs\\, iteration 1": "20261005", "Runs: planning": "20261005",
        "Runs: review": "20261218",
        "To come": "20270104", "To come\\, iteration 1": "20270104",
        "To come: planning": "20270104", "To come: review": "20270326",
        "EP-2 Due: decision due": "20261201", "EP-2 Due: fixed date": "20270201",
        "R-1 A risk: risk due": "20261224",
    }  # fmt: skip
    assert len(found) == len(named), "two people at one meeting are one event"
    (over,) = (event for event in found if event["SUMMARY"] == "Over")
    assert over["DTEND;VALUE=DATE"] == "20260328", "the day after the last"
    assert over["URL"] == f"{ADDRESS}increments/PI-1.html"


def test_a_line_is_folded_between_letters_and_read_back() -> None:
    text = "SUMMARY:" + "Grüße aus Łódź 😀" * 20
    parts = list(folded(text))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text


def test_of_many_decisions_the_newest_stand_in_the_feed() -> None:
    many = ", ".join(
        f"{{on: 2026-0{1 + n % 9}-{1 + n // 9:02}, kind: pivot}}" for n in range(MOST_ENTRIES + 40)
    )
    epic = f"title: E\nowner: A\nkind: business\nstate: funnel\ndecisions: [{many}]"
    items = json.loads(files(built({"epics/EP-1.md": epic}))["feeds/portfolio.json"])["items"]
    days = [item["date_published"] for item in items]
    assert len(items) == MOST_ENTRIES
    assert days == sorted(days, reverse=True)


# Who may read them -----------------------------------------------------------------------------


def test_what_is_confidential_is_in_no_feed() -> None:
    hidden = {
        name: f"{head.strip()}\nvisibility: confidential\n" if "PI-2" in name else head
        for name, head in FILES.items()
    }
    hidden["epics/EP-1.md"] = DECIDED.strip() + "\nvisibility: internal\n"
    hidden["epics/EP-2.md"] = (
        "title: Secret\nowner: A\nkind: business\nstate: funnel\nvisibility: confidential\n"
        "urgency: fixed-date\ndue: 2027-02-01\ndecide_by: 2026-12-01"
    )
    made = files(published(built(hidden), "public"))
    text = "".join(made.values())
    for word in ("Runs", "PI-2", "EP-1", "EP-2", "Secret", "never"):
        assert word not in text, word
    for path, feed in made.items():
        if path.endswith(".atom"):
            assert list(atom_faults(feed)) == []


# How they are found ----------------------------------------------------------------------------


def test_every_page_leads_to_its_feeds_and_the_calendar() -> None:
    made = files(sample())
    for url, text in pages(sample()):
        if url == "404.html":
            continue
        document = parser.document_fromstring(text)
        named = every(document, "//link[@rel='alternate']")
        targets = [urljoin(f"https://x/{url}", link.get("href")) for link in named]
        assert {urlsplit(target).path[1:] for target in targets} <= made.keys()
        kinds = [link.get("type") for link in named]
        own = url.startswith(("value-streams/", "objectives/"))
        assert kinds == ["application/atom+xml", "application/feed+json"] * (2 if own else 1)
        assert every(document, "//footer//a[contains(@href, 'feeds/calendar.ics')]")


def test_the_built_site_has_them(tmp_path: Path) -> None:
    project = Project.at(REPOSITORY)
    content, whole = load(project)
    publish(project, content, whole, tmp_path / "site")
    for path in files(whole):
        assert (tmp_path / "site" / path).is_file(), path

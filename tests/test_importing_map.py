"""The map of an exchange: read strictly, drafted from the files, and good enough to begin with."""

from datetime import date
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.importing.azure import read_azure
from leanfolio.importing.cells import CellError
from leanfolio.importing.draft_map import MOST_CHARACTERS, draft_of
from leanfolio.importing.exchange_map import ExchangeMap, read_exchange_map
from leanfolio.importing.exchange_run import ExchangeMapFile, plan_import
from leanfolio.importing.jira import read_jira
from leanfolio.importing.mapping import MapError
from leanfolio.importing.moments import utc_day
from leanfolio.importing.state_history import history_of
from leanfolio.importing.values import Person, ProgramObject, person_of, plain
from leanfolio.importing.work_item import Extract, WorkItem
from leanfolio.output.schema import schema_of_file
from trackers import a_change, a_file, a_search, a_status, an_entry, an_issue


@pytest.mark.parametrize(
    ("map", "said"),
    [
        ("system: jir", r"line 1: `system` is 'jir'"),
        ("system: jira\nfeilds: {}", r"line 2: there is no `feilds` here; did you mean fields\?"),
        ("system: jira\nfields:\n  a: {to: titel}", r"line 3: .*did you mean title\?"),
        ("system: jira\nfields:\n  a: {ownr: here}", r"line 3: .*did you mean owner\?"),
        ("system: jira\nfields:\n  a: {owner: them}", r"line 3: `owner` is 'them'"),
        ("system: jira\ntypes: {A: epci}", r"line 2: 'epci' is no type of item; did you mean epic"),
        ("system: jira\nlinks:\n  B: {inward: dependson}", r"did you mean depends_on\?"),
        ("system: jira\ntime_zone: Mars", r"line 2: `time_zone` is 'Mars', which is no time zone"),
        ("system: jira\ndate: soon", r"line 2: `date` is 'soon', which is no form of days"),
        ("system: jira\nstates:\n  3: {category: open}", r"`category` is 'open'"),
        ("types: {}", "`system` is missing"),
        ("system: [", "line 1"),
    ],
)
def test_a_map_that_says_something_unknown_is_refused_with_its_line(map: str, said: str) -> None:
    with pytest.raises(MapError, match=said):
        read_exchange_map(map, "m.yml")


def test_the_schema_takes_what_the_reader_takes() -> None:
    schema = schema_of_file(ExchangeMap, "exchange")
    assert schema["$id"] == "urn:leanfolio:exchange"
    right = {"system": "jira", "types": {"A": "epic", "B": None},
             "fields": {"x": {"to": {"feature": "size"}, "owner": "here"}, "y": None},
             "states": {"3": {"name": "Doing", "category": "active"}}}  # fmt: skip
    jsonschema.validate(right, schema)
    for wrong in ({"system": "x"}, {"system": "jira", "feilds": {}},
                  {"system": "jira", "fields": {"x": {"owner": "them"}}}):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


# Drafts ------------------------------------------------------------------------------------------


def imported(extract: Extract, map: str) -> dict[str, str]:
    map_file = ExchangeMapFile("m.yml", read_exchange_map(map, "m.yml"))
    plan = plan_import(extract, map_file, (), date(2026, 11, 20))
    return {str(path): after.decode() for path, _, after in plan.changes}


def test_types_are_guessed_by_their_level() -> None:
    def draft(*levels: int) -> list[str]:
        issues = [
            an_issue(f"A-{n}", issuetype={"name": f"L{level}", "hierarchyLevel": level})
            for n, level in enumerate(levels, 1)
        ]
        lines = draft_of(read_jira([a_file(a_search(*issues))])).splitlines()
        return [line.partition("  #")[0].strip() for line in lines if line.startswith("  L")]

    assert draft(1, 0, -1) == ["L-1: story", "L0: feature", "L1: epic"]
    assert draft(0, -1) == ["L-1: story", "L0: feature"]
    assert draft(2, 1, 0, -1) == ["L-1:", "L0: story", "L1: feature", "L2: epic"]


def test_a_draft_lists_what_is_there_how_often_with_samples_and_marks_guesses() -> None:
    log = [an_entry("2026-01-06T00:00:00.000+0000", a_change(old=("5", "Resolved")))]
    links = [{"type": {"name": "Blocks"}, "inwardIssue": {"key": "APP-2"}}]
    draft = draft_of(read_jira([a_file(a_search(
        an_issue(log=log, labels=["web"], customfield_1=5, customfield_2={"odd": 1},
                 issuelinks=links, names={}),
        an_issue("APP-2", status=a_status("77", "Pondering", ""), customfield_1=8),
        names={"customfield_1": "Story Points"},
    ))]))  # fmt: skip
    for line in (
        (
            '  "5": {name: Resolved, category: done}  # guess; asked, since no list of statuses has'
            " it any more; once; such as APP-1"
        ),
        '  "77":   # Pondering: which category?; once; such as APP-2',
        "  labels: {to: tags, owner: source}  # guess; once; such as web",
        (
            "  customfield_1: {name: Story Points, to: {feature: size, story: points,"
            " epic: job_size}, owner: source}  # guess; 2 times; such as 5, 8"
        ),
        "  customfield_2:   # its values are objects of a program, and refused; once",
        "  Blocks: {inward: depends_on}  # guess; inward 1, outward 0; such as APP-1",
    ):
        assert line in draft.splitlines()


def test_a_draft_is_a_map_with_which_an_import_begins_at_once() -> None:
    extract = read_jira([a_file(a_search(an_issue(labels=["web"]), an_issue("APP-2")))])
    files = imported(extract, draft_of(extract))
    assert list(files) == ["features/APP-1.md", "features/APP-2.md"]
    assert "state: in-progress" in files["features/APP-1.md"]


def test_numbers_alone_get_letters_before_them() -> None:
    table = "ID,Work Item Type,Title,State\n7,Bug,Crash,Active"
    extract = read_azure([a_file(table, "flat.csv")])
    assert list(imported(extract, draft_of(extract))) == ["stories/WI-7.md"]


def test_a_draft_says_the_form_of_days_or_asks_for_it() -> None:
    head = "Summary,Issue key,Issue id,Issue Type,Status,Due date"

    def draft(day: str) -> str:
        return draft_of(read_jira([a_file(f"{head}\nOne,A-1,1,Task,Open,{day}", "x.csv")]))

    assert "date: DD/Mon/YY  # guess" in draft("25/Jun/20 12:44")
    assert "date: DD.MM.YYYY  # guess" in draft("25.6.2020")
    assert "# date: DD/MM/YYYY or MM/DD/YYYY? Say which" in draft("1/4/2023")


def test_a_draft_of_very_many_fields_stays_as_large_as_a_map_may_be() -> None:
    fields: dict[str, Any] = {
        f"customfield_{number}": "a value that is long enough" for number in range(3000)
    }
    draft = draft_of(read_jira([a_file(a_search(an_issue(labels=["a"], **fields)))]))
    assert len(draft.encode()) <= MOST_CHARACTERS
    assert "3002 more fields" in draft
    read_exchange_map(draft, "m.yml")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_whatever_names_a_site_has_its_draft_can_be_read(
    type: str, status: str, label: str
) -> None:
    named: dict[str, Any] = {"issuetype": {"name": type}, "labels": [label], label: "v"}
    for reserved in ("key", "id", "log", "total"):  # what the builder of issues takes itself
        named.pop(reserved, None)
    issue = an_issue(status=a_status("3", status or "x"), **named)
    try:
        extract = read_jira([a_file(a_search(issue))])
    except UnicodeEncodeError:
        return
    read_exchange_map(draft_of(extract), "m.yml")


# Values, days and states -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form", "zone", "day"),
    [
        ("25/Feb/26 10:17 PM", "DD/Mon/YY", "UTC", "2026-02-25"),
        ("25/Feb/26 10:17 PM", "DD/Mon/YY", "America/New_York", "2026-02-26"),
        ("25/Jun/20 12:44", "DD/Mon/YY", "UTC", "2020-06-25"),
        ("25/Jun/20 00:44", "DD/Mon/YY", "Europe/Berlin", "2020-06-24"),
        ("7.6.2025 14:59:28", "DD.MM.YYYY", "UTC", "2025-06-07"),
        ("5/31/2023 8:04:10 AM", "MM/DD/YYYY", "UTC", "2023-05-31"),
        ("5/31/2023 12:04:10 AM", "MM/DD/YYYY", "Europe/Berlin", "2023-05-30"),
        ("2020-07-09T01:30:00.000+0800", "", "UTC", "2020-07-08"),
        ("2020-07-09", "", "Asia/Shanghai", "2020-07-09"),
        ("46022", "serial", "UTC", "2025-12-31"),
    ],
)
def test_days_are_those_of_utc(text: str, form: str, zone: str, day: str) -> None:
    map = read_exchange_map(f"system: jira\ntime_zone: {zone}", "m.yml")
    assert utc_day(text, form, map.zone) == day


@pytest.mark.parametrize("text", ["1/4/2023", "1/4/2023 2:51:06 PM"])
def test_a_day_that_may_be_two_is_refused_with_both(text: str) -> None:
    map = read_exchange_map("system: jira", "m.yml")
    with pytest.raises(CellError, match=r"2023-04-01 .*2023-01-04 .*DD/MM/YYYY.*MM/DD/YYYY"):
        utc_day(text, "", map.zone)


@pytest.mark.parametrize("text", ["5/31/2023 25:00", "5/31/2023 13:00 PM", "5/31/2023 1:61"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        utc_day(text, "MM/DD/YYYY", read_exchange_map("system: jira", "m.yml").zone)


def test_values_are_text_numbers_people_and_lists_of_them() -> None:
    assert plain([{"value": "A", "child": {"value": "B"}}, {"name": "C"}]) == ("A - B", "C")
    assert plain({"displayName": "Bo", "accountId": "1"}) == (Person("Bo", ("1", "Bo")),)
    sprint = "com.example.Sprint@4f1a[id=7,state=ACTIVE,name=Sprint 7,goal=]"
    assert plain(sprint) == ("Sprint 7",)
    for raw in ("com.example.Thing@4f1a", "{pullrequest={x=1}}", {"votes": 1}):
        with pytest.raises(ProgramObject):
            plain(raw)
    assert person_of("Jamal Hartnett <jh@example.invalid>").name == "Jamal Hartnett"


STATES = {"1": "backlog", "2": "ready", "3": "in-progress", "9": "done", "8": "done"}


def walked(log: list[Any], status: str = "3", **more: Any) -> WorkItem:
    issue = an_issue(log=log, status=a_status(status, f"Status {status}"), **more)
    return read_jira([a_file(a_search(issue))]).items[0]


def entry(day: str, old: str, new: str) -> dict[str, Any]:
    return an_entry(f"2026-01-{day}T00:00:00.000+0000", a_change(old=(old, "?"), new=(new, "?")))


def test_a_status_is_its_id_whatever_it_was_called() -> None:
    log = [an_entry("2026-01-06T00:00:00.000+0000", a_change(old=("1", "Open"), new=("3", "Doing")),
                    id=1),
           an_entry("2026-01-07T00:00:00.000+0000",
                    a_change(old=("3", "In Work"), new=("9", "Done")), id=2)]  # fmt: skip
    history = history_of(walked(log, "9"), lambda id, _: STATES[id])
    assert [state for state, _ in history.entries] == ["backlog", "in-progress", "done"]


def test_moves_within_one_state_are_none() -> None:
    log = [entry("06", "1", "9"), entry("07", "9", "8")]
    history = history_of(walked(log, "8"), lambda id, _: STATES[id])
    assert history.entries == [("backlog", date(2026, 1, 5)), ("done", date(2026, 1, 6))]
    assert history.differs == ""


def test_the_present_status_stands_against_the_last_change() -> None:
    history = history_of(walked([entry("06", "1", "3")], "9"), lambda id, _: STATES[id])
    assert history.entries[-1] == ("done", date(2026, 3, 1))
    assert "the present state stands" in history.differs


def test_statuses_without_a_state_stop_nothing() -> None:
    history = history_of(walked([entry("06", "1", "66"), entry("07", "66", "3")]),
                         lambda id, _: STATES.get(id, ""))  # fmt: skip
    assert [state for state, _ in history.entries] == ["backlog", "in-progress"]
    assert history.unknown == [("66", "?")]

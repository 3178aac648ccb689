"""Answers of Jira are recognised by their form, put together, or refused by name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.importing.jira import read_jira
from leanfolio.importing.json_text import read_answer
from leanfolio.importing.source_text import source_of
from leanfolio.importing.work_item import HISTORY_CUT, SourceError
from trackers import SITE, a_change, a_file, a_search, a_status, an_entry, an_issue

LOGIN = "<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>"


def test_an_issue_has_its_id_its_key_its_address_and_the_line_it_begins_on() -> None:
    extract = read_jira([a_file(a_search(an_issue("APP-7"), an_issue("APP-8")))])
    first, second = extract.items
    assert (first.id, first.key, first.url) == ("10007", "APP-7", f"{SITE}/browse/APP-7")
    assert (first.type, first.title, first.level) == ("Task", "Work of APP-7", 0)
    text = a_file(a_search(an_issue("APP-7"), an_issue("APP-8"))).text.split("\n")
    assert '"10008"' in "".join(text[second.line - 1 : second.line + 1])
    assert extract.forms == [("answer.json", "search answer of Jira")]


def test_times_have_offsets_or_are_milliseconds_and_become_utc() -> None:
    log = [an_entry("2020-07-09T01:30:00.000+0800", a_change())]
    [item] = read_jira([a_file(a_search(an_issue(log=log)))]).items
    assert item.changes[0].at == datetime(2020, 7, 8, 17, 30, tzinfo=UTC)
    bulk = {"issueChangeLogs": [
        {"issueId": "10001", "changeHistories": [an_entry(1594229400000, a_change())]}
    ]}  # fmt: skip
    files = [a_file(a_search(an_issue())), a_file(bulk, "bulk.json")]
    [item] = read_jira(files).items
    assert item.changes[0].at == datetime(2020, 7, 8, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("created", [10**20, "0001-01-01T00:00:00.000+0500"])
def test_a_time_that_no_calendar_has_in_utc_is_none(created: str | int) -> None:
    log = [an_entry(created, a_change())]
    [item] = read_jira([a_file(a_search(an_issue(log=log, created=created)))]).items
    assert (item.created, item.changes) == (None, ())


def test_a_change_log_of_several_pages_is_put_together_oldest_first() -> None:
    address = f"{SITE}/rest/api/3/issue/APP-1/changelog?startAt="
    entries = [an_entry(f"2026-01-0{day}T00:00:00.000+0000", a_change(), id=day) for day in (3, 1)]
    pages = [
        a_file({"self": f"{address}0", "total": 2, "values": entries[:1]}, "one.json"),
        a_file({"self": f"{address}1", "total": 2, "values": entries[1:]}, "two.json"),
    ]
    extract = read_jira([a_file(a_search(an_issue())), *pages])
    assert [change.at.day for change in extract.items[0].changes] == [1, 3]
    assert extract.notes == []
    assert [form for _, form in extract.forms][1:] == ["change log of a Jira issue"] * 2


def test_a_history_shorter_than_its_total_is_told_with_the_request_for_the_rest() -> None:
    log = [an_entry("2026-01-05T00:00:00.000+0000", a_change())]
    [note] = read_jira([a_file(a_search(an_issue("APP-3", log=log, total=120)))]).notes
    assert note.item == "APP-3"
    assert note.message == (
        f"{HISTORY_CUT}: 1 of 120 came;"
        " GET /rest/api/3/issue/APP-3/changelog?startAt=0&maxResults=100"
    )


def test_pages_by_start_have_to_reach_the_total() -> None:
    twelve = [an_issue(f"APP-{number}") for number in range(1, 13)]
    with pytest.raises(SourceError, match="40 issues in all, and 12 came") as told:
        read_jira([a_file(a_search(*twelve, total=40))])
    assert told.value.incomplete
    assert "startAt=12" in told.value.hint
    pages = [
        a_file(a_search(*twelve[:8], total=12), "1.json"),
        a_file(a_search(*twelve[8:], start=8, total=12), "2.json"),
    ]
    assert len(read_jira(pages).items) == 12


def test_pages_by_token_have_to_hold_the_last_one() -> None:
    first = {"issues": [an_issue("APP-1")], "nextPageToken": "x", "isLast": False}
    last = {"issues": [an_issue("APP-2")], "isLast": True}
    with pytest.raises(SourceError, match="goes on behind this page") as told:
        read_jira([a_file(first)])
    assert told.value.incomplete
    assert len(read_jira([a_file(first, "1.json"), a_file(last, "2.json")]).items) == 2


def test_two_issues_of_one_id_are_refused_and_the_same_twice_is_one() -> None:
    with pytest.raises(SourceError, match=r"APP-2 has the id 7, which APP-1 has"):
        read_jira([a_file(a_search(an_issue("APP-1", id="7"), an_issue("APP-2", id="7")))])
    files = [a_file(a_search(an_issue("APP-1"))), a_file(a_search(an_issue("APP-1")))]
    assert len(read_jira(files).items) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LOGIN.encode(), "is a web page"),
        (b'{"startAt": 0, "issues": [{"id": "1", "ke', "in the middle"),
        (b'{"startAt": 0, "issues": [', "in the middle"),
        (b'{"issues": [}', "is no JSON"),
        (b'{"access_token": "abcdefghijklmnopqrstuvwxyz"}', "looks like a token"),
        (b'{"note": "ATATT3' + b"x" * 30 + b'"}', "looks like a token"),
        (b'{"weather": "fine"}', "no form that Jira gives"),
        (b'{"issues": [{"id": "1", "key": "A-1"}]}', "without their fields"),
        (b'{"a": "\x00"}', "NUL"),
        (b'{"a": "\xff\xfe\xfa"}', "not UTF-8"),
        (b"", "is empty"),
        (b"[" * 100_000, "nested too deep"),
        (b"Summary,Issue key\nx", "under 2 columns"),
        (b"Name,State\nx,y", "no column 'Summary'"),
        (b"no table at all", "is no table"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as told:
        read_jira([source_of("page.json", data)])
    assert "page.json" in str(told.value)


def test_marks_and_utf_16_are_read() -> None:
    text = a_file(a_search(an_issue())).text
    for data in (b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert len(read_jira([source_of("a.json", data)]).items) == 1


def test_lists_of_statuses_and_fields_give_names_by_id() -> None:
    fields = [{"id": "customfield_1", "name": "Story Points", "custom": True}]
    extract = read_jira([
        a_file(a_search(an_issue())),
        a_file([a_status("3", "Doing"), a_status("9", "Done", "done")], "statuses.json"),
        a_file(fields, "fields.json"),
    ])  # fmt: skip
    assert {id: status.name for id, status in extract.statuses.items()} == {
        "3": "Doing", "9": "Done",
    }  # fmt: skip
    assert extract.name_of("customfield_1") == "Story Points"


def test_links_name_what_this_issue_is_to_the_other() -> None:
    links = [{"type": {"name": "Blocks"}, "inwardIssue": {"id": "10009", "key": "APP-9"}}]
    parent = {"id": "10002", "key": "APP-2"}
    [item] = read_jira([a_file(a_search(an_issue(issuelinks=links, parent=parent)))]).items
    assert [(link.type, link.direction, link.target) for link in item.links] == [
        ("Blocks", "inward", "10009")
    ]
    assert item.parent == "10002"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4) | st.lists(JSON, max_size=4))
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert read_answer(a_file(value)).value == value


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_bytes_come_are_read_or_refused(data: bytes) -> None:
    try:
        read_jira([source_of("x", data)])
    except SourceError as error:
        assert str(error)

"""An import by an exchange map: made once, merged by field, told in full, quiet when repeated."""

import json
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.importing.exchange_map import read_exchange_map
from leanfolio.importing.exchange_run import ExchangeMapFile, ImportPlan, plan_import
from leanfolio.importing.item_file import MARK
from leanfolio.importing.jira import read_jira
from leanfolio.importing.last_import import read_base
from leanfolio.importing.mapping import MapError
from leanfolio.importing.report import Report, as_json, as_markdown, as_text
from leanfolio.model import Feature
from leanfolio.model.source import Source
from leanfolio.pipeline import build
from leanfolio.read import read
from trackers import SITE, a_change, a_file, a_search, a_status, an_entry, an_issue

DAY, LATER = date(2026, 11, 20), date(2026, 11, 21)
MAP = """
system: jira
types: {Epic: epic, Task: feature, Sub-task: story}
states:
  "1": {name: Open, category: new}
  "2": {name: Ready, category: waiting}
  "3": {name: In Progress, category: active}
  "9": {name: Done, category: done}
fields:
  assignee: {to: owner, owner: OWNER}
  labels: {to: tags, owner: source}
  duedate: {to: due, owner: source}
  points: {to: {feature: size, story: points}, owner: source}
  description: {to: body, owner: source}
links:
  Blocks: {inward: depends_on}
people: {acc-1: R. Ahmed}
"""
BO = {"accountId": "acc-2", "displayName": "Bo"}
CY = {"accountId": "acc-3", "displayName": "Cy"}


class Portfolio:
    """Files of content that imports change one after the other."""

    def __init__(self, owner: str = "source", map: str = MAP) -> None:
        self.map = map.replace("OWNER", owner)
        self.files: dict[str, bytes] = {}
        self.base = ""

    def take(self, *issues: Any, on: date = DAY, **more: Any) -> Report:
        return self.plan(*issues, on=on, **more).report

    def plan(self, *issues: Any, on: date = DAY, **more: Any) -> ImportPlan:
        extract = read_jira([a_file(a_search(*map(with_fields, issues), **more))])
        map_file = ExchangeMapFile("jira.yml", read_exchange_map(self.map, "jira.yml"), self.base)
        sources = [Source(PurePosixPath(path), data) for path, data in self.files.items()]
        plan = plan_import(extract, map_file, sources, on)
        for path, before, after in plan.changes:
            assert self.files.get(str(path)) == before
            self.files[str(path)] = after
        self.base = plan.base
        return plan

    def text(self, path: str = "features/APP-1.md") -> str:
        return self.files[path].decode()

    def edit(self, old: str, new: str, path: str = "features/APP-1.md") -> None:
        text = self.text(path)
        assert old in text
        self.files[path] = text.replace(old, new).encode()

    def feature(self, path: str = "features/APP-1.md") -> Feature:
        reading = read([Source(PurePosixPath(path), self.files[path])])
        assert reading.problems == []
        [item] = reading.items
        assert isinstance(item, Feature)
        return item


def with_fields(issue: Any) -> Any:
    """Every issue has all fields that the map names, as answers of Jira do."""
    names = ("assignee", "labels", "duedate", "points", "description", "parent")
    issue["fields"] = dict.fromkeys(names) | issue["fields"]
    return issue


def told(report: Report) -> list[tuple[str, str, str, str]]:
    return [(each.field, each.how, each.here, each.source) for each in report.merged]


# Made -------------------------------------------------------------------------------------------


def test_an_issue_becomes_a_file_that_says_all_that_the_map_carries() -> None:
    portfolio = Portfolio()
    log = [an_entry("2026-01-08T23:30:00.000-0500", a_change(old=("1", "Open"), new=("3", "x")))]
    report = portfolio.take(an_issue(
        log=log, assignee={"accountId": "acc-1", "displayName": "Rashid"}, labels=["a", "b"],
        duedate="2026-12-31", points=5.0, description="h2. Why\nBecause *so*.",
    ))  # fmt: skip
    assert (
        portfolio.text()
        == f"""---
type: feature
id: APP-1
title: Work of APP-1
owner: R. Ahmed
tags: [a, b]
source: {{system: jira, id: "10001", key: APP-1, url: "SITE/browse/APP-1", synced_on: 2026-11-20}}
state: in-progress
history:
  - {{state: backlog, on: 2026-01-05}}
  - {{state: in-progress, on: 2026-01-09}}
due: 2026-12-31
size: 5
---
## Why

Because **so**.

{MARK}
""".replace("SITE", SITE)
    )
    assert [each.id for each in report.made] == ["APP-1"]
    assert not report.has_problems


def test_the_same_input_twice_changes_no_byte() -> None:
    portfolio = Portfolio()
    issues = [an_issue(labels=["a"], description="x"), an_issue("APP-2", assignee=BO)]
    portfolio.take(*issues)
    before, base = dict(portfolio.files), portfolio.base
    plan = portfolio.plan(*issues, on=LATER)
    assert plan.changes == ()
    assert (portfolio.files, portfolio.base) == (before, base)
    assert plan.report.unchanged == 2


def test_a_repository_whose_base_is_lost_is_found_again_by_the_numbers() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(labels=["a"]))
    base, portfolio.base = portfolio.base, ""
    assert portfolio.plan(an_issue(labels=["a"]), on=LATER).changes == ()
    assert portfolio.base == base


def test_parents_and_links_lead_to_the_items_that_are_here() -> None:
    portfolio = Portfolio()
    epic = an_issue("APP-9", issuetype={"name": "Epic"})
    blocks = [{"type": {"name": "Blocks"}, "inwardIssue": {"id": "10002", "key": "APP-2"}}]
    parent = {"id": "10009", "key": "APP-9"}
    portfolio.take(epic, an_issue(issuelinks=blocks, parent=parent), an_issue("APP-2"))
    feature = portfolio.feature()
    assert (feature.epic, [*feature.depends_on]) == ("APP-9", ["APP-2"])


def test_words_that_people_give_to_a_link_stay_while_the_links_are_the_same() -> None:
    portfolio = Portfolio()
    blocks = [{"type": {"name": "Blocks"}, "inwardIssue": {"id": "10002", "key": "APP-2"}}]
    issues = [an_issue(issuelinks=blocks), an_issue("APP-2")]
    portfolio.take(*issues)
    portfolio.edit("depends_on: [APP-2]", "depends_on: {APP-2: the interface}")
    assert portfolio.plan(*issues, on=LATER).changes == ()


def test_a_parent_in_no_file_stays_in_source_with_a_note() -> None:
    portfolio = Portfolio()
    report = portfolio.take(an_issue(parent={"id": "77", "key": "ELSE-7"}))
    source = portfolio.feature().source
    assert source is not None
    assert source.parent == "ELSE-7"
    assert [each.message for each in report.notes] == [
        "its parent ELSE-7 was not imported: it stays in `source.parent`"
    ]


def test_an_id_that_is_taken_is_a_problem_and_never_last_wins() -> None:
    portfolio = Portfolio()
    portfolio.files["features/mine.md"] = b"---\nid: app-1\ntitle: Mine\n---\n"
    report = portfolio.take(an_issue())
    assert [each.message for each in report.problems] == [
        "its id would be APP-1, and content/features/mine.md has it; it was not imported"
    ]
    assert list(portfolio.files) == ["features/mine.md"]


def test_a_path_in_a_key_is_a_problem() -> None:
    portfolio = Portfolio()
    report = portfolio.take(an_issue("../../x", id="5"))
    assert "cannot be an id" in report.problems[0].message
    assert portfolio.files == {}


def test_a_formula_stays_text() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(summary="=cmd|' /C calc'!A0", assignee={"displayName": "@SUM(1+1)"}))
    assert portfolio.feature().title == "=cmd|' /C calc'!A0"
    assert portfolio.feature().owner == "@SUM(1+1)"


@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=12), max_size=3))
def test_whatever_text_comes_the_file_can_be_read_and_says_it(
    title: str, person: str, labels: list[str]
) -> None:
    portfolio = Portfolio()
    issue = an_issue(
        summary=title, assignee={"displayName": person}, labels=labels, description=title
    )
    try:
        portfolio.take(issue)
    except UnicodeEncodeError:
        return  # half a character, which no file of JSON in UTF-8 holds
    if not portfolio.files:
        return
    feature = portfolio.feature()
    words = [" ".join(label.split()) for label in labels if label.strip()]
    assert list(feature.tags) in (list(dict.fromkeys(words)), [])
    assert portfolio.plan(issue, on=LATER).changes == ()


# Merged -----------------------------------------------------------------------------------------


def test_what_the_source_changed_is_spliced_in_and_all_else_stays() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(assignee=BO, duedate="2026-12-31", description="old"))
    portfolio.edit("due: 2026-12-31\n", "due: 2026-12-31   # the fair\nkind: enabler\n")
    portfolio.edit(f"{MARK}\n", f"{MARK}\n\nOur own words.\n")
    before = portfolio.text()
    report = portfolio.take(
        an_issue(assignee=CY, duedate="2027-01-31", description="new"), on=LATER
    )
    assert portfolio.text() == (
        before.replace("owner: Bo", "owner: Cy").replace("2026-12-31   #", "2027-01-31   #")
        .replace("synced_on: 2026-11-20", "synced_on: 2026-11-21").replace("old\n", "new\n")
    )  # fmt: skip
    assert [each[:2] for each in told(report)] == [
        ("owner", "taken"), ("due", "taken"), ("body", "taken"),
    ]  # fmt: skip


def test_a_value_that_the_source_gave_up_goes() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(assignee=BO, labels=["a"]))
    portfolio.take(an_issue())
    assert "owner:" not in portfolio.text()
    assert "tags:" not in portfolio.text()


@pytest.mark.parametrize(
    ("owner", "how", "stands"),
    [("source", "replaced", "Cy"), ("here", "kept", "Dee"), ("shared", "conflict", "Dee")],
)
def test_where_both_changed_it_the_owner_decides_and_both_are_told(
    owner: str, how: str, stands: str
) -> None:
    portfolio = Portfolio(owner)
    portfolio.take(an_issue(assignee=BO))
    portfolio.edit("owner: Bo", "owner: Dee")
    report = portfolio.take(an_issue(assignee=CY))
    assert told(report) == [("owner", how, "Dee", "Cy")]
    assert portfolio.feature().owner == stands
    assert report.has_problems == (how == "conflict")
    again = portfolio.take(an_issue(assignee=CY))
    assert told(again) == (told(report) if how == "conflict" else [])


def test_a_conflict_ends_when_both_say_the_same() -> None:
    portfolio = Portfolio("shared")
    portfolio.take(an_issue(assignee=BO))
    portfolio.edit("owner: Bo", "owner: Dee")
    portfolio.take(an_issue(assignee=CY))
    portfolio.edit("owner: Dee", "owner: Cy")
    assert not portfolio.take(an_issue(assignee=CY)).has_problems
    assert portfolio.take(an_issue(assignee=BO)).changed[0].field == "owner"


def test_prose_without_the_line_of_the_import_is_left_alone() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(description="old"))
    portfolio.edit(f"old\n\n{MARK}\n", "All of this is ours.\n")
    report = portfolio.take(an_issue(description="new"))
    assert portfolio.text().endswith("---\nAll of this is ours.\n")
    assert told(report)[0][:2] == ("body", "kept")


def test_a_longer_history_is_appended_and_its_lines_stay() -> None:
    portfolio = Portfolio()
    first = an_entry("2026-01-08T00:00:00.000+0000", a_change(new=("3", "x")), id=1)
    last = an_entry("2026-02-08T00:00:00.000+0000", a_change(new=("9", "x")), id=2)
    portfolio.take(an_issue(log=[first]))
    portfolio.edit("on: 2026-01-08}", "on: 2026-01-08}  # late, as the grid failed")
    portfolio.take(an_issue(log=[first, last], status=a_status("9", "Done", "done")))
    assert "# late, as the grid failed\n  - {state: done, on: 2026-02-08}\n" in portfolio.text()


def test_a_form_that_only_a_person_can_change_is_told_and_tried_again() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(labels=["a"]))
    portfolio.edit("tags: [a]", "tags:\n  - a  # why\n  - c")
    for _ in range(2):
        report = portfolio.take(an_issue(labels=["b"]))
        assert [each.message for each in report.not_carried] == [
            "`tags`: `tags` is written in a form that only a person can change"
        ]
    assert "# why\n  - c" in portfolio.text()


def test_windows_line_ends_stay() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(assignee=BO, description="old"))
    path = "features/APP-1.md"
    portfolio.files[path] = portfolio.files[path].replace(b"\n", b"\r\n")
    portfolio.take(an_issue(assignee=CY, description="two\n\nparagraphs"))
    data = portfolio.files[path]
    assert data.count(b"\n") == data.count(b"\r\n")
    assert b"two\r\n\r\nparagraphs\r\n\r\n<!--" in data


def test_comments_keep_their_semicolons_their_authors_and_their_order() -> None:
    portfolio = Portfolio(map=MAP.replace("  labels:", "  comment: {to: body}\n  labels:"))
    comments = [
        {"author": BO, "created": "2026-02-01T09:00:00.000+0000", "body": "one; two; three"},
        {"author": CY, "created": "2026-02-02T09:00:00.000+0000", "body": "*four*"},
    ]
    portfolio.take(an_issue(description="Why.", comment={"comments": comments}))
    assert "Bo, 2026-02-01: one; two; three\n\nCy, 2026-02-02: **four**\n" in portfolio.text()


def test_the_epic_of_an_older_site_is_the_parent_where_the_map_says_so() -> None:
    portfolio = Portfolio(map=MAP.replace("  labels:", "  epic_link: {to: parent}\n  labels:"))
    epic = an_issue("APP-9", issuetype={"name": "Epic"})
    portfolio.take(epic, an_issue(epic_link="APP-9"))
    assert portfolio.feature().epic == "APP-9"


def test_what_has_another_type_now_stays_what_its_file_says() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue())
    report = portfolio.take(an_issue(issuetype={"name": "Epic"}))
    assert list(portfolio.files) == ["features/APP-1.md"]
    assert "is Epic there, which the map calls epic" in report.notes[0].message


# Who it is ---------------------------------------------------------------------------------------


def test_a_moved_issue_keeps_its_file_and_its_id() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue("APP-1", id="7"), an_issue("APP-2"))
    blocks = [{"type": {"name": "Blocks"}, "inwardIssue": {"key": "APP-1"}}]
    report = portfolio.take(an_issue("NEW-5", id="7"), an_issue("APP-2", issuelinks=blocks))
    feature = portfolio.feature()
    assert feature.source is not None
    assert (feature.id, feature.source.key, feature.source.was) == ("APP-1", "NEW-5", ("APP-1",))
    assert [*portfolio.feature("features/APP-2.md").depends_on] == ["APP-1"]
    assert ("source.key", "taken", "APP-1", "NEW-5") in told(report)


def test_keys_of_the_change_log_are_earlier_keys_on_the_first_import() -> None:
    portfolio = Portfolio()
    moved = an_entry("2026-01-08T00:00:00.000+0000", a_change("Key", ("", "OLD-3"), ("", "APP-1")))
    portfolio.take(an_issue(log=[moved]))
    source = portfolio.feature().source
    assert source is not None
    assert source.was == ("OLD-3",)


def test_a_file_that_was_moved_or_renamed_here_is_found_again() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(assignee=BO))
    text = portfolio.files.pop("features/APP-1.md").replace(b"id: APP-1\n", b"id: FT-1\n", 1)
    portfolio.files["features/shop/FT-1.md"] = text
    portfolio.take(an_issue(assignee=CY))
    assert list(portfolio.files) == ["features/shop/FT-1.md"]
    assert portfolio.feature("features/shop/FT-1.md").owner == "Cy"


def test_a_file_that_was_deleted_here_is_not_made_again() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue())
    del portfolio.files["features/APP-1.md"]
    report = portfolio.take(an_issue())
    assert portfolio.files == {}
    assert "was deleted here" in report.notes[0].message


def test_a_file_that_names_its_source_no_more_is_nobodys_but_ours() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(), an_issue("APP-2"))
    text = portfolio.text()
    [line] = [line for line in text.splitlines() if line.startswith("source:")]
    portfolio.edit(f"{line}\n", "")
    ours = portfolio.text()
    report = portfolio.take(an_issue(labels=["new"]), an_issue("APP-2"))
    assert "no longer names its source" in report.notes[0].message
    portfolio.take(an_issue("APP-2"))
    assert portfolio.text() == ours


def test_a_state_that_changed_without_a_log_has_the_day_of_the_import() -> None:
    portfolio = Portfolio()
    log = [an_entry("2026-01-08T00:00:00.000+0000", a_change(new=("3", "x")))]
    portfolio.take(an_issue(log=log))
    portfolio.take(an_issue(status=a_status("9", "Done", "done")), on=LATER)
    assert portfolio.feature().history[-1].on == LATER
    assert portfolio.feature().history[-1].state == portfolio.feature().state == "done"
    before = dict(portfolio.files)
    portfolio.take(an_issue(status=a_status("9", "Done", "done")), on=date(2026, 11, 25))
    assert portfolio.files == before


def test_what_is_gone_in_the_source_says_so_and_what_is_back_no_more() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(), an_issue("APP-2"))
    report = portfolio.take(an_issue("APP-2"), on=LATER)
    assert [each.id for each in report.gone] == ["APP-1"]
    source = portfolio.feature().source
    assert source is not None
    assert source.gone_on == LATER
    assert portfolio.plan(an_issue("APP-2")).changes == ()
    back = portfolio.take(an_issue(), an_issue("APP-2"))
    assert [each.id for each in back.back] == ["APP-1"]
    assert "gone_on" not in portfolio.text()


# Left out ----------------------------------------------------------------------------------------


def test_what_the_map_leaves_out_is_counted_with_samples() -> None:
    log = [an_entry("2026-01-06T00:00:00.000+0000", a_change("rank"), a_change(new=("8", "Odd")))]
    report = Portfolio().take(
        an_issue(log=log, colour={"value": "red"}, votes={"votes": 3}),
        an_issue("APP-2", issuetype={"name": "Test"}),
        an_issue("APP-3", issuelinks=[{"type": {"name": "Copy"}, "outwardIssue": {"key": "X-1"}}]),
    )
    counted = [(each.kind, each.name, each.count, each.samples) for each in report.unmapped]
    assert counted == [
        ("change", "rank", 1, ("APP-1",)),
        ("field", "colour", 1, ("red",)),
        ("field", "created", 2, ("2026-01-05T09:00:00.000+0000",)),
        ("field", "updated", 2, ("2026-03-01T09:00:00.000+0000",)),
        ("field", "votes", 1, ("program object votes",)),
        ("link", "Copy outward", 1, ("APP-3",)),
        ("status", "8", 1, ("APP-1",)),
        ("type", "Test", 1, ("APP-2",)),
    ]


def test_a_value_that_cannot_be_read_costs_its_field_and_is_told_with_its_line() -> None:
    portfolio = Portfolio()
    report = portfolio.take(an_issue(duedate="1/4/2023", labels=["a"]))
    [left] = report.not_carried
    assert "2023-04-01" in left.message
    assert "2023-01-04" in left.message
    assert str(left.at) == "answer.json:6"
    assert portfolio.feature().tags == ("a",)


def test_a_map_that_names_a_field_that_is_not_there_is_refused_with_the_nearest() -> None:
    map = MAP.replace("duedate:", "duedat:")
    with pytest.raises(MapError, match=r"no field 'duedat'; did you mean 'duedate'\?"):
        Portfolio(map=map).take(an_issue())


def test_a_cut_history_keeps_its_older_entries_from_before() -> None:
    portfolio = Portfolio()
    first = an_entry("2026-01-08T00:00:00.000+0000", a_change(new=("2", "x")), id=1)
    last = an_entry("2026-02-08T00:00:00.000+0000", a_change(new=("3", "x")), id=2)
    portfolio.take(an_issue(log=[first, last]))
    whole = portfolio.text()
    report = portfolio.take(an_issue(log=[last], total=2))
    assert portfolio.text() == whole
    assert "history cut" in report.problems[0].message


# Told --------------------------------------------------------------------------------------------


def test_the_report_says_the_same_in_every_form() -> None:
    portfolio = Portfolio("shared")
    portfolio.take(an_issue(assignee=BO))
    portfolio.edit("owner: Bo", "owner: Dee")
    report = portfolio.take(an_issue(assignee=CY), an_issue("APP-2", duedate="@team #7"))
    text = "\n".join(as_text(report))
    assert (
        "conflict: content/features/APP-1.md: `owner` here Dee, the source says Cy"
        " (changed on both sides: ours stays until both agree; answer.json:6)"
    ) in text
    assert "made: APP-2 from APP-2" in text
    markdown = "\n".join(as_markdown(report))
    assert "### Conflict (1)" in markdown
    assert "@team" not in markdown
    value = json.loads(as_json(report, "1", "2026-11-20"))
    assert (len(value["conflicts"]), len(value["made"]), value["as_of"]) == (1, 1, "2026-11-20")


def test_the_base_has_a_line_for_each_item_and_a_broken_one_is_refused() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue("APP-2"), an_issue("APP-1"))
    lines = portfolio.base.splitlines()
    assert [line.partition(":")[0].strip() for line in lines[1:-1]] == ['"10001"', '"10002"']
    assert read_base(portfolio.base, "b")["10001"].key == "APP-1"
    for broken in ('{"version": 1}', "[]", portfolio.base[:-9], '{"version": 9, "items": {}}'):
        with pytest.raises(MapError, match="b"):
            read_base(broken, "b")


# Circles ----------------------------------------------------------------------------------------

GOALS = MAP.replace("Task: feature", "Task: feature, Goal: objective")


def a_goal(key: str, parent: str | None) -> Any:
    above = {"key": parent, "id": str(10_000 + int(parent[4:]))} if parent else None
    return an_issue(key, issuetype={"id": "7", "name": "Goal"}, parent=above)


def links_of(files: dict[str, bytes]) -> list[str]:
    """What `check` says of links that go round."""
    sources = [Source(PurePosixPath(path), data) for path, data in files.items()]
    built = build(sources, as_of=DAY, otherwise=DAY)
    return [each.message for each in built.problems if each.rule == "link-cycle"]


@pytest.mark.parametrize("parents", [("APP-1",), ("APP-2", "APP-1"), ("APP-2", "APP-3", "APP-1")])
def test_parents_in_a_circle_are_imported_and_reported_by_check(parents: tuple[str, ...]) -> None:
    portfolio = Portfolio(map=GOALS)
    goals = [a_goal(f"APP-{number}", above) for number, above in enumerate(parents, 1)]
    report = portfolio.take(*goals)
    assert (len(report.made), report.problems) == (len(parents), [])
    [problem] = links_of(portfolio.files)
    assert problem.startswith("APP-1 serves itself: APP-1")
    assert portfolio.plan(*goals, on=LATER).changes == ()
    portfolio.take(a_goal("APP-1", None), *goals[1:], on=LATER)
    assert links_of(portfolio.files) == []


def test_what_cannot_hang_on_each_other_keeps_the_key_and_is_told() -> None:
    portfolio = Portfolio()
    above = {1: "APP-2", 2: "APP-1"}
    report = portfolio.take(*(
        an_issue(f"APP-{number}", parent={"key": key, "id": str(10_000 + int(key[4:]))})
        for number, key in above.items()
    ))  # fmt: skip
    assert [each.message for each in report.notes] == [
        f"its parent {key} is no epic here: it stays in `source.parent`" for key in above.values()
    ]
    assert "parent: APP-2" in portfolio.text()
    assert links_of(portfolio.files) == ["APP-1 is above itself in jira: APP-1 -> APP-2 -> APP-1"]


def test_links_in_a_circle_are_imported_and_reported_by_check() -> None:
    portfolio = Portfolio()
    report = portfolio.take(*(
        an_issue(f"APP-{number}", issuelinks=[{
            "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            "inwardIssue": {"id": str(10_003 - number), "key": f"APP-{3 - number}"},
        }])
        for number in (1, 2)
    ))  # fmt: skip
    assert (len(report.made), report.problems) == (2, [])
    assert links_of(portfolio.files) == ["APP-1 depends on itself: APP-1 -> APP-2 -> APP-1"]


def test_a_value_that_cannot_be_read_keeps_back_no_prose_and_no_key() -> None:
    portfolio = Portfolio()
    portfolio.take(an_issue(points=5, description="Once."))
    moved = an_issue("APP-7", id="10001", points=-3, description="Now.")
    report = portfolio.take(moved, on=LATER)
    assert [each.message.partition(":")[0] for each in report.not_carried] == ["`size`"]
    text = portfolio.text()
    assert "size: 5" in text
    assert f"Now.\n\n{MARK}" in text
    assert "key: APP-7, was: [APP-1]" in text
    assert "synced_on: 2026-11-21" in text
    again = portfolio.plan(moved, on=LATER)
    assert (again.changes, len(again.report.not_carried)) == ((), 1)


def test_a_line_of_the_markdown_report_stays_one_line_and_shows_what_is_unseen() -> None:
    status = a_status("77", "New\n# Heading\x1b[2J")
    report = Portfolio().take(an_issue(status=status))
    lines = "\n".join(as_markdown(report)).split("\n")
    assert not any("\x1b" in line or line.startswith("# ") for line in lines)
    assert any("its status New\\<U+000A\\>" in line for line in lines)


# Begun here -------------------------------------------------------------------------------------

BEGUN = "fields:\n  ours: {to: id}\n"


def begun(source: str = "", map: str = MAP) -> Portfolio:
    """A portfolio with a feature of its own, which went out and is not known there yet."""
    portfolio = Portfolio(map=map.replace("fields:\n", BEGUN))
    text = f"---\ntype: feature\nid: FT-9\ntitle: Work of APP-1\n{source}---\nOur words.\n"
    portfolio.files["features/FT-9.md"] = text.encode()
    return portfolio


def test_an_item_that_began_here_gets_its_source_and_no_second_file() -> None:
    portfolio = begun()
    report = portfolio.take(an_issue(ours="ft-9"))
    assert [*portfolio.files] == ["features/FT-9.md"]
    assert [(each.id, each.message) for each in report.notes] == [
        ("FT-9", "began here, and is APP-1 there from now on")
    ]
    text = portfolio.text("features/FT-9.md")
    assert text.endswith("---\nOur words.\n")
    assert portfolio.feature("features/FT-9.md").source is not None
    assert 'source: {system: jira, id: "10001", key: APP-1,' in text
    assert "synced_on: 2026-11-20" in text
    again = portfolio.plan(an_issue(ours="ft-9"), on=LATER)
    assert (again.changes, again.report.notes) == ((), [])
    # Afterwards the number alone counts: whoever empties or changes the field moves nothing.
    later = portfolio.plan(an_issue(ours="EP-1"), on=LATER)
    assert (later.changes, later.report.notes) == ((), [])


def test_a_copy_of_an_issue_that_is_here_is_a_new_item() -> None:
    portfolio = begun()
    portfolio.take(an_issue(ours="FT-9"))
    copy = an_issue("APP-2", ours="FT-9")
    report = portfolio.take(an_issue(ours="FT-9"), copy, on=LATER)
    assert [each.path for each in report.made] == ["features/APP-2.md"]
    taken = "and content/features/FT-9.md has a source already: it is taken as new"
    assert [each.message for each in report.notes] == [f"says that it is FT-9 here, {taken}"]


def test_an_id_that_no_file_has_is_told_and_the_item_is_new() -> None:
    portfolio = begun()
    report = portfolio.take(an_issue(ours="FT-8"))
    assert [each.path for each in report.made] == ["features/APP-1.md"]
    assert [each.message for each in report.notes] == [
        "says that it is FT-8 here, and no file has that id: it is taken as new"
    ]


def test_of_two_issues_that_say_one_id_neither_is_imported() -> None:
    portfolio = begun()
    before = dict(portfolio.files)
    report = portfolio.take(an_issue(ours="FT-9"), an_issue("APP-2", ours="FT-9"))
    assert portfolio.files == before
    message = (
        "APP-1 and APP-2 say that they are FT-9 here: leave it in one of them; it was not imported"
    )
    assert [each.message for each in report.problems] == [message, message]


def test_an_item_within_another_file_has_to_get_its_own_first() -> None:
    portfolio = begun()
    portfolio.files["epics/EP-1.md"] = (
        b"---\ntype: epic\nid: EP-1\ntitle: An epic\nfeatures:\n"
        b"  - {id: FT-7, title: Within}\n---\n"
    )
    report = portfolio.take(an_issue(ours="FT-7"))
    assert report.made == []
    assert [each.message for each in report.problems] == [
        "FT-7 stands within content/epics/EP-1.md: give it a file of its own; it was not imported"
    ]


def test_a_value_that_cannot_be_read_costs_neither_source_nor_prose() -> None:
    portfolio = begun()
    portfolio.edit("Our words.\n", f"{MARK}\n", "features/FT-9.md")
    report = portfolio.take(an_issue(ours="FT-9", points=-3, description="Theirs."))
    assert [each.message.partition(":")[0] for each in report.not_carried] == ["`size`"]
    text = portfolio.text("features/FT-9.md")
    assert "key: APP-1" in text
    assert f"Theirs.\n\n{MARK}" in text
    assert "size" not in text


def test_where_no_item_has_the_field_of_ids_the_report_says_so() -> None:
    report = begun().take(an_issue())
    assert "note: no item has the field 'ours': none is found by its id here" in as_text(report)

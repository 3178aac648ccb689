"""One mistake costs what it spoils and no more, and its cure is the text that was meant."""

from datetime import date
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.check import check
from leanfolio.figures.funding.records import read_records
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.model.value_hints import readings
from leanfolio.problem import Problem
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.read.yaml import parse

AS_OF = date(2026, 10, 15)


def problems_of(**files: str) -> list[Problem]:
    """The problems of these files; `epics__EP_1` is epics/EP-1.md."""
    sources = [
        Source(
            PurePosixPath(name.replace("__", "/").replace("_", "-") + ".md"),
            f"---\n{text}\n---\nProse.\n".encode(),
        )
        for name, text in files.items()
    ]
    reading = read(sources)
    portfolio, linking = link(reading)
    return check(portfolio, AS_OF, [*reading.problems, *linking])


# Braces ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("{target: 1,500, unit: x}", "write 1500, or 1.500 if that is what is meant"),
        ("{target: 14,5}", "write 14.5, with a point"),
        ("{target: 1,500,000}", "write 1500000"),
        (
            "{note: Two shops, so far}",
            'write `note: "Two shops, so far"`; or give `so far` a value: `so far: ...`',
        ),
        ("{KR-1, KR-2}", "write [KR-1, KR-2] for a list; or `KR-1: ...` for a field"),
    ],
)
def test_a_comma_inside_braces_that_ends_a_value_is_told_with_what_was_meant(
    text: str, cure: str
) -> None:
    [fault] = parse(f"a: {text}").faults
    assert (fault.rule, fault.hint) == ("field-unknown", cure)


def test_no_figure_is_made_of_what_a_comma_left_of_a_number() -> None:
    assert parse("a: {target: 1,500}").values == {"a": {"target": None}}
    [problem] = problems_of(
        portfolio="title: P\ntype: portfolio",
        key_results__KR_1="title: K\nstart: 0\ntarget: 9\nunit: x\n"
        "check_ins: [{on: 2026-10-01, value: 4,5}]\nobjective: OBJ-1\nid: KR-1",
    )[:1]
    assert (problem.rule, problem.hint) == ("field-unknown", "write 4.5, with a point")


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 99), min_size=1))
def test_braces_with_a_value_for_each_field_are_read_as_they_are(fields: dict[str, int]) -> None:
    written = ", ".join(f"{name}: {value}" for name, value in fields.items())
    found = parse(f"x: {{{written}}}")
    assert found.values == {"x": fields}
    assert found.faults == []


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("- {note: Strike on 12 Nov: two days}", 'write `note: "Strike on 12 Nov: two days"`'),
        ("- {on: 2026-10-01, note: fix #5 now}", 'write `note: "fix #5 now"`'),
        ("- {note: 'tis fine}", 'write `note: "\'tis fine"`'),
        ("- {note: “Two: days”}", 'write `note: "“Two: days”"`'),
        ("- {title: [urgent] Move, a: b}", 'write `title: "[urgent] Move"`'),
        ("- {note: two {small} shops, a: b}", 'write `note: "two {small} shops"`'),
        ("- {a: b, note: only two:}", 'write `note: "only two:"`'),
        *(
            (f"- {{a: b, note: {mark} two, c: d}}", f'write `note: "{mark} two"`')
            for mark in ("@", "`", "%", ">", "|", "-", "?")
        ),
        ("- {note: *two* shops}", 'write `note: "*two* shops"`'),
        ("- {note: !two}", 'write `note: "!two"`'),
        ("- {a: b,\n     note: @ada}", 'write `note: "@ada"`'),
    ],
)
def test_text_inside_braces_gets_the_cure_that_it_gets_on_a_line(text: str, cure: str) -> None:
    [fault] = parse(f"x:\n  {text}\n").faults
    assert (fault.rule, fault.hint) == ("front-matter-unreadable", cure)


@pytest.mark.parametrize(
    "text",
    ["[urgent] Move the depots", "{urgent} Move the depots"]
    + [f"{mark} Move" for mark in ("@", "`", "%", "?")]
    + ["*Move* the depots", "Move: the depots", "Move:"],
)
def test_a_title_that_yaml_takes_for_something_else_is_to_be_quoted(text: str) -> None:
    [fault] = parse(f"id: EP-1\ntitle: {text}\nstate: funnel").faults
    assert fault.hint == f'write `title: "{text}"`'


@pytest.mark.parametrize("text", ["{a: 1 b: 2}", "[{a: 1}, {b: 2]", "{a: b, c: text"])
def test_a_missing_comma_or_brace_keeps_its_own_cure(text: str) -> None:
    [fault] = parse(f"x: {text}").faults
    assert "put a comma in it" in fault.hint


@pytest.mark.parametrize("text", ["x: [", "x: [a,", "x: [a, b\ny: c", "y: c\nx: ["])
def test_a_list_that_is_not_closed_is_told_where_it_opens(text: str) -> None:
    [fault] = parse(text, 1).faults
    assert fault.message.endswith("the list that opens here is not closed")
    assert text.split("\n")[fault.line - 1][fault.column - 1] == "["


@pytest.mark.parametrize("mark", "@`%")
def test_an_entry_of_a_list_that_begins_with_a_mark_of_yaml_is_to_be_quoted(mark: str) -> None:
    [fault] = parse(f"x:\n  - {mark}ada\n").faults
    assert fault.message.endswith(f"a text begins with {mark}, which YAML keeps for itself")
    assert fault.hint == "put the text in double quotes"


@pytest.mark.parametrize(
    ("text", "name", "cure"),
    [
        ("{on:2026-10-25, value: 58}", "on", "write `on: 2026-10-25`"),
        ("{on: 2026-10-25, value:58, note: Two shops}", "value", "write `value: 58`"),
        ("{value: 58, on:2026-10-25}", "on", "write `on: 2026-10-25`"),
    ],
)
def test_a_blank_missing_after_a_colon_in_braces_is_told_once(
    text: str, name: str, cure: str
) -> None:
    found = parse(f"check_ins:\n  - {text}")
    assert [(each.rule, each.hint) for each in found.faults] == [("field-unknown", cure)]
    assert found.refused == {("check_ins", 0, name)}


def test_a_comma_in_prose_before_a_word_with_a_colon_has_both_cures() -> None:
    [fault] = parse("x: {note: Two shops, ref:12}").faults
    assert fault.hint == (
        'write `note: "Two shops, ref:12"`; or leave a blank after the colon: `ref: 12`'
    )


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("title: Repairs #1", ["#1"]),
        ("title: Repairs # 1", []),
        ("title: Repairs   #one", []),
        ('title: "Repairs #1"', []),
        ("size: 5 #points", []),
        ("tags:\n  - a #b\n  - c", ["#b"]),
        ("title: C#", []),
    ],
)
def test_text_that_a_comment_cuts_is_told(text: str, cut: list[str]) -> None:
    faults = parse(text).faults
    assert [(each.rule, each.message.split("`")[1]) for each in faults] == [
        ("text-cut", each) for each in cut
    ]


def test_the_line_break_that_ends_a_block_of_text_is_no_part_of_it() -> None:
    assert parse("a: |\n  Ada\nb: >\n  one\n  two\n").values == {"a": "Ada", "b": "one two"}


# What a mistake costs --------------------------------------------------------------------------


def test_children_nested_in_a_file_that_cannot_be_read_are_not_missing() -> None:
    found = problems_of(
        portfolio="title: P\ntype: portfolio",
        objectives__OBJ_1="title: O\nkey_results:\n"
        "  - {id: KR-1, title: K, start: 0, target: 9, unit: x,\n"
        "     check_ins: [{on: 2026-10-01, value: 4, note: Two shops only: so far}]}",
        epics__EP_1="title: E\nkey_results: [KR-1]",
    )
    assert [each.rule for each in found if each.severity == "error"] == ["front-matter-unreadable"]


def test_a_number_among_ids_is_told_alone_and_the_links_hold() -> None:
    source = Source(
        PurePosixPath("epics/EP-1.md"), b"---\ntitle: E\nkey_results: [KR-1, 1.10]\n---\n"
    )
    reading = read([source])
    [problem], [epic] = reading.problems, reading.items
    assert (problem.at.column, problem.hint) == (21, 'put it in quotes: "1.10"')
    assert isinstance(epic, Epic)
    assert list(epic.key_results) == ["KR-1", "1.10"]


def test_an_unknown_type_in_the_folder_of_a_type_hides_nothing_else() -> None:
    found = problems_of(
        portfolio="title: P\ntype: portfolio",
        epics__EP_1="title: E\ntype: Core\nstatus: Draft\ndue: 31.12.2026\nauthors: [Ada]",
    )
    told = {(each.rule, each.hint) for each in found if each.severity == "error"}
    assert {rule for rule, _ in told} == {"type-unknown", "field-unknown", "value-wrong"}
    assert ("field-unknown", "write `state:`") in told
    assert ("field-unknown", "write `owner:`") in told


def test_an_id_that_cannot_be_one_hides_nothing_else() -> None:
    reading = read([Source(PurePosixPath("epics/0079_fees.md"), b"---\ntitle: E\nx: 1\n---\n")])
    assert {each.rule for each in reading.problems} == {"id-wrong", "field-unknown"}
    assert [item.id for item in reading.items] == ["0079-fees"]
    assert reading.broken == {"0079_fees"}


@pytest.mark.parametrize("name", ["CON", "aux", "nul.1", "Com1", "LPT9", "EP."])
def test_no_id_is_a_name_that_a_system_keeps(name: str) -> None:
    [problem] = read(
        [Source(PurePosixPath("epics/x.md"), f"---\nid: {name}\ntitle: E\n---\n".encode())]
    ).problems
    assert problem.rule == "id-wrong"
    assert "Windows" in problem.message


@pytest.mark.parametrize("name", ["CONSOLE", "aux-1", "COM10", "EP.1", "EP-"])
def test_what_only_begins_like_such_a_name_may_be_an_id(name: str) -> None:
    text = f"---\nid: {name}\ntitle: E\n---\n".encode()
    assert read([Source(PurePosixPath("epics/x.md"), text)]).problems == []


# Hints of fields -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("assignee: B", "write `owner:`"),
        ("labels: [a]", "write `tags:`"),
        ("due_date: 2026-12-31", "write `due:`"),
        ("dependencies: [EP-2]", "write `depends_on:`"),
        ("blocked_by: EP-2", "write `depends_on:`, a list"),
        ("description: What it is about", "write it below the front matter, as prose"),
        ("start: 2026-01-01", "take it out: the first line of `history:` says when an item began"),
        ("cadence_days: 3", "move it to a key result, or remove it"),
        ("summary: S", "take it out: `title:` is there already"),
        ("feature: TBD", "move it to a story, or remove it"),
        ("decisons: [{on: 2026-10-01, kind: gooo}]", "did you mean decisions?"),
        ("cots: TBD", "did you mean cost?"),
        ("urgncy: high", "did you mean urgency?"),
    ],
)
def test_a_field_is_proposed_only_where_its_value_fits(line: str, hint: str) -> None:
    text = f"---\ntitle: E\n{line}\n---\n".encode()
    problems = read([Source(PurePosixPath("epics/EP-1.md"), text)]).problems
    assert problems[0].hint == hint


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1.234,56", ("1234.56",)), ("12,50", ("12.50",)), ("1,234.56", ("1234.56",)),
        ("1,250", ("1250", "1.250")), ("2.500", ("2500", "2.500")), ("0,500", ("0.500",)),
        ("1 234,5", ("1234.5",)), ("1'234.50", ("1234.50",)), ("1.234.567", ("1234567",)),
        ("(100)", ("-100",)), ("100-", ("-100",)), ("1,2,3", ()), ("1.234.56", ()), ("x", ()),
    ],
)  # fmt: skip
def test_a_number_is_read_as_every_amount_that_it_may_be(text: str, meant: tuple[str, ...]) -> None:
    assert readings(text) == meant


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([".,", ",.", " ,", "'."]))
def test_an_amount_with_both_marks_has_one_reading_and_it_is_the_amount(
    whole: int, cents: int, marks: str
) -> None:
    written = f"{whole:,}".replace(",", marks[0]) + f"{marks[1]}{cents:02}"
    assert readings(written) == (f"{whole}.{cents:02}",)


# Files and addresses ---------------------------------------------------------------------------


def portfolio_of(**files: str) -> Portfolio:
    sources = [
        Source(PurePosixPath(name.replace("__", "/").replace("_", "-") + ".md"), text.encode())
        for name, text in files.items()
    ]
    return link(read(sources))[0]


def test_a_renamed_file_without_an_id_is_told_as_a_rename() -> None:
    text = "---\ntitle: Lockers\n---\nProse that stays.\n"
    earlier, now = portfolio_of(epics__EP_1=text), portfolio_of(epics__lockers=text)
    [problem] = [each for each in check(now, AS_OF, earlier=earlier) if each.rule == "item-removed"]
    assert str(problem.at.path) == "epics/lockers.md"
    assert "is now epics/lockers.md, whose id is thereby lockers" in problem.message
    assert problem.hint.startswith("write `id: EP-1` in it")


def test_another_file_in_place_of_one_that_is_gone_is_no_rename() -> None:
    earlier = portfolio_of(epics__EP_1="---\ntitle: Lockers\ncost: 5\n---\nProse.\n")
    now = portfolio_of(epics__EP_2="---\ntitle: Depots\napproved: 7\n---\nOther prose.\n")
    [problem] = [each for each in check(now, AS_OF, earlier=earlier) if each.rule == "item-removed"]
    assert problem.message == "the epic EP-1 was here, and is gone"


@pytest.mark.parametrize("name", ["README", "index"])
def test_an_item_in_a_folder_of_its_own_has_the_name_of_the_folder(name: str) -> None:
    [item] = portfolio_of(**{f"epics__EP_7__{name}": "---\ntitle: Seven\n---\n"}).items.values()
    assert item.id == "EP-7"


def test_pages_whose_addresses_differ_in_case_alone_are_told() -> None:
    now = portfolio_of(Notes="# Notes\n", notes="# More\n", Board="# Members\n")
    found = check(now, AS_OF, addresses={"board.html": "board"})
    told = {(each.rule, str(each.at.path)) for each in found if each.rule.startswith("page-")}
    assert ("page-address-taken", "notes.md") in told
    assert ("page-hides-view", "Board.md") in told


def test_two_scenarios_whose_names_differ_in_case_alone_are_told_and_one_counts() -> None:
    records = read_records(
        Source(PurePosixPath(f"scenarios/{name}"), b"title: S\n")
        for name in ("Spring.yml", "spring.yaml")
    )
    assert [each.rule for each in records.problems] == ["record-duplicate"]
    assert [each.name for each in records.alternatives] == ["Spring"]


def test_a_hash_in_a_path_is_written_23() -> None:
    now = portfolio_of(guide="# Guide\n[plan](files/plan%232.pdf) [none](files/plan%233.pdf)\n")
    assets = {PurePosixPath("files/plan#2.pdf"): 1}
    found = [each for each in check(now, AS_OF, assets=assets) if each.rule == "body-link-dead"]
    assert [each.at.column for each in found] == [28]

"""Reading: every fault of every file in one run; a wrong field costs the field, not the item."""

from datetime import date
from pathlib import PurePosixPath

import pytest

from leanfolio.model import Epic, KeyResult, Story
from leanfolio.model.period import Days, FiscalYear, NamedPeriod
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import read
from making import linked, reading, source


def rules(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


def test_the_folder_gives_the_type_and_the_file_gives_the_id() -> None:
    found = reading(Source(PurePosixPath("epics/EP-7.md"), b"# Faster boats\n"))
    item = found.items[0]
    assert isinstance(item, Epic)
    assert (item.id, item.title) == ("EP-7", "Faster boats")
    assert not found.problems


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nx\r\n", b"---\ntitle: A\n---"]
)
def test_bom_and_crlf_and_a_missing_last_line_end_are_read(data: bytes) -> None:
    found = reading(Source(PurePosixPath("epics/EP-7.md"), data))
    assert found.items[0].title == "A"
    assert not found.problems


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"---\ntitle: \xe9\n---\n", b"a\0b", b"x" * 1_100_000]
)
def test_what_is_no_text_is_a_problem_and_the_others_are_read(data: bytes) -> None:
    found = reading(
        Source(PurePosixPath("epics/EP-1.md"), data), source("epics/EP-2.md", "title: Fine")
    )
    assert rules(found.problems) == ["file-unreadable"]
    assert [item.id for item in found.items] == ["EP-2"]
    assert "EP-1" in found.broken


def test_a_wrong_field_is_told_at_its_value_and_the_rest_of_the_item_stands() -> None:
    head = "title: A\ncost: TBD\njob_size: 5\nkind: bussiness"
    found = reading(source("epics/EP-1.md", head))
    problems = sorted(found.problems)
    assert [(str(problem.at), problem.rule) for problem in problems] == [
        ("epics/EP-1.md:3:7", "value-wrong"),
        ("epics/EP-1.md:5:7", "value-wrong"),
    ]
    assert "did you mean business?" in problems[1].hint
    epic = found.items[0]
    assert isinstance(epic, Epic)
    assert epic.cost is None
    assert epic.job_size == 5
    assert not epic.lacks("cost")


def test_a_wrong_record_of_a_list_costs_that_record_alone() -> None:
    head = """
        title: A
        start: 1
        target: 2
        check_ins: [{on: 2026-10-01, value: 1}, {on: 2026-13-01, value: 1}, {on: 2026-10-03}]
        """
    found = reading(source("key-results/KR-1.md", head))
    assert rules(found.problems) == ["value-wrong", "field-missing"]
    item = found.items[0]
    assert isinstance(item, KeyResult)
    assert len(item.check_ins) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("---\ntitle: A\n---\n".encode("utf-16"), "saved as UTF-16"),
        ("---\ntitle: A\n---\n".encode("utf-16-le"), "saved as UTF-16"),
        ("---\ntitle: A\n---\n".encode("utf-32"), "saved as UTF-32"),
        (b"PK\x03\x04" + bytes(60), "a zip archive or an office document"),
        (b"%PDF-1.7\n\xff", "a PDF"),
        (
            b"---\ntitle: Caf\xe9\n---\n",
            "the byte 0xe9 after “title: Caf” is not UTF-8; in Windows",
        ),
        (b"---\ntitle: A\n---\n\x81\n", "the byte 0x81 is not UTF-8"),
    ],
)
def test_what_is_no_utf_8_is_called_what_it_is(data: bytes, said: str) -> None:
    (problem,) = reading(Source(PurePosixPath("epics/EP-1.md"), data)).problems
    assert said in problem.message


def test_a_field_that_is_unknown_and_one_that_is_missing_at_one_place_are_both_told() -> None:
    head = "title: A\ncheck_ins:\n  - dya: 2026-10-01\n    value: 1\n    valu: 2\n"
    found = reading(source("key-results/KR-1.md", head))
    told = [
        (problem.rule, problem.at.line, problem.at.column) for problem in sorted(found.problems)
    ]
    assert told == [
        ("field-missing", 4, 5), ("field-unknown", 4, 5), ("field-unknown", 6, 5),
    ]  # fmt: skip


def test_a_field_of_another_type_is_sent_there() -> None:
    (problem,) = reading(source("features/FT-1.md", "title: A\nkey_results: [KR-1]")).problems
    assert problem.message == "FT-1 has a field `key_results`, which a feature does not have"
    assert problem.hint == "move it to an objective or an epic, or remove it"


def test_an_unknown_field_is_told_at_its_name_with_the_near_one() -> None:
    found = reading(source("epics/EP-1.md", "title: A\nbusines_value: 5"))
    problem = found.problems[0]
    assert (problem.rule, problem.at.line, problem.at.column) == ("field-unknown", 3, 1)
    assert problem.hint == "did you mean business_value?"


@pytest.mark.parametrize(
    "value", ["yes", "50%", "$75,000-$120,000", "-1", "true", "1e400", "[1]", "{a: 1}", "12:30"]
)
def test_money_is_a_plain_number_that_is_not_negative(value: str) -> None:
    found = reading(source("epics/EP-1.md", f"title: A\ncost: {value}"))
    assert rules(found.problems) == ["value-wrong"]


def test_children_nested_in_front_matter_are_items_with_a_link_up() -> None:
    head = """
        title: A feature
        stories:
          - {id: ST-1, title: First, points: 3}
          - {id: ST-2, title: Second}
        """
    found = reading(source("features/FT-1.md", head))
    stories = [item for item in found.items if isinstance(item, Story)]
    assert [(story.id, story.feature) for story in stories] == [("ST-1", "FT-1"), ("ST-2", "FT-1")]
    assert stories[1].at("title").line == 5


@pytest.mark.parametrize(
    ("stories", "rule"),
    [
        ("stories: 5", "value-wrong"),
        ("stories: [5]", "value-wrong"),
        ("stories: [{title: No id}]", "field-missing"),
        ("stories: [{id: ST-1, title: A, feature: FT-2}]", "field-unknown"),
        ("stories: [{id: ST-1}]", "field-missing"),
    ],
)
def test_a_nested_child_that_is_wrong_is_told(stories: str, rule: str) -> None:
    assert rules(reading(source("features/FT-1.md", f"title: A\n{stories}")).problems) == [rule]


@pytest.mark.parametrize("id", ["a b", "EP_1", "../x", "-x", "é", "a" * 65])
def test_an_id_that_cannot_be_an_address_is_refused(id: str) -> None:
    assert rules(reading(source("epics/EP-1.md", f"id: {id!r}\ntitle: A")).problems) == ["id-wrong"]


def test_a_type_that_nobody_knows_is_a_problem_and_never_prose() -> None:
    found = reading(source("notes/x.md", "type: epik\ntitle: A"))
    assert rules(found.problems) == ["type-unknown"]
    assert found.problems[0].hint == "did you mean epic?"
    assert not found.pages


def test_a_file_without_a_type_is_a_prose_page() -> None:
    found = reading(source("notes/how.md", "title: How", "Text\n"))
    assert [page.title for page in found.pages] == ["How"]


def test_links_to_an_item_that_could_not_be_read_are_not_told_again() -> None:
    _, problems = linked(
        {"key-results/KR-9.md": "title: [", "epics/EP-1.md": "title: A\nkey_results: [KR-9]"}
    )
    assert rules(problems) == ["front-matter-unreadable"]


def test_every_file_is_told_of_in_one_run() -> None:
    files = [source(f"epics/EP-{n}.md", "title: A\ncost: x") for n in range(20)]
    assert len(read(files).problems) == 20


def test_a_quoted_value_does_not_part_a_message_from_its_cure() -> None:
    found = reading(source("epics/EP-1.md", 'title: A\ncost: "12; or more"\ndue: "May; or so"'))
    said = sorted((problem.message, problem.hint) for problem in found.problems)
    assert [message for message, _ in said] == [
        "EP-1 has `cost` '12; or more', which is not a number",
        "EP-1 has `due` 'May; or so', which is not a date",
    ]
    assert all(hint.startswith("write ") for _, hint in said)


def test_fields_without_a_value_are_told_one_by_one_whatever_their_type() -> None:
    found = reading(source("teams/T-9.md", "title: Nine\nmvp:\ncost:\nhypothesis:"))
    assert [item.id for item in found.items] == ["T-9"]
    found = reading(
        source("teams/T-9.md", "title: Nine\nfeatures: [{id: FT-1, title: A}]\ncost: 5")
    )
    assert [problem.message for problem in found.problems] == [
        "T-9 lies in teams/, and has `features` and `cost` as an epic has"
    ]


@pytest.mark.parametrize(
    ("path", "field", "message", "hint"),
    [
        ("portfolio.md", "currency: eur", "is not the code of a currency", "write EUR"),
        ("portfolio.md", "currency: Euros", "is not the code of a currency", "such as EUR"),
        ("portfolio.md", "states: []", "that is empty", "write at least one"),
        ("epics/EP-1.md", "owner: true", "is not text", 'put it in quotes: "true"'),
        ("epics/EP-1.md", "owner: 12", "is not text", 'put it in quotes: "12"'),
        ("epics/EP-1.md", "owner: [a, b]", "is not text", "write one text: a, b"),
        ("epics/EP-1.md", "owner: {a: b}", "is not text", "write plain text"),
        ("epics/EP-1.md", "owner: ''", "that is empty", "leave the field out"),
        ("epics/EP-1.md", "job_size: -1", "is less than 0", "write 0 or more"),
        ("epics/EP-1.md", "job_size: [1]", "a list, which is not a number", "digits alone"),
        ("epics/EP-1.md", "mvp: cheap", "is not a set of fields", "write {cost: ..., test: ..."),
        ("epics/EP-1.md", "links: [a]", "is not a set of fields", "write {title: ..., url: ...}"),
        ("epics/EP-1.md", "links: x", "is not a list", "write one `- {title: ..., url: ...}`"),
        ("objectives/OBJ-1.md", "period: [1]", "a list, which is not a period", "write 2026, "),
        ("objectives/OBJ-1.md", "period: {}", "neither a start nor an end", "write both"),
        ("objectives/OBJ-1.md", "period: {start: 2026-01-01}", "a start and no end", "write both"),
        ("objectives/OBJ-1.md", "period: {end: 2026-01-01}", "an end and no start", "write both"),
        (
            "objectives/OBJ-1.md",
            "period: {start: 2026-02-01, end: 2026-01-01}",
            "it ends on 2026-01-01, before it starts on 2026-02-01",
            "correct one of the two days",
        ),
    ],
)
def test_a_wrong_value_says_what_it_is_and_what_to_write(
    path: str, field: str, message: str, hint: str
) -> None:
    kind = "type: portfolio\n" if path == "portfolio.md" else ""
    (problem,) = reading(source(path, f"{kind}title: A\n{field}")).problems
    assert problem.rule == "value-wrong"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(name: str, first: date, last: date) -> None:
    assert NamedPeriod(name=name).days() == Days(first, last)


@pytest.mark.parametrize("name", ["PI-1", "0000", "9999", "2026-13", "2026-00", "2026-Q5"])
def test_a_name_that_is_no_part_of_a_calendar_is_no_period_of_days(name: str) -> None:
    assert NamedPeriod(name=name).days() is None


def test_a_fiscal_year_bears_the_number_of_the_year_in_which_it_begins() -> None:
    first_half = NamedPeriod(name="2026-H1").days(FiscalYear(10, 1))
    assert first_half == Days(date(2026, 10, 1), date(2027, 3, 31))
    from_the_last_of_january = NamedPeriod(name="2026-Q1").days(FiscalYear(1, 31))
    assert from_the_last_of_january == Days(date(2026, 1, 31), date(2026, 4, 29))


def test_a_fiscal_year_may_bear_the_number_of_the_year_in_which_it_ends() -> None:
    federal = FiscalYear(10, 1, named_by_end=True)
    assert NamedPeriod(name="2026").days(federal) == Days(date(2025, 10, 1), date(2026, 9, 30))
    assert NamedPeriod(name="2026-Q2").days(federal) == Days(date(2026, 1, 1), date(2026, 3, 31))
    assert NamedPeriod(name="2026-10").days(federal) == Days(date(2026, 10, 1), date(2026, 10, 31))
    assert NamedPeriod(name="2026").days(FiscalYear(1, 1, named_by_end=True)) == Days(
        date(2026, 1, 1), date(2026, 12, 31)
    )


def test_a_period_of_two_days_is_those_days() -> None:
    period = NamedPeriod(start=date(2026, 3, 2), end=date(2026, 3, 6))
    days = period.days()
    assert days == Days(date(2026, 3, 2), date(2026, 3, 6))
    assert str(period) == "2026-03-02 to 2026-03-06"
    assert days is not None
    assert days.overlaps(Days(date(2026, 3, 6), date(2026, 3, 9)))
    assert not days.overlaps(Days(date(2026, 3, 7), date(2026, 3, 9)))

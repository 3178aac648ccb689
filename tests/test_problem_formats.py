"""Problems as terminals, editors and CI systems read them, also when the content is hostile."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from leanfolio.check import RULES, summaries_of
from leanfolio.output.problems import FORMS, as_text, render
from leanfolio.output.visible import visible
from leanfolio.problem import Place, Problem, Related, Severity

SOURCE = b"---\nid: EP-1\nstate: imlpemented   # a slip\nowner: R. Ahmed\n---\n"
PATH = PurePosixPath("epics/EP-1.md")
ESC = "\x1b"
HOSTILE = (
    "\x1b[2Jgone",
    "line\n::error file=a.md::forged",
    "100%\r\n::set-output name=x::y",
    "\u202egnp.exe",
    "a,line=9,file=b.md::c",
    "]]></failure><script>",
    "\"&<>'",
    "\x00\x08\x7f\x9b\ufeff\u2028\ufffe",
    "[link](javascript:x) {0}",
    "@team </details>",
)


def a_problem(
    message: str = "EP-1 has state imlpemented, which is no column of the board",
    *,
    rule: str = "state-unknown",
    severity: Severity = "error",
    line: int = 3,
    column: int = 8,
    length: int = 11,
    path: PurePosixPath = PATH,
    hint: str = "did you mean implementing?",
    related: tuple[Related, ...] = (),
) -> Problem:
    """A problem that is right in every way; a test names only what it changes."""
    return Problem(Place(path, line, column, length), rule, message, hint, severity, related)


def rendered(form: str, *problems: Problem, colour: bool = False, source: bytes = SOURCE) -> str:
    texts = {str(problem.at.path): source for problem in problems}
    as_of = date(2026, 10, 15)
    return render(
        form,
        problems,
        texts,
        prefix="content/",
        as_of=as_of,
        colour=colour,
        laws=summaries_of(problems),
    )  # fmt: skip


def parsed(form: str, *problems: Problem) -> Any:
    return json.loads(rendered(form, *problems))


# Text ----------------------------------------------------------------------------------------


def test_a_problem_is_shown_with_its_line_a_caret_and_what_to_do() -> None:
    related = (Related(Place(PATH, 2, 5, 4), "the item is here"),)
    assert rendered("text", a_problem(related=related)) == (
        "content/epics/EP-1.md:3:8: state-unknown:"
        " EP-1 has state imlpemented, which is no column of the board\n"
        "3 | state: imlpemented   # a slip\n"
        "  |        ^^^^^^^^^^^ error\n"
        "  see content/epics/EP-1.md:2:5: the item is here\n"
        "      2 | id: EP-1\n"
        "  hint: did you mean implementing?\n"
        "\n"
        "1 error   state-unknown  Every state that an item names is a column of its board.\n"
        "1 error in 1 file\n"
    )


def test_the_summary_counts_errors_before_warnings_and_many_before_few() -> None:
    problems = [
        a_problem(rule="orphan", severity="warning"),
        a_problem(rule="wip-exceeded", severity="warning"),
        a_problem(rule="wip-exceeded", severity="warning", path=PurePosixPath("epics/EP-2.md")),
        a_problem(),
    ]
    last = rendered("text", *problems).rstrip().split("\n")[-4:]
    assert [line.split()[:3] for line in last[:3]] == [
        ["1", "error", "state-unknown"],
        ["2", "warning", "wip-exceeded"],
        ["1", "warning", "orphan"],
    ]
    assert last[3] == "1 error and 3 warnings in 2 files"


def test_what_could_not_be_read_is_to_be_fixed_first() -> None:
    unread = [
        a_problem(rule="front-matter-unreadable", path=PurePosixPath(f"epics/EP-{n}.md"))
        for n in (1, 1, 2)
    ]
    last = rendered("text", a_problem(rule="orphan"), *unread).rstrip().split("\n")[-1]
    assert last.startswith("fix first")
    assert last.endswith(": content/epics/EP-1.md, content/epics/EP-2.md")
    many = [replace(unread[0], at=Place(PurePosixPath(f"{n}.md"))) for n in range(12)]
    assert rendered("text", *many).endswith("content/7.md and 4 more\n")


def test_a_run_without_errors_says_so() -> None:
    warned = rendered("text", a_problem(severity="warning"))
    assert warned.endswith("\nno errors, 1 warning in 1 file\n")


def test_without_problems_it_says_so() -> None:
    assert rendered("text") == "no problems\n"


def test_what_was_left_out_is_counted_where_nothing_else_is_printed() -> None:
    warning, error = a_problem(severity="warning"), a_problem()
    for left_out, said in (
        ([warning], "no errors; not shown: 1 warning\n"),
        ([warning, warning], "no errors; not shown: 2 warnings\n"),
        ([error], "nothing of what was asked for; not shown: 1 error\n"),
        ([error, warning], "nothing of what was asked for; not shown: 1 error and 1 warning\n"),
    ):
        assert render("text", (), {}, left_out=left_out) == said


def test_colour_is_there_when_it_is_asked_for_and_only_then() -> None:
    assert ESC in rendered("text", a_problem(), colour=True)
    assert ESC not in rendered("text", a_problem())


def test_a_place_beyond_the_file_has_no_source_line() -> None:
    text = rendered(
        "text", a_problem(line=99), a_problem(path=PurePosixPath("gone.md")), source=b""
    )
    assert "^" not in text
    assert text.count("hint:") == 2


def test_the_caret_stands_under_the_field_whatever_stands_before_it() -> None:
    source = "\ttitle: 表題 e\u0301 \u202e x\n".encode()
    column = source.decode().index("x") + 1
    text = rendered("text", a_problem(line=1, column=column, length=1), source=source)
    line, caret = text.split("\n")[1:3]
    assert line == "1 |     title: 表題 e\u0301 <U+202E> x"
    assert caret.index("^") == line.index("x") + 2 - 1  # two wide characters, one of no width


def test_of_a_very_long_line_the_part_around_the_field_is_shown() -> None:
    source = b"tags: [" + b"a, " * 2000 + b"BAD" + b", b" * 2000 + b"]\n"
    column = source.index(b"BAD") + 1
    line, caret = rendered("text", a_problem(line=1, column=column, length=3), source=source).split(
        "\n"
    )[1:3]
    assert len(line) < 200
    assert line[caret.index("^") : caret.rindex("^") + 1] == "BAD"


def test_line_ends_of_any_kind_are_counted_as_the_reader_counts_them() -> None:
    source = b"---\rid: EP-1\r\nstate: x\x0b\x0c\n"
    assert "3 | state: x<U+000B><U+000C>" in rendered("text", a_problem(), source=source)


def test_a_file_in_another_encoding_is_shown_as_far_as_it_can_be() -> None:
    assert "3 | state: f\ufffdr" in rendered(
        "text", a_problem(), source="\n\nstate: für".encode("latin-1")
    )


def test_the_prefix_may_be_left_out() -> None:
    assert as_text([a_problem()], {}).startswith("epics/EP-1.md:3:8: state-unknown: ")


# JSON and GitLab -----------------------------------------------------------------------------


def test_json_keeps_the_contract() -> None:
    related = (Related(Place(PATH, 2, 5, 4), "the item is here"),)
    found = parsed("json", a_problem(related=related), a_problem(severity="warning"))
    assert found["as_of"] == "2026-10-15"
    assert found["leanfolio"]
    assert found["counts"] == {"error": 1, "warning": 1}
    assert found["problems"][0] == {
        "rule": "state-unknown",
        "severity": "error",
        "file": "content/epics/EP-1.md",
        "line": 3,
        "column": 8,
        "length": 11,
        "message": "EP-1 has state imlpemented, which is no column of the board",
        "hint": "did you mean implementing?",
        "related": [
            {"file": "content/epics/EP-1.md", "line": 2, "column": 5, "note": "the item is here"}
        ],
    }


def test_gitlab_gets_its_five_fields_and_fingerprints_that_outlive_moved_lines() -> None:
    first, twin, moved = (parsed("gitlab", *each) for each in (
        [a_problem(), a_problem(severity="warning", rule="orphan")],
        [a_problem(), a_problem()],
        [a_problem(line=30)],
    ))  # fmt: skip
    assert set(first[0]) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert [each["severity"] for each in first] == ["major", "minor"]
    assert first[0]["location"] == {"path": "content/epics/EP-1.md", "lines": {"begin": 3}}
    assert moved[0]["fingerprint"] == first[0]["fingerprint"] == twin[0]["fingerprint"]
    assert twin[0]["fingerprint"] != twin[1]["fingerprint"]


# GitHub --------------------------------------------------------------------------------------


def test_github_gets_one_command_a_line_errors_first() -> None:
    lines = rendered("github", a_problem(severity="warning"), a_problem()).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning"]
    assert lines[0] == (
        "::error file=content/epics/EP-1.md,line=3,endLine=3,col=8,endColumn=19,"
        "title=state-unknown::EP-1 has state imlpemented, which is no column of the board"
        "%0Ahint: did you mean implementing?"
    )


@given(
    st.text(), st.text(), st.text(min_size=1).filter(lambda name: "/" not in name and name != ".")
)
def test_no_content_can_forge_an_annotation(message: str, hint: str, name: str) -> None:
    text = rendered("github", a_problem(message, hint=hint, path=PurePosixPath(f"a/{name}")))
    assert text.count("\n") == 1
    assert "\r" not in text
    properties, _, said = text[2:].partition("::")
    assert re.fullmatch(
        r"error file=[^,:]*,line=3,endLine=3,col=8,endColumn=19,title=[a-z-]+", properties
    )
    assert said.startswith(visible(message).replace("%", "%25"))


# Azure Pipelines -----------------------------------------------------------------------------


def test_azure_gets_one_command_a_line_errors_first() -> None:
    lines = rendered("azure", a_problem(severity="warning"), a_problem()).splitlines()
    assert lines[0] == (
        "##vso[task.logissue type=error;sourcepath=content/epics/EP-1.md;linenumber=3;"
        "columnnumber=8;code=state-unknown;]EP-1 has state imlpemented, which is no column of the"
        " board; hint: did you mean implementing?"
    )
    assert lines[1].startswith("##vso[task.logissue type=warning;")


@given(
    st.text(), st.text(), st.text(min_size=1).filter(lambda name: "/" not in name and name != ".")
)
def test_no_content_can_forge_a_logging_command(message: str, hint: str, name: str) -> None:
    text = rendered("azure", a_problem(message, hint=hint, path=PurePosixPath(f"a/{name}")))
    assert text.count("\n") == 1
    assert "\r" not in text
    assert text.startswith("##vso[")
    properties, _, said = text.removeprefix("##vso[").partition("]")
    assert re.fullmatch(
        r"task\.logissue type=error;sourcepath=[^;]*;linenumber=3;columnnumber=8;code=[a-z-]+;",
        properties,
    )
    assert said.startswith(visible(message).replace("%", "%AZP25"))


# SARIF ---------------------------------------------------------------------------------------


def test_sarif_has_the_rules_and_points_at_the_field() -> None:
    log = parsed("sarif", a_problem(path=PurePosixPath("epics/a b%#.md")))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    result = run["results"][0]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "state-unknown"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 8, "endColumn": 19}
    assert unquote(place["artifactLocation"]["uri"]) == "content/epics/a b%#.md"
    assert re.fullmatch(r"[\w/.%-]+", place["artifactLocation"]["uri"])


def test_sarif_keeps_the_most_severe_and_says_what_it_leaves_out() -> None:
    many = [a_problem(f"w{n}", severity="warning", line=n + 1) for n in range(25_000)]
    log = parsed("sarif", *many, a_problem("the error"))
    run = log["runs"][0]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["message"]["text"].startswith("the error")
    note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert "25,001 problems were found" in note
    assert "1 are not in this log" in note
    assert "invocations" not in parsed("sarif", a_problem())["runs"][0]


def test_brackets_and_braces_make_no_links_in_sarif() -> None:
    text = parsed("sarif", a_problem("see [this](http://x) {0}"))["runs"][0]["results"][0][
        "message"
    ]
    assert text["text"].split("\n")[0] == r"see \[this\](http://x) {{0}}"


# JUnit ---------------------------------------------------------------------------------------


def test_junit_has_a_test_for_each_rule_and_each_problem() -> None:
    text = rendered("junit", a_problem(), a_problem(severity="warning", rule="orphan"))
    suites = etree.fromstring(text.encode())
    assert suites.get("tests") == str(len(suites.findall(".//testcase"))) == str(len(RULES))
    assert (suites.get("failures"), suites.get("skipped")) == ("1", "1")
    case = suites.find(".//testcase[failure]")
    assert case is not None
    assert case.get("classname") == "leanfolio.states"
    assert case.get("file") == "content/epics/EP-1.md"
    assert (case.findtext("failure") or "").endswith("hint: did you mean implementing?")


# All of them ---------------------------------------------------------------------------------


def hostile() -> Iterator[Problem]:
    for text in HOSTILE:
        place = Place(PurePosixPath(f"epics/{text.replace('/', '')}.md"), 1, 1, 3)
        yield Problem(place, "state-unknown", text, text, "error", (Related(place, text),))


@pytest.mark.parametrize("form", FORMS)
def test_no_content_reaches_a_terminal_raw(form: str) -> None:
    source = "".join(HOSTILE).encode()
    text = rendered(form, *hostile(), source=source)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]", text)
    text.encode()


@pytest.mark.parametrize("form", FORMS)
@given(message=st.text(), source=st.binary())
def test_every_form_holds_whatever_is_written(form: str, message: str, source: bytes) -> None:
    text = rendered(form, a_problem(message, length=99), source=source)
    if form == "junit":
        etree.fromstring(text.encode())
    elif form in ("json", "gitlab", "sarif"):
        json.loads(text)
    text.encode()


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_report_is_a_whole_one(form: str) -> None:
    assert rendered(form) == rendered(form)


def test_another_form_is_a_bug_of_ours() -> None:
    with pytest.raises(KeyError):
        rendered("yaml")


def test_what_is_seen_stays_as_it_is() -> None:
    assert visible("می‌خواهم שלום 👩‍💻 café") == "می‌خواهم שלום 👩‍💻 café"
    assert visible("a\x1b[0m\u202eb") == "a<U+001B>[0m<U+202E>b"

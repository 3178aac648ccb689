"""Every rule is told in a case file, and says what its stories say: no more, and no less."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import pytest
from msgspec.structs import replace

from cases import FOLDER, Story, stories
from leanfolio.check import RULES, Rule, baseline_of, beyond, check, explain
from leanfolio.disk.translations import read_translations
from leanfolio.model.source import Source
from leanfolio.problem import Place, Problem
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.wording import Listing, Message, Part, Series, Told
from leanfolio.wording.language import catalogue
from making import built

STORIES = stories()
FAILING = [story for story in STORIES if not story.passes]
AS_OF = date(2026, 10, 15)
LETTERS = re.compile(r"[a-z]{3}(?![^{]*\})")  # outside of the parts in braces
GERMAN = catalogue(read_translations("de"))


def texts_of(story: Story) -> Iterator[str]:
    """What a site may print of a story; what cannot be read stops it, and is said in English."""
    for problem in story.problems():
        rule = RULES[problem.rule]
        if rule.name != "view-unreadable" and (
            rule.family != "reading" or rule.severity == "warning"
        ):
            yield from (problem.message, problem.hint)


def is_whole(text: Part) -> bool:
    """Whether a text, and every sentence that is a part of it, can be said in German."""
    match text:
        case Told():
            return is_whole(text.said)
        case Message():
            words = (
                GERMAN.gettext(text.msgid)
                if text.many is None
                else GERMAN.ngettext(text.msgid, text.many, text.count)
            )
            known = text.context is not None or words != text.msgid or not LETTERS.search(words)
            return known and all(is_whole(part) for _, part in text.parts if not is_text(part))
        case Listing() | Series():
            return all(is_whole(part) for part in text.parts if not is_text(part))
    return not isinstance(text, str)


def is_text(part: Part) -> bool:
    """Whether a part is an id, a name or a value, and no sentence."""
    return isinstance(part, str) and not isinstance(part, Told)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.rule}: {story.title}")
def test_a_story_has_the_problems_that_its_comments_tell(story: Story) -> None:
    said = "\n".join(
        f"{problem.at}: {problem.rule}: {problem.message}" for problem in story.problems()
    )
    assert story.found() == story.expected, said
    assert [text for text in texts_of(story) if not is_whole(text)] == [], "not all in German"


@pytest.mark.parametrize(
    "story", [each for each in STORIES if each.words], ids=lambda each: f"{each.rule}: {each.title}"
)
def test_a_story_is_told_in_the_words_that_it_quotes(story: Story) -> None:
    said = [text for problem in story.problems() for text in (problem.message, problem.hint)]
    assert [word for word in story.words if word not in said] == [], said


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_told_once_failing_and_once_passing(name: str) -> None:
    own = [story for story in STORIES if story.rule == name]
    assert any(rule == name for story in own for _, _, rule in story.expected)
    assert any(story.passes and not story.expected for story in own)


def test_every_case_file_is_of_a_rule() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_has_a_law_a_reason_and_a_cure(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z`].*\.", rule.summary), "the rule is one sentence"
    assert len(rule.why) > 40
    assert re.fullmatch(r"[a-z`].*\.", rule.fix), "the fix is an order"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


def test_no_two_rules_say_the_same() -> None:
    assert len({rule.summary for rule in RULES.values()}) == len(RULES) >= 60


@pytest.mark.parametrize("story", FAILING, ids=lambda story: f"{story.rule}: {story.title}")
def test_messages_are_whole_and_say_what_to_do(story: Story) -> None:
    for problem in story.problems():
        assert problem.rule in RULES
        assert problem.severity in ("error", "warning")
        assert not problem.message.endswith(".")
        assert "None" not in problem.message + problem.hint
        assert problem.hint
        assert problem.at.line >= 1
        assert problem.at.column >= 1


def test_the_order_of_the_files_does_not_matter() -> None:
    for story in FAILING:
        assert story.problems() == story.problems(backwards=True)


def test_problems_stand_in_reading_order() -> None:
    for story in FAILING:
        places = [
            (problem.at.path, problem.at.line, problem.at.column) for problem in story.problems()
        ]
        assert places == sorted(places)


def test_turning_a_rule_off_removes_its_problems_and_no_others() -> None:
    for story in FAILING:
        if not RULES[story.rule].optional or story.rule == "rule-unknown":
            continue
        left = story.problems(rules={story.rule: "off"})
        assert left == [problem for problem in story.problems() if problem.rule != story.rule]


def test_a_portfolio_sets_the_severity_of_a_rule() -> None:
    for story in FAILING:
        if story.rule not in {rule for _, _, rule in story.expected} - {"rule-unknown"}:
            continue
        for severity in ("error", "warning"):
            found = story.problems(rules={story.rule: severity})
            assert {each.severity for each in found if each.rule == story.rule} == {severity}


def test_a_rule_of_reading_cannot_be_turned_off() -> None:
    story = next(each for each in FAILING if each.rule == "value-wrong")
    found = {
        problem.rule: problem.severity for problem in story.problems(rules={"value-wrong": "off"})
    }
    assert found == {"value-wrong": "error", "rule-unknown": "error"}


def test_what_is_refused_in_words_is_explained_in_words() -> None:
    said = explain("wip-exceeded")
    assert said is not None
    assert said.startswith("wip-exceeded (warning, limits)\n\nA column holds no more items")
    assert "Fix: finish or move back" in said
    assert explain("wip-exceded") is None


def test_a_portfolio_with_nothing_in_it_has_nothing_to_check() -> None:
    portfolio, problems = link(read([]))
    assert [each.rule for each in check(portfolio, AS_OF, problems)] == ["portfolio-missing"]


def test_no_line_of_a_story_can_be_left_out_so_that_a_check_falls_over() -> None:
    for story in FAILING:
        whole = story.sources
        for number, source in enumerate(whole):
            lines = source.data.split(b"\n")
            for gap in range(number % 5, len(lines), 5):  # a fifth of all, for the sake of time
                data = b"\n".join(lines[:gap] + lines[gap + 1 :])
                rest = [*whole[:number], Source(source.path, data), *whole[number + 1 :]]
                reading = read(rest)
                portfolio, faults = link(reading)
                check(portfolio, story.as_of, [*reading.problems, *faults])


# A baseline ----------------------------------------------------------------------------------


def a_problem(message: str = "EP-1 is the 4th epic in mvp", *, line: int = 5) -> Problem:
    return Problem(Place(PurePosixPath("epics/EP-1.md"), line), "wip-exceeded", message, "wait")


def test_a_known_fault_is_known_wherever_it_moved_and_however_old_it_is() -> None:
    text = baseline_of([a_problem("KR-1 was measured 41 days ago, on 2026-10-01")])
    found = beyond([a_problem("KR-1 was measured 1,042 days ago, on 2026-10-02", line=9)], text)
    assert (found.new, len(found.known), found.gone) == ([], 1, [])


def test_ids_are_no_figures() -> None:
    text = baseline_of([a_problem("EP-1 is the 4th epic in mvp")])
    found = beyond([a_problem("EP-2 is the 5th epic in mvp")], text)
    assert len(found.new) == 1
    assert found.gone == ["epics/EP-1.md: wip-exceeded: EP-1 is the # epic in mvp"]


def test_of_two_alike_with_one_known_the_second_is_new() -> None:
    problem = a_problem()
    found = beyond(
        [problem, replace(problem, at=Place(problem.at.path, 9))], baseline_of([problem])
    )
    assert [each.at.line for each in found.new] == [9]
    assert [each.at.line for each in found.known] == [5]


def test_a_baseline_is_one_line_a_fault_whatever_its_message_holds() -> None:
    text = baseline_of([a_problem("one\ntwo\u2028three\x1b[31m"), a_problem()])
    assert len([line for line in text.splitlines() if not line.startswith("#")]) == 2
    assert beyond([a_problem("one\ntwo\u2028three\x1b[31m")], text).new == []


def test_a_misspelt_column_is_shown_with_the_lines_that_name_what_was_meant() -> None:
    board = "states: [{name: reday, category: waiting}, {name: done, category: done}]"
    whole = built(
        {
            "portfolio.md": f"type: portfolio\ntitle: A\ncurrency: EUR\n{board}",
            "epics/EP-1.md": "title: A\nstate: ready",
            "epics/EP-2.md": "title: B\nstate: done\nhistory:\n"
            "  - {state: ready, on: 2026-09-01}\n  - {state: done, on: 2026-09-10}",
        }
    )
    [told] = [problem for problem in whole.problems if problem.rule == "state-unknown"]
    assert [str(each.at) for each in told.related] == ["epics/EP-1.md:3:8", "epics/EP-2.md:5:13"]


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        ("key-result-unmoved", {"epics/EP-1.md": "title: A"}),
        ("theme-unserved", {"themes/TH-2.md": "title: B\nowner: A"}),
        ("epic-without-features", {
            "epics/EP-2.md": "title: B\nstate: mvp",
            "features/FT-1.md": "title: C\nepic: EP-1",
        }),
    ],
)  # fmt: skip
def test_that_nobody_does_it_is_not_said_while_an_item_cannot_be_read(
    rule: str, files: dict[str, str]
) -> None:
    assert rule in {problem.rule for problem in built(files).problems}
    broken = {**files, "epics/EP-7.md": "title: [D"}
    assert rule not in {problem.rule for problem in built(broken).problems}


def test_the_last_day_of_the_calendar_is_a_day_too() -> None:
    assert built(as_of=date.max).as_of == date.max

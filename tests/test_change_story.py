"""The story of a change: the order of its lines, what is always told, and what each says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from pydantic import BaseModel

from leanfolio.figures.change.commits import ChangeCommits
from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.revision import Revision
from leanfolio.figures.facts import Facts
from leanfolio.figures.history.versions import Version
from leanfolio.model import TYPES
from leanfolio.model.source import Commit, Source
from leanfolio.pipeline import build
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.views.change import ChangeStory, tell_story
from leanfolio.views.change.field_names import FIELD_NAMES, field_name
from leanfolio.views.change_story import MOST, ChangeLine, told_first
from leanfolio.views.ref import Ref
from making import SMALL, TODAY, built, source
from odd_portfolios import odd_portfolios
from test_claims import messages

Files = Mapping[str, str]
EPIC = SMALL["epics/EP-1.md"]
GOALS = SMALL["objectives/OBJ-1.md"]
BEFORE = Revision("one", Commit("a" * 40, 1_790_000_000), date(2026, 9, 21))
AFTER = Revision("two", Commit("b" * 40, 1_795_000_000), date(2026, 11, 18))
HEADS = {
    "decision": "{n:spelled} decision is newly needed or due",
    "promise": "{n:spelled} promise moved",
    "money": "{n:spelled} amount moved", "line": "{n:spelled} epic crossed the cut line",
    "came-and-went": "{n:spelled} item entered or left",
    "state": "{n:spelled} epic changed its state",
}  # fmt: skip
ORDER = ("decision", "promise", "money", "line", "came-and-went", "state", "unreadable", "count")


def story(before: Files, after: Files, since: date = BEFORE.day) -> ChangeStory:
    """The story between two variants of the small portfolio."""
    one, other = built(before), built(after)
    comparison = Comparison(one.facts, other.facts)
    first = Revision("one", BEFORE.commit, since)
    return tell_story(comparison, first, AFTER, (one.problems, other.problems))


def texts(told: ChangeStory) -> list[str]:
    return [str(line.text) for line in (*told.lines, *told.folded)]


def epic(*more: str, **changed: str) -> Files:
    """The small portfolio's epic with words replaced and lines added."""
    text = EPIC
    for old, new in changed.items():
        text = text.replace(old, new)
    return {"epics/EP-1.md": text + "".join(f"\n        {line}" for line in more)}


def test_no_change_is_told_as_none() -> None:
    told = story({}, {})
    assert told.is_empty
    assert str(told.finding) == "Nothing changed"
    compared = "From one (aaaaaaaa of 2026-09-21) to two (bbbbbbbb of 2026-11-18)."
    assert str(told.summary) == f"{compared} The figures of both stand at 2026-11-20."
    same_day = Comparison(built({}).facts, built({}, as_of=AFTER.day).facts)
    assert str(tell_story(same_day, BEFORE, AFTER).summary) == compared


def test_a_re_baseline_is_a_promise_that_moved() -> None:
    told = story({}, {"objectives/OBJ-1.md": GOALS.replace("target: 60", "target: 55")})
    assert texts(told) == ["The target of KR-1 “A measure” moved from 60 to 55"]
    assert told.lines[0].always
    assert (
        str(told.finding) == "One promise moved and one problem is new" or told.new_problems == ()
    )


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("due: 2027-01-01", "due: 2027-01-31",
         "The due date of EP-1 “An epic” moved from 2027-01-01 to 2027-01-31, 30 days later"),
        ("due: 2027-01-02", "due: 2027-01-01",
         "The due date of EP-1 “An epic” moved from 2027-01-02 to 2027-01-01, 1 day earlier"),
        ("due: 2027-01-02", "horizon: 1",
         "The due date of EP-1 “An epic” is no longer stated; it was 2027-01-02"),
        ("horizon: 1", "due: 2027-01-02",
         "The due date of EP-1 “An epic” is 2027-01-02 now; none was stated"),
        ("approved: 100", "approved: 250",
         "EP-1 “An epic”: approved from EUR 100 to EUR 250 (+EUR 150)"),
        ("approved: 250", "approved: 100.50",
         "EP-1 “An epic”: approved from EUR 250 to EUR 100.5 (−EUR 149.5)"),
        ("state: funnel", "state: analyzing", "EP-1 “An epic” moved from funnel to analyzing"),
        ("owner: A", "owner: Bo", "EP-1 “An epic”: owner from A to Bo"),
        ("job_size: 8", "job_size: 5", "EP-1 “An epic”: job size from 8 to 5"),
        ("tags: [x]", "waivers: [{rule: orphan, reason: R, approver: B, until: 2026-12-31}]",
         "EP-1 “An epic”: orphan is waived until 2026-12-31"),
        ("tags: [x]", "decisions: [{on: 2026-11-02, kind: no-go, by: B}]",
         "EP-1 “An epic”: no-go was decided on 2026-11-02"),
        ("decisions: [{on: 2026-11-02, kind: go, by: B}]",
         "decisions: [{on: 2026-11-03, kind: go}, {on: 2026-11-04, kind: stop}]",
         "EP-1 “An epic”: go was decided on 2026-11-03; stop was decided on 2026-11-04"),
        ("updates: [{on: 2026-11-01, health: on-track}]",
         "updates: [{on: 2026-11-01, health: on-track}, {on: 2026-11-02, health: off-track}]",
         "EP-1 “An epic”: said to be off track on 2026-11-02"),
        ("tags: [x]", "blocked: [{from: 2026-11-02, why: Grid}]",
         "EP-1 “An epic”: blocked since 2026-11-02: Grid"),
        ("blocked: [{from: 2026-11-02, why: Grid}]",
         "blocked: [{from: 2026-11-02, until: 2026-11-05, why: Grid}]",
         "EP-1 “An epic”: no longer blocked since 2026-11-05"),
    ],
)  # fmt: skip
def test_each_change_says_what_from_and_to(old: str, new: str, text: str) -> None:
    there = old in EPIC
    before: Files = {} if there else epic(old)
    after = epic(**{old: new}) if there else epic(new)
    assert text in texts(story(before, after))


def test_what_came_and_went_says_where_it_was() -> None:
    other = {"epics/EP-2.md": "title: Another\nstate: mvp\napproved: 500"}
    assert "EP-2 “Another” entered in MVP, with EUR 500 approved" in texts(story({}, other))
    gone = texts(story(other, {}))
    assert "EP-2 “Another” left: last seen in epics/EP-2.md, in MVP" in gone
    left = next(line for line in story(other, {}).lines if line.section == "came-and-went")
    assert not left.there and left.path == PurePosixPath("epics/EP-2.md")


def test_an_objective_that_is_gone_is_a_promise_that_moved() -> None:
    more = {"objectives/OBJ-2.md": "title: Another\nowner: A"}
    assert texts(story(more, {}))[0] == (
        "OBJ-2 “Another” is gone; last seen in objectives/OBJ-2.md"
    )
    assert story(more, {}).lines[0].section == "promise"


def test_a_decision_that_is_due_leads() -> None:
    ready = epic(
        "approved: 10", "cost: 10", "hypothesis: {for: a, who: b, the: c, is_a: d, that: e,"
        " unlike: f, ours: g}", "mvp: {cost: 1}",
        "leading_indicators: [{metric: M, threshold: 5, by: 2026-12-01}]",
        "decide_by: 2026-11-01", **{"state: funnel": "state: analyzing"},
    )  # fmt: skip
    assert story({}, ready).lines[0].section == "decision"
    assert texts(story({}, ready))[0] == (
        "EP-1 “An epic” needs a decision: Go or no-go (19 days late)"
    )
    assert story(ready, ready, since=date(2026, 11, 10)).decisions == ()
    due = story(ready, ready, since=date(2026, 10, 10))  # its day has come since
    assert [line.section for line in due.decisions] == ["decision"]


def test_what_cannot_be_read_is_said_and_the_rest_goes_on() -> None:
    files = [source(path, head) for path, head in SMALL.items()]
    broken = [
        Source(file.path, b"---\nid: [\n---\n") if file.path.stem == "EP-1" else file
        for file in files
    ]
    changed = [
        source("objectives/OBJ-1.md", GOALS.replace("owner: A\n ", "owner: B\n "))
        if file.path.stem == "OBJ-1" else file for file in files
    ]  # fmt: skip
    sides = [Facts(link(read(entries))[0], TODAY) for entries in (broken, changed)]
    told = tell_story(Comparison(sides[0], sides[1]), BEFORE, AFTER)
    assert texts(told) == [
        "EP-1 “An epic” could not be read before: what changed in it is not known",
        "Also changed: 1 owner",
        "OBJ-1 “An objective”: owner from A to B",
    ]


def test_money_that_moves_from_one_period_to_another_is_told_by_period() -> None:
    budgets = "budgets: [{period: 2026-H2, approved: %d}, {period: 2027-H1, approved: %d}]"
    lines = "[{period: 2026-H2, approved: 100}, {period: 2027-H1, approved: 100}]"
    stream = {"value-streams/VS-1.md": f"title: A stream\nowner: A\nbudgets: {lines}"}
    before = {**epic(budgets % (100, 50)), **stream}
    told = texts(story(before, {**epic(budgets % (60, 90)), **stream}))
    assert told[:1] == [
        "EP-1 “An epic”: EUR 40 approved moved from 2026-H2 (now EUR 60) to 2027-H1 (now EUR 90)",
    ]
    more = texts(story(before, {**epic(budgets % (100, 90)), **stream}))
    assert more[0] == "EP-1 “An epic”: approved from EUR 150 to EUR 190 (+EUR 40)"


def test_money_without_a_line_is_counted() -> None:
    told = texts(story(epic("cost: 100"), epic("cost: 200")))
    assert told == ["Also changed: other amounts of 1 item"]


def test_another_currency_compares_no_amounts() -> None:
    after = {
        **epic("approved: 10"),
        "portfolio.md": "title: Any portfolio\nowner: Board\ncurrency: USD",
    }
    told = texts(story(epic("approved: 100"), after))
    assert "All money is stated in USD now, and was in EUR: amounts are not compared" in told
    assert not any("approved from" in text for text in told)


def test_a_problem_is_the_same_in_a_file_of_another_name() -> None:
    largest = EPIC.replace("job_size: 8", "job_size: 20")
    moved = {
        **SMALL,
        "epics/other.md": "id: EP-1\n" + "\n".join(map(str.strip, largest.splitlines())),
    }
    del moved["epics/EP-1.md"]
    one = built({"epics/EP-1.md": largest})
    other = build(
        [source(path, head) for path, head in moved.items()], as_of=TODAY, otherwise=TODAY
    )
    told = tell_story(
        Comparison(one.facts, other.facts), BEFORE, AFTER, (one.problems, other.problems)
    )
    assert "size-top" in {problem.rule for problem in one.problems}
    assert "size-top" not in {p.rule for p in (*told.new_problems, *told.gone_problems)}


# Which lines are told first ----------------------------------------------------------------------


def line(number: int, *, always: bool = False) -> ChangeLine:
    ref = Ref(f"KR-{number}", "key-result", "key result", "T", "u")
    return ChangeLine("promise" if always else "state", f"line {number}", ref, always=always)


COUNT = ChangeLine("count", "counts")


def test_at_most_ten_lines_are_told_first_and_none_is_lost() -> None:
    lines = [line(number) for number in range(30)]
    first, folded = told_first(lines, (COUNT,))
    assert first == (*lines[:9], COUNT)
    assert folded == tuple(lines[9:])


def test_many_items_that_entered_leave_room_for_a_state() -> None:
    entered = [replace(line(number), section="came-and-went") for number in range(30)]
    first, folded = told_first([*entered, line(30), line(31)], (COUNT,))
    assert first == (*entered[:8], line(30), COUNT)
    assert folded == (*entered[8:], line(31))
    money = [replace(line(number), section="money") for number in range(9)]
    assert told_first([*money, *entered, line(30)], (COUNT,))[0] == (*money, COUNT)


def test_a_re_baseline_far_down_comes_before_the_fold() -> None:
    lines = [line(number, always=number in (20, 25)) for number in range(30)]
    first, folded = told_first(lines, (COUNT,))
    assert len(first) == MOST
    assert first == (*lines[:7], lines[20], lines[25], COUNT)
    assert len(folded) == 21


def test_more_re_baselines_than_there_is_room_for_are_all_named() -> None:
    lines = [line(number, always=True) for number in range(20)]
    first, folded = told_first(lines, (COUNT,))
    assert len(first) == MOST
    assert str(first[8].text).startswith("Re-baselined too: KR-8, KR-9")
    assert str(first[8].text).endswith("KR-18 and KR-19")
    assert len(folded) == 12


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(odd_portfolios(), odd_portfolios())
def test_the_story_of_odd_portfolios_keeps_its_order_and_is_never_empty_of_a_change(
    one: Files, other: Files
) -> None:
    sides = [
        Facts(link(read([source(path, head) for path, head in files.items()]))[0], TODAY)
        for files in (one, other)
    ]
    comparison = Comparison(sides[0], sides[1])
    told = tell_story(comparison, BEFORE, AFTER)
    sections = [ORDER.index(line.section) for line in told.lines]
    assert sections == sorted(sections)
    assert len(told.lines) <= MOST
    assert all(str(line.text) for line in (*told.lines, *told.folded))
    claimed = {said.msgid: said.count for said in messages(told.finding) if said.many}
    there = Counter(
        str(line.section)
        for line in (*told.lines, *told.folded)
        if not str(line.text).startswith("Re-baselined too")
    )
    known = {HEADS[name]: there[name] for name in HEADS if there[name]}
    if not known and comparison.changes:
        known = {"{n:spelled} detail changed": len(comparison.changes)}
    assert claimed == known
    if comparison.changes:
        assert told.lines, [change.kind for change in comparison.changes]
    rebased = [line for line in (*told.lines, *told.folded) if line.always]
    shown = " ".join(str(line.text) for line in told.lines)
    assert all(line.item is not None and line.item.id in shown for line in rebased)
    assert tell_story(Comparison(sides[0], sides[0]), BEFORE, AFTER).is_empty


# The commit of a change --------------------------------------------------------------------------

PATH = PurePosixPath("epics/EP-1.md")
FIRST, SECOND, THIRD = (Commit(letter * 40, n) for n, letter in enumerate("abc", 1))


def commits(*fields: tuple[Commit, dict[str, object] | None]) -> ChangeCommits:
    versions = tuple(Version(commit, "epic", PATH, said) for commit, said in fields)
    return ChangeCommits({"EP-1": versions}, {PATH: fields[-1][0]}, {"EP-1": PATH})


def test_the_commit_of_a_change_is_the_last_that_altered_the_field() -> None:
    asked = commits(
        (FIRST, {"state": "a"}), (SECOND, {"state": "b"}), (THIRD, {"state": "b", "x": 1})
    )
    assert asked("EP-1", "state") == SECOND
    same = commits((FIRST, {"state": "a"}), (SECOND, {"state": "a", "owner": "B"}))
    assert same("EP-1", "state") == FIRST


def test_the_commit_of_an_item_is_the_one_that_brought_it_or_took_it_away() -> None:
    assert commits((FIRST, {"a": 1}), (SECOND, {"a": 2}))("EP-1") == FIRST
    assert commits((FIRST, {"a": 1}), (SECOND, None))("EP-1") == SECOND


def test_a_field_that_no_history_keeps_has_the_last_commit_of_its_file() -> None:
    assert commits((FIRST, {"state": "a"}), (SECOND, {"state": "b"}))("EP-1", "decide_by") == SECOND
    assert commits((FIRST, {}))("EP-9", "state") is None


def test_what_is_not_committed_has_no_commit() -> None:
    asked = ChangeCommits({}, {PATH: FIRST}, {"EP-1": PATH}, frozenset({PATH}))
    assert asked("EP-1", "state") is None


def test_the_day_of_the_figures_is_a_setting_and_no_promise() -> None:
    policy = SMALL["portfolio.md"]
    told = story(
        {"portfolio.md": policy.replace("type: portfolio", "type: portfolio\nas_of: 2026-09-21")},
        {"portfolio.md": policy.replace("type: portfolio", "type: portfolio\nas_of: 2026-11-18")},
    )
    assert texts(told)[0] == "Also changed: 1 setting of the portfolio"
    assert "day of the figures from 2026-09-21 to 2026-11-18" in texts(told)[1]


# What is told once --------------------------------------------------------------------------


def ranked(*sizes: int, cut: int = 3, without: str = "") -> Files:
    """As many epics, which differ in their size alone: EP-2, EP-3, ..., the smallest first."""
    files = {"portfolio.md": f"{SMALL['portfolio.md']}cut_line: {cut}"}
    for number, size in enumerate(sizes, 2):
        head = EPIC.replace("An epic", f"Epic {number}").replace("job_size: 8", f"job_size: {size}")
        if f"EP-{number}" != without:
            files[f"epics/EP-{number}.md"] = head
    return {**files, **epic(**{"job_size: 8": "job_size: 20"})}


def test_epics_that_one_cause_moved_the_same_way_share_a_line() -> None:
    told = texts(story(ranked(1, 2, 3, 5, 8), ranked(1, 2, 3, 5, 8, without="EP-2")))
    assert (
        "EP-3 from 2 to 1, EP-4 from 3 to 2, EP-5 from 4 to 3, EP-6 from 5 to 4 and EP-1 from 6 to"
        " 5 rose in rank, because of the epics that compete: EP-2 left"
    ) in told
    back = texts(story(ranked(1, 2, 3, 5, 8, without="EP-2"), ranked(1, 2, 3, 5, 8)))
    assert any(text.startswith("EP-3 from 1 to 2, ") and "fell in rank" in text for text in back)


def test_two_epics_that_one_cause_moved_have_a_line_each() -> None:
    told = texts(story(ranked(1, 2), ranked(1, 2, without="EP-2")))
    assert (
        "EP-3 “Epic 3” rose from rank 2 to 1, because of the epics that compete: EP-2 left" in told
    )


def test_what_crosses_the_cut_line_by_its_own_score_is_told_in_one_line() -> None:
    told = texts(story(ranked(1, 2, 3, 5, cut=1), ranked(13, 2, 3, 5, cut=1)))
    about = [text for text in told if "EP-2 “Epic 2”" in text]
    line = "EP-2 “Epic 2”, from rank 1 to 4, fell below the cut line, because of its own scores:"
    assert about == [f"{line} job size from 1 to 13"]


def test_every_field_has_a_name_in_words() -> None:
    for model in TYPES.values():
        for path in paths(model):
            assert "_" not in str(field_name(path)).partition(" (")[0], path
            assert any(path == name or path.startswith(f"{name}.") for name in FIELD_NAMES), path


def test_a_key_that_a_portfolio_chose_stands_beside_the_words() -> None:
    assert str(field_name("rules.wip-exceeded")) == "severity of rules (wip-exceeded)"
    assert str(field_name("key_results.KR-1.1")) == "key results (KR-1.1)"
    assert str(field_name("of_a_plugin")) == "of_a_plugin"


def paths(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """The fields of a model, and those of the models that stand in them alone, with dots."""
    for name, field in model.model_fields.items():
        inner = [each for each in parts(field.annotation) if issubclass(each, BaseModel)]
        path = f"{before}{name.rstrip('_')}"
        if not inner and path != "id":
            yield path
        for each in inner:
            yield from paths(each, f"{path}.")


def parts(annotation: Any) -> Iterator[type]:
    """The types in an annotation, without those in lists."""
    if get_origin(annotation) in (tuple, list):
        return
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from parts(each)

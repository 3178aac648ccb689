"""What became of items: states, scores and ranks over time, out of landings made by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import PurePosixPath
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import NO_RECORDS
from leanfolio.figures.history.edits import HistoryEdit, history_edits
from leanfolio.figures.history.rescoring import NUMBERS, score_changes
from leanfolio.figures.history.snapshots import at_increments, portfolio_at, portfolios_at
from leanfolio.figures.history.states import (
    ComparedState,
    compare_states,
    state_changes,
    state_history,
)
from leanfolio.figures.history.versions import KEPT, History, Landing, versions_of
from leanfolio.figures.history.visible import visible_history
from leanfolio.model import TYPES, Epic, HasState
from leanfolio.model.okr import CheckIn
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Source
from leanfolio.output.html.say import Say
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.read.yaml import parse
from leanfolio.views.built import Built
from leanfolio.views.cell import CommitRef, Value
from leanfolio.views.items.item import item_view
from leanfolio.views.ranking.ranking import ranking_view
from leanfolio.views.ranking.score_history import past_rankings, score_histories
from leanfolio.wording.language import Language

Files = Mapping[str, str | None]
TODAY = date(2026, 12, 1)
EP1, EP2 = "epics/EP-1.md", "epics/EP-2.md"
RULES = "title: Any\n"
PI1 = "title: First\nstart: 2026-01-05\nend: 2026-03-27\n"
PI2 = "title: Second\nstart: 2026-03-30\nend: 2026-06-19\n"
PI3 = "title: Third\nstart: 2026-09-28\nend: 2026-12-18\n"


def an_epic(value: int = 5, size: int = 5, state: str = "funnel", more: str = "") -> str:
    return (
        f"title: Any\nstate: {state}\nbusiness_value: {value}\ntime_criticality: 1\n"
        f"risk_opportunity: 1\njob_size: {size}\n{dedent(more).strip()}\n"
    )


def a_history(landings: Mapping[str, Files], *, shallow: bool = False) -> History:
    """A history of these landings: a day, and what each file said from then on."""
    found = []
    for number, (day, files) in enumerate(landings.items()):
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        commit = Commit(f"{number + 1:040x}", int(noon.astimezone(UTC).timestamp()), "Ada")
        changes = tuple(
            (PurePosixPath(path), None if text is None else parse(text).values)
            for path, text in files.items()
        )
        found.append(Landing(commit, changes))
    commits = tuple(each.commit for each in found)
    return History(commits, versions_of(found), shallow)


def a_portfolio(files: Mapping[str, str]) -> Portfolio:
    sources = (Source(PurePosixPath(p), f"---\n{t}---\nX.\n".encode()) for p, t in files.items())
    return link(read(sources))[0]


def stateful(portfolio: Portfolio, id: str = "EP-1") -> HasState:
    item = portfolio[id]
    assert isinstance(item, HasState)
    return item


# Versions ------------------------------------------------------------------------------------


def test_what_a_story_keeps_are_fields_of_the_models() -> None:
    known = {"type"}
    for model in TYPES.values():
        known |= {*model.model_fields, *model.NESTED}
    assert known >= KEPT
    assert not KEPT & set(CheckIn.model_fields) - {"weight"}, "records carry their own dates"
    assert set(NUMBERS) < KEPT


def test_of_two_files_with_one_id_the_first_by_path_stands() -> None:
    history = a_history(
        {
            "2026-01-01": {"epics/b.md": "id: EP-1\nstate: ready\n"},
            "2026-01-02": {"epics/a.md": "id: EP-1\nstate: mvp\n"},
            "2026-01-03": {"epics/a.md": None},
        }
    )
    states = [each.state for each in state_history(history, "EP-1")]
    assert states == ["ready", "mvp", "ready"]


def test_an_item_is_what_its_file_says_it_is() -> None:
    history = a_history(
        {
            "2026-01-01": {
                "somewhere/x.md": "type: epic\nid: EP-1\n",
                "portfolio.md": "title: P\n",
                "glossary.md": "title: Words\n",
                "epics/no id at all.md": "title: X\n",
                "epics/y.md": "type: none of ours\nid: EP-2\n",
                "features/FT-1.md": "stories: [3, {title: no id}, {id: 12, title: S}]\n",
                "features/FT-2.md": "stories: none\n",
            }
        }
    )
    assert {id: found[0].type for id, found in history.versions.items()} == {
        "EP-1": "epic",
        "portfolio": "portfolio",
        "FT-1": "feature",
        "12": "story",
        "FT-2": "feature",
    }


FILES = st.sampled_from(("epics/a.md", "epics/b.md", "epics/c.md"))
TEXTS = st.one_of(
    st.none(),
    st.builds(
        "id: {}\nstate: {}\n".format,
        st.sampled_from(("EP-1", "EP-2")),
        st.sampled_from(("funnel", "ready")),
    ),
)


@given(st.lists(st.dictionaries(FILES, TEXTS, min_size=1), min_size=1, max_size=8))
def test_a_history_ends_in_what_the_files_say(landings: list[dict[str, str | None]]) -> None:
    history = a_history({f"2026-01-{n:02}": files for n, files in enumerate(landings, 1)})
    now: dict[str, str] = {}
    for number, files in enumerate(landings, 1):
        for path, text in files.items():
            if text is None:
                now.pop(path, None)
            else:
                now[path] = text
        day = date(2026, 1, number)
        there = {id: version.fields for id in history.versions if (version := history.at(id, day))}
        expected: dict[str, dict[str, str]] = {}
        for path in sorted(now):
            values = parse(now[path]).values
            expected.setdefault(values.pop("id"), values)
        assert there == expected
        portfolio = portfolio_at(history, day)
        assert {id: stateful(portfolio, id).state for id in portfolio.items} == {
            id: fields["state"] for id, fields in expected.items()
        }
    for versions in history.versions.values():
        for one, other in pairwise(versions):
            assert one.fields != other.fields, "a version differs from the one before"


# States --------------------------------------------------------------------------------------


def test_without_a_declared_history_that_of_git_serves() -> None:
    files = {EP1: an_epic(state="ready")}
    history = a_history({"2026-01-01": {EP1: an_epic()}, "2026-01-03": files})
    found = state_changes(stateful(a_portfolio(files)), history)
    assert found.source == "git"
    assert found.entries == (("funnel", date(2026, 1, 1)), ("ready", date(2026, 1, 3)))
    assert state_changes(stateful(a_portfolio(files)), None).source == "none"
    own = {EP1: an_epic(state="ready", more="history: [{state: ready, on: 2025-12-24}]")}
    declared = state_changes(stateful(a_portfolio(own)), history)
    assert (declared.source, declared.entries) == ("declared", (("ready", date(2025, 12, 24)),))


def test_a_removed_item_leaves_its_state_on_that_day() -> None:
    files = {EP1: an_epic()}
    history = a_history({"2026-01-01": files, "2026-01-09": {EP1: None}})
    assert state_changes(stateful(a_portfolio(files)), history).removed_on == date(2026, 1, 9)
    back = a_history({"2026-01-01": files, "2026-01-09": {EP1: None}, "2026-01-10": files})
    assert state_changes(stateful(a_portfolio(files)), back).removed_on is None


def test_declared_and_landed_moves_stand_side_by_side() -> None:
    def told(state: str, *entries: str) -> str:
        return an_epic(state=state, more=f"history: [{', '.join(entries)}]")

    first = "{state: funnel, on: 2026-01-01}"
    second = "{state: reviewing, on: 2026-01-10}"
    third = "{state: analyzing, on: 2026-02-01}"
    last = {EP1: told("analyzing", first, second, third)}
    history = a_history(
        {
            "2026-01-04": {EP1: told("funnel", first)},
            "2026-01-20": {EP1: told("ready", first)},
            "2026-01-31": last,
        }
    )
    found = compare_states(stateful(a_portfolio(last)), history)
    assert found == (
        ComparedState("funnel", date(2026, 1, 1), date(2026, 1, 4)),
        ComparedState("reviewing", date(2026, 1, 10), None),
        ComparedState("ready", None, date(2026, 1, 20)),
        ComparedState("analyzing", date(2026, 2, 1), date(2026, 1, 31)),
    )
    assert [each.lag for each in found] == [3, None, None, -1]


def test_an_entry_that_is_edited_afterwards_is_told() -> None:
    def told(*entries: tuple[str, str]) -> str:
        return "history:\n" + "".join(f"  - {{state: {s}, on: {on}}}\n" for s, on in entries)

    a, b, c, x = ("a", "2026-01-01"), ("b", "2026-01-02"), ("c", "2026-01-03"), ("x", "2026-01-04")
    history = a_history(
        {
            "2026-02-01": {EP1: told(a, b)},
            "2026-02-02": {EP1: told(a, b, c)},
            "2026-02-03": {EP1: told(a, x, c)},
            "2026-02-04": {EP1: told(a, x, b, c)},
            "2026-02-05": {EP1: "title: none left\n"},
            "2026-02-06": {EP1: told(a)},
        }
    )
    commits = history.commits
    assert history_edits(history, "EP-1") == (
        HistoryEdit(commits[2], (b,), (x,)),
        HistoryEdit(commits[3], (), (b,)),
        HistoryEdit(commits[4], (a, x, b, c), ()),
    )


# The portfolio on a day ----------------------------------------------------------------------


def test_the_portfolio_of_a_day_has_its_own_rules_links_and_items() -> None:
    history = a_history(
        {
            "2026-01-01": {
                "portfolio.md": "ranking: money\n",
                EP1: "state: funnel\ndepends_on: [EP-2]\nvalue_stream: VS-9\n",
                EP2: "state: ready\nbusiness_value: many\n",
                "value-streams/VS-1.md": "title: A\n",
            },
            "2026-01-05": {"portfolio.md": "ranking: relative\n", EP2: None},
        }
    )
    before, after = portfolios_at(history, (date(2026, 1, 4), date(2026, 1, 5)))
    assert list(before.items) == ["VS-1", "EP-1", "EP-2"]
    assert before.policy.ranking == "money"
    assert [(edge.source, edge.target) for edge in before.edges] == [("EP-1", "EP-2")]
    assert after.policy.ranking == "relative"
    assert list(after.items) == ["VS-1", "EP-1"]
    assert after["EP-1"] is before["EP-1"], "a version is read once"
    assert list(portfolio_at(history, date(2025, 12, 31)).items) == []
    assert list(portfolio_at(history, date(2026, 1, 4), {"epic"}).items) == ["EP-1", "EP-2"]
    assert list(portfolio_at(history, date.max).items) == ["VS-1", "EP-1"]


def test_a_landing_in_the_last_second_of_a_day_is_of_that_day() -> None:
    commits = tuple(
        Commit(f"{n:040x}", int(datetime(2026, 1, 5, 23, 59, 59, tzinfo=UTC).timestamp()) + n)
        for n in range(2)
    )
    landings = [
        Landing(commit, ((PurePosixPath(EP1), {"state": state}),))
        for commit, state in zip(commits, ("a", "b"), strict=True)
    ]
    history = History(commits, versions_of(landings))
    version = history.at("EP-1", date(2026, 1, 5))
    assert version is not None
    assert version.fields == {"state": "a"}


def test_only_increments_that_are_over_and_known_are_ranked() -> None:
    files = {
        "portfolio.md": RULES,
        "increments/PI-1.md": PI1,
        "increments/PI-2.md": PI2,
        "increments/PI-3.md": PI3,
        "increments/PI-4.md": "title: Without days\n",
    }
    history = a_history({"2026-04-01": {**files, EP1: an_epic()}})
    portfolio = a_portfolio(files)
    assert [each.id for each, _ in at_increments(history, portfolio, TODAY)] == ["PI-2"]
    early = a_history({"2026-01-01": {**files, EP1: an_epic()}})
    assert [each.id for each, _ in at_increments(early, portfolio, TODAY)] == ["PI-1", "PI-2"]
    assert [each.id for each, _ in at_increments(early, portfolio, TODAY, last=1)] == ["PI-2"]


# Who may see what ----------------------------------------------------------------------------


def test_what_was_hidden_then_is_hidden_now() -> None:
    secret = an_epic(value=20, more="visibility: confidential")
    odd = an_epic(value=13, more="visibility: top secret")
    files = {EP1: an_epic(value=2), "increments/PI-3.md": PI3}
    history = a_history(
        {
            "2026-01-01": {EP1: an_epic(value=1)},
            "2026-01-02": {EP1: secret},
            "2026-01-03": {EP1: odd},
            "2026-01-04": {EP1: an_epic(value=2), EP2: an_epic()},
        }
    )
    seen = visible_history(history, "public", {"EP-2"})
    assert list(seen.versions) == ["EP-1"]
    fields = [version.fields for version in seen.versions["EP-1"]]
    assert [field["business_value"] if field else None for field in fields] == [1, None, 2]
    for day in (2, 3):
        assert "EP-1" not in portfolio_at(seen, date(2026, 1, day))
        assert "EP-1" in portfolio_at(history, date(2026, 1, day))
    told = repr(score_histories(seen, a_portfolio(files), TODAY))
    assert "20" not in told.replace("2026", "")
    assert "13" not in told
    assert visible_history(history, "confidential") is history
    assert visible_history(seen, "internal").versions == seen.versions


def test_what_hung_on_a_hidden_parent_is_not_in_the_portfolio_of_that_day() -> None:
    history = a_history(
        {
            "2026-01-01": {
                EP1: "visibility: confidential\nfeatures: [{id: FT-1, title: F}]\n",
                "stories/ST-1.md": "feature: FT-1\n",
                "portfolio.md": "visibility: internal\nranking: money\n",
            },
            "2026-01-02": {EP1: "features: [{id: FT-1, title: F, state: ready}]\n"},
            "2026-01-03": {"stories/ST-1.md": "feature: FT-1\nstate: ready\n"},
        }
    )
    history = visible_history(history, "public")
    assert list(portfolio_at(history, date(2026, 1, 1)).items) == []
    assert portfolio_at(history, date(2026, 1, 1)).policy.ranking == "money"
    assert list(portfolio_at(history, date(2026, 1, 2)).items) == ["EP-1", "FT-1"]
    assert list(portfolio_at(history, date(2026, 1, 3)).items) == ["EP-1", "FT-1", "ST-1"]


# Scores --------------------------------------------------------------------------------------


def test_every_change_of_a_number_is_told_with_its_commit() -> None:
    now = {EP1: an_epic(value=13, size=3), "increments/PI-3.md": PI3}
    history = a_history(
        {
            "2026-09-01": {EP1: "title: Any\nstate: funnel\n"},
            "2026-09-02": {EP1: an_epic()},
            "2026-09-03": {EP1: an_epic(state="ready")},
            "2026-10-01": {EP1: an_epic(value=8, size=3, state="ready")},
            "2026-10-02": {EP1: an_epic(value=8, size=3).replace("value: 8", 'value: "8.0"')},
            "2026-10-03": {EP1: None},
            "2026-10-09": now,
        }
    )
    story = score_changes(history, a_portfolio(now), TODAY)["EP-1"]
    assert [
        (rescoring.commit.day.isoformat() if rescoring.commit else "", rescoring.changes)
        for rescoring in story.rescorings
    ] == [
        (
            "2026-09-02",
            (
                ("business_value", None, Decimal(5)),
                ("time_criticality", None, Decimal(1)),
                ("risk_opportunity", None, Decimal(1)),
                ("job_size", None, Decimal(5)),
            ),
        ),
        (
            "2026-10-01",
            (
                ("business_value", Decimal(5), Decimal(8)),
                ("job_size", Decimal(5), Decimal(3)),
            ),
        ),
        ("2026-10-09", (("business_value", Decimal(8), Decimal(13)),)),
    ]
    assert story.since is not None
    assert story.since.id == "PI-3"
    assert story.then is not None
    assert story.then.business_value == 5


def test_an_edit_that_is_not_committed_stands_last() -> None:
    history = a_history({"2026-09-02": {EP1: an_epic()}})
    story = score_changes(history, a_portfolio({EP1: an_epic(value=8)}), TODAY)["EP-1"]
    assert [rescoring.commit is None for rescoring in story.rescorings] == [False, True]
    new = score_changes(history, a_portfolio({EP2: an_epic()}), TODAY)["EP-2"]
    assert [rescoring.commit for rescoring in new.rescorings] == [None]
    assert new.rescorings[0].before is None


def test_where_a_shallow_history_begins_nothing_was_changed() -> None:
    history = a_history(
        {"2026-10-05": {EP1: an_epic()}, "2026-10-06": {EP1: an_epic(value=8)}}, shallow=True
    )
    files = {EP1: an_epic(value=8), "increments/PI-3.md": PI3}
    story = score_changes(history, a_portfolio(files), TODAY)["EP-1"]
    assert [rescoring.changes for rescoring in story.rescorings] == [
        (("business_value", Decimal(5), Decimal(8)),)
    ]
    assert not story.known
    view = score_histories(history, a_portfolio(files), TODAY)["EP-1"]
    assert str(view.finding) == (
        "What it scored when PI-3 began is not known: git knows of 2026-10-05 and later."
    )


def test_no_change_of_a_score_stands_after_the_day_of_the_figures() -> None:
    now = {EP1: an_epic(value=13), "increments/PI-3.md": PI3}
    history = a_history({"2026-09-02": {EP1: an_epic()}, "2026-10-01": now})
    story = score_changes(history, a_portfolio(now), date(2026, 9, 15))["EP-1"]
    assert [entry.commit and entry.commit.day for entry in story.rescorings] == [date(2026, 9, 2)]


def test_an_epic_that_nobody_ever_scored_has_no_story() -> None:
    history = a_history({"2026-09-02": {EP1: "title: A\n"}})
    assert score_changes(history, a_portfolio({EP1: "title: A\n"}), TODAY) == {}


def cell_text(value: Value) -> str:
    return value.short if isinstance(value, CommitRef) else str(value)


def test_a_commit_of_a_score_is_a_link_where_the_repository_is_known() -> None:
    commit = CommitRef("a" * 40, "a" * 8)
    alone = Say(Language("en")).value("")(commit)
    linked = Say(Language("en"), "", "https://example.org/r/commit/").value("")(commit)
    assert alone == "<code>aaaaaaaa</code>"
    assert f'href="https://example.org/r/commit/{"a" * 40}"' in linked


def test_an_epic_in_a_clone_of_one_commit_says_that_its_history_is_not_known() -> None:
    files = {EP1: an_epic(value=8), "increments/PI-3.md": PI3}
    history = replace(a_history({"2026-10-05": files}, shallow=True), note="The clone is shallow.")
    portfolio = a_portfolio(files)
    view = score_histories(history, portfolio, TODAY)["EP-1"]
    assert view.rows == ()
    built = Built(portfolio, Facts(portfolio, TODAY, NO_RECORDS), (), history)
    [table] = [t for t in item_view(portfolio, portfolio["EP-1"], built.figures).tables
               if t.anchor == "score-history"]  # fmt: skip
    assert str(table.note).endswith("The clone is shallow.")


def test_the_page_of_an_epic_says_what_moved_its_score() -> None:
    now = {EP1: an_epic(value=13), "increments/PI-3.md": PI3}
    history = a_history({"2026-09-02": {EP1: an_epic()}, "2026-10-01": now})
    view = score_histories(history, a_portfolio(now), TODAY)["EP-1"]
    assert str(view.finding) == "1.40 then, 3.00 now; since PI-3 began: business value 5 to 13."
    assert [tuple(map(cell_text, row)) for row in view.table.rows] == [
        ("2026-10-01", "Ada", "00000000", "business value", "5", "13", "1.40", "3.00"),
        (
            "2026-09-02",
            "Ada",
            "00000000",
            "first stated",
            "None",
            "business value 5, time criticality 1, risk or opportunity 1, job size 5",
            "None",
            "1.40",
        ),
    ]
    assert (str(view.score_then), str(view.score_now)) == ("1.40", "3.00")


@pytest.mark.parametrize(
    ("before", "now", "finding"),
    [
        (an_epic(), an_epic(), "No number has changed since PI-3 began."),
        (None, an_epic(), "It was not there when PI-3 began."),
        (
            "title: A\n",
            an_epic(),
            (
                "Not scored then, 1.40 now; since PI-3 began: business value none to 5, time "
                "criticality none to 1, risk or opportunity none to 1 and job size none to 5."
            ),
        ),
        (
            an_epic(),
            an_epic(more="cost_of_delay: {revenue: 700, per: week}"),
            "Still 1.40; since PI-3 began: cost of delay none to 700 a week.",
        ),
        (
            an_epic(more="cost_of_delay: 10"),
            an_epic(size=0, more="cost_of_delay: {other: 10}"),
            "1.40 then, not scored now; since PI-3 began: job size 5 to 0.",
        ),
    ],
)
def test_the_drift_of_a_score_is_one_sentence(before: str | None, now: str, finding: str) -> None:
    files = {EP1: now, "increments/PI-3.md": PI3}
    landings: dict[str, Files] = {"2026-09-01": {EP1: before, EP2: "title: B\n"}}
    history = a_history({**landings, "2026-10-01": files})
    assert str(score_histories(history, a_portfolio(files), TODAY)["EP-1"].finding) == finding


def test_without_git_or_an_increment_there_is_nothing_to_say() -> None:
    portfolio = a_portfolio({EP1: an_epic()})
    assert score_histories(None, portfolio, TODAY) == {}
    assert past_rankings(None, portfolio, TODAY) == []
    history = a_history({"2026-09-02": {EP1: an_epic()}})
    assert str(score_histories(history, portfolio, TODAY)["EP-1"].finding) == ""


# Ranks ---------------------------------------------------------------------------------------


def test_ranks_at_the_end_of_each_increment_are_those_of_then() -> None:
    now = {
        "portfolio.md": RULES,
        "increments/PI-1.md": PI1,
        "increments/PI-2.md": PI2,
        EP1: an_epic(value=1),
        EP2: an_epic(value=5),
        "epics/EP-3.md": an_epic(value=20, state="done"),
        "epics/EP-4.md": an_epic(value=3),
    }
    history = a_history(
        {
            "2026-01-01": {
                EP1: an_epic(value=8),
                EP2: an_epic(value=5),
                "epics/EP-3.md": an_epic(value=20),
                "epics/EP-9.md": an_epic(value=13),
            },
            "2026-03-28": {EP1: an_epic(value=3), "epics/EP-9.md": None},
            "2026-11-01": now,
        }
    )
    portfolio = a_portfolio(now)
    past = past_rankings(history, portfolio, TODAY)
    ranking = ranking_view(portfolio, TODAY, past=past)
    assert ranking.bump is not None
    assert {line.id: line.ranks for line in ranking.bump.lines} == {
        "EP-2": (4, 2, 1),
        "EP-4": (None, None, 2),
        "EP-1": (3, 3, 3),
    }
    assert ranking.drift is not None
    assert ranking.drift.since == "PI-2"


def test_nothing_of_what_is_withheld_is_ranked() -> None:
    files = {EP1: an_epic(), EP2: an_epic(more="visibility: confidential")}
    more = {"increments/PI-2.md": PI2}
    history = a_history({"2026-01-01": {EP1: an_epic(), EP2: an_epic(value=20), **more}})
    seen = a_portfolio({**files, **more}).visible_to("public")
    assert isinstance(seen["EP-1"], Epic)
    past = past_rankings(visible_history(history, "public", seen.withheld), seen, TODAY)
    assert past
    assert [list(then.items) for _, then in past if "EP-2" in then] == []

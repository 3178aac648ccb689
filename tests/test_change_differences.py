"""A list of changes is whole: applied to one side it gives the other, and it can be undone."""

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings

from leanfolio.figures.change.differences import apply, differences, reused_ids, undone
from leanfolio.figures.change.kinds import kind_of
from leanfolio.figures.change.values import NOT_READ, POLICY, values_of
from leanfolio.model import TYPES
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.read import read
from leanfolio.read.links import link
from making import SMALL, linked, source
from odd_portfolios import odd_portfolios

Files = Mapping[str, str]
often = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def portfolio_of(files: Files) -> Portfolio:
    return link(read([source(path, head) for path, head in files.items()]))[0]


@often
@given(odd_portfolios(), odd_portfolios())
def test_changes_applied_to_one_side_give_the_other(one: Files, other: Files) -> None:
    before, after = values_of(portfolio_of(one)), values_of(portfolio_of(other))
    changes = differences(before, after)
    assert apply(before, changes) == after
    assert apply(after, undone(changes)) == before
    assert apply(after, differences(after, before)) == before


@often
@given(odd_portfolios())
def test_nothing_differs_from_itself(files: Files) -> None:
    assert differences(values_of(portfolio_of(files)), values_of(portfolio_of(files))) == ()


def changes(before: Files, after: Files) -> list[tuple[str, str, str]]:
    """The (id, kind, field) of every change between the small portfolio with these files."""
    one, other = linked(before)[0], linked(after)[0]
    found = differences(values_of(one), values_of(other))
    return [(change.id, change.kind, change.field) for change in found]


EPIC = SMALL["epics/EP-1.md"]


def test_an_item_is_its_id_whatever_file_it_stands_in() -> None:
    moved = {**SMALL, "epics/2026/one.md": "id: EP-1\n" + "\n".join(
        line.strip() for line in EPIC.strip().splitlines())}  # fmt: skip
    del moved["epics/EP-1.md"]
    before, after = values_of(portfolio_of(SMALL)), values_of(portfolio_of(moved))
    assert [(c.id, c.kind) for c in differences(before, after)] == [("EP-1", "file")]


def test_kinds_are_those_of_the_office() -> None:
    before = {"epics/EP-1.md": EPIC + "\n        approved: 10\n        due: 2027-01-01"}
    after = {
        "epics/EP-1.md": EPIC.replace("owner: A", "owner: B").replace("funnel", "analyzing")
        .replace("[KR-1]", "[]").replace("job_size: 8", "job_size: 5")
        + "\n        approved: 12\n        due: 2027-02-01\n        scope_out: [nothing]",
        "objectives/OBJ-1.md": SMALL["objectives/OBJ-1.md"]
        .replace("start: 40", "start: 50").replace("target: 60", "target: 55"),
        "portfolio.md": "title: Any portfolio\nowner: Board\ncut_line: 3\n"
        "guardrails: {epic_threshold: 5}\nstates: [{name: funnel, category: new, limit: 1},"
        " {name: analyzing, category: waiting}]",
    }  # fmt: skip
    assert set(changes(before, after)) == {
        ("EP-1", "owner", "owner"), ("EP-1", "state", "state"), ("EP-1", "parent", "key_results"),
        ("EP-1", "score", "job_size"), ("EP-1", "money", "approved"), ("EP-1", "date", "due"),
        ("EP-1", "scope", "scope_out"), ("KR-1", "baseline", "start"), ("KR-1", "target", "target"),
        (POLICY, "rule", "cut_line"), (POLICY, "guardrail", "guardrails"),
        (POLICY, "limit", "states"),
    }  # fmt: skip


def test_every_field_of_every_type_has_a_kind() -> None:
    for type, model in TYPES.items():
        for field in model.model_fields:
            if field not in ("leading_indicators", "objectives", "states", "feature_states",
                             "story_states"):  # fmt: skip
                assert kind_of(type, field, "a", "b") not in ("entered", "left", "unreadable")


def test_an_indicator_that_lost_its_threshold_is_a_promise_that_moved() -> None:
    indicator = (
        "\n        leading_indicators: [{metric: M, baseline: 1, threshold: 5, by: 2027-01-01%s}]"
    )
    asked = {"epics/EP-1.md": EPIC + indicator % ""}
    for new, kind in (
        (indicator.replace("5", "4") % "", "target"),
        (indicator.replace("baseline: 1", "baseline: 2") % "", "baseline"),
        (indicator.replace("2027-01", "2027-02") % "", "date"),
        (indicator % ", observed: [{on: 2026-11-01, value: 2}]", "record"),
        ("", "promise"),
    ):
        found = changes(asked, {"epics/EP-1.md": EPIC + new})
        assert found == [("EP-1", kind, "leading_indicators")]


def test_an_id_that_another_item_took_is_left_and_entered() -> None:
    history = "\n        history: [{state: funnel, on: %s}]"
    before = {"epics/EP-1.md": EPIC + history % "2026-01-02"}
    other = EPIC.replace("An epic", "Something else") + history % "2026-09-01"
    assert changes(before, {"epics/EP-1.md": other}) == [
        ("EP-1", "left", ""),
        ("EP-1", "entered", ""),
    ]
    retitled = EPIC.replace("An epic", "Something else") + history % "2026-01-02"
    assert changes(before, {"epics/EP-1.md": retitled}) == [("EP-1", "detail", "title")]


def test_an_id_of_another_type_is_another_item() -> None:
    files = {path: head for path, head in SMALL.items() if not path.startswith("epics")}
    files["risks/EP-1.md"] = "title: A risk"
    before, after = values_of(portfolio_of(SMALL)), values_of(portfolio_of(files))
    found = differences(before, after)
    assert [(c.id, c.type, c.kind) for c in found] == [
        ("EP-1", "epic", "left"), ("EP-1", "risk", "entered")]  # fmt: skip
    assert reused_ids(found) == {"EP-1"}
    assert apply(before, found) == after
    assert apply(after, undone(found)) == before


def test_what_could_not_be_read_on_one_side_is_said_so_and_not_gone() -> None:
    files = [source(path, head) for path, head in SMALL.items()]
    broken = [
        Source(file.path, b"---\nid: [\n---\n") if file.path.stem == "EP-1" else file
        for file in files
    ]
    before = values_of(link(read(broken))[0])
    assert before["EP-1"] == NOT_READ
    found = differences(before, values_of(portfolio_of(SMALL)))
    assert [(c.id, c.kind, c.field) for c in found] == [("EP-1", "unreadable", "")]


def test_a_field_that_could_not_be_read_is_not_taken_for_one_that_nobody_wrote() -> None:
    wrong = {"epics/EP-1.md": EPIC.replace("job_size: 8", "job_size: large")}
    assert changes(wrong, {"epics/EP-1.md": EPIC}) == [("EP-1", "unreadable", "job_size")]
    assert changes(wrong, wrong) == []

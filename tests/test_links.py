"""Linking: ids once, links that lead somewhere, no circles."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from leanfolio.model import Epic
from leanfolio.model.portfolio import id_order
from leanfolio.read import read
from leanfolio.read.links import link
from making import PORTFOLIO, linked, source


def test_links_lead_up_and_children_are_found_from_above() -> None:
    portfolio, problems = linked()
    assert not problems
    assert [parent.id for parent in portfolio.parents_of("EP-1")] == ["KR-1"]
    assert [child.id for child in portfolio.children_of("KR-1", Epic)] == ["EP-1"]
    assert [ancestor.id for ancestor in portfolio.ancestors_of("EP-1")] == ["KR-1", "OBJ-1", "TH-1"]


def test_a_link_to_nowhere_is_told_with_the_near_id() -> None:
    _, problems = linked({"epics/EP-2.md": "title: B\nkey_results: [KR1]"})
    assert [problem.rule for problem in problems] == ["link-unknown"]
    assert problems[0].hint == "did you mean KR-1?"
    assert str(problems[0].at) == "epics/EP-2.md:3:15"


def test_a_link_with_a_weight_is_placed_too() -> None:
    _, problems = linked({"epics/EP-2.md": "title: B\nkey_results: {KR-1: 70, KR-8: 30}"})
    assert str(problems[0].at).startswith("epics/EP-2.md:3:")


def test_a_link_to_the_wrong_type_is_told() -> None:
    _, problems = linked({"epics/EP-2.md": "title: B\nkey_results: [OBJ-1]"})
    assert [problem.rule for problem in problems] == ["link-wrong-type"]


def test_an_id_is_unique_without_regard_to_case() -> None:
    portfolio, problems = linked({"epics/other.md": "id: ep-1\ntitle: B"})
    assert [problem.rule for problem in problems] == ["id-duplicate"]
    assert problems[0].related[0].at.path.name == "EP-1.md"
    assert len(portfolio.items_of(Epic)) == 1


def test_of_two_equal_ids_the_file_that_is_called_so_keeps_it() -> None:
    portfolio, problems = linked(
        {"epics/EP-0.md": "id: EP-1\ntitle: B", "epics/EP-9.md": "title: C\ndepends_on: [EP-1]"}
    )
    assert [(problem.rule, problem.at.path.name) for problem in problems] == [
        ("id-duplicate", "EP-0.md")
    ]
    assert portfolio["EP-1"].title == "An epic"
    assert [edge.target for edge in portfolio.edges_from("EP-9")] == ["EP-1"]


def test_two_ids_in_one_text_are_to_be_a_list() -> None:
    _, problems = linked({"risks/R-1.md": "title: A\naffects: EP-1 and VS-1"})
    assert [problem.hint for problem in problems] == ["write a list: [EP-1, VS-1]"]


def test_what_cannot_be_an_id_is_answered_with_one_of_those_that_are_meant() -> None:
    teams = {f"teams/T-{n}.md": "title: A" for n in range(1, 6)}
    _, problems = linked({**teams, "features/FT-1.md": "title: A\nteam: Bart Janssens"})
    assert [problem.hint for problem in problems] == ["write the id of a team, such as T-1"]


def test_each_of_many_equal_ids_is_offered_another() -> None:
    head = "title: A\nfeatures:\n" + 3 * "  - {id: FT-7, title: B}\n"
    _, problems = linked({"epics/EP-2.md": head, "features/FT-8.md": "title: C"})
    assert [problem.hint for problem in problems] == [
        "give it an id of its own, such as FT-9",
        "give it an id of its own, such as FT-10",
    ]


def test_thousands_of_equal_ids_are_told_in_a_moment() -> None:
    files = [source(f"epics/{n}.md", "id: EP-1\ntitle: A") for n in range(3000)]
    begin = perf_counter()
    _, problems = link(read([source("portfolio.md", PORTFOLIO), *files]))
    assert len(problems) == 2999
    assert perf_counter() - begin < 10


def test_thousands_of_broken_links_are_told_in_a_moment() -> None:
    files = [
        source(f"epics/EP-{n}.md", f"title: A {n}\nvalue_stream: Stream {n}\ndepends_on: [X-{n}]")
        for n in range(3000)
    ]
    begin = perf_counter()
    _, problems = link(read([source("portfolio.md", PORTFOLIO), *files]))
    assert len(problems) == 6000
    assert perf_counter() - begin < 20


def test_a_circle_is_told_once_with_every_step() -> None:
    files = {f"epics/EP-{n}.md": f"title: A\ndepends_on: [EP-{n % 3 + 2}]" for n in (2, 3, 4)}
    files = {
        "epics/EP-2.md": "title: A\ndepends_on: [EP-3]",
        "epics/EP-3.md": "title: A\ndepends_on: [EP-4]",
        "epics/EP-4.md": "title: A\ndepends_on: [EP-2]",
    }
    _, problems = linked(files)
    assert [problem.rule for problem in problems] == ["link-cycle"]
    assert "EP-2 -> EP-3 -> EP-4 -> EP-2" in problems[0].message
    assert len(problems[0].related) == 3


def test_an_item_that_needs_itself_is_a_circle() -> None:
    _, problems = linked({"epics/EP-2.md": "title: A\ndepends_on: [EP-2]"})
    assert [problem.rule for problem in problems] == ["link-cycle"]


def test_a_portfolio_needs_its_one_file() -> None:
    _, problems = link(read([source("epics/EP-1.md", "title: A")]))
    assert [problem.rule for problem in problems] == ["portfolio-missing"]
    two = [source("portfolio.md", PORTFOLIO), source("x.md", PORTFOLIO)]
    assert [each.rule for each in link(read(two))[1]] == ["portfolio-duplicate"]


def test_a_chain_of_thousands_is_walked_without_deep_calls() -> None:
    files = [source("portfolio.md", PORTFOLIO)]
    files += [
        source(f"epics/EP-{n}.md", f"title: A\ndepends_on: [EP-{n + 1}]") for n in range(3000)
    ]
    files.append(source("epics/EP-3000.md", "title: A"))
    assert link(read(files))[1] == []


def test_what_one_may_not_see_is_not_there() -> None:
    secret = "title: Hush\nvisibility: confidential\nfeatures: [{id: FT-9, title: Hidden}]"
    portfolio, _ = linked(
        {"epics/EP-2.md": secret, "epics/EP-3.md": "title: C\ndepends_on: [EP-2, EP-1]"}
    )
    public = portfolio.visible_to("public")
    assert "EP-2" not in public
    assert "FT-9" not in public
    third = public["EP-3"]
    assert isinstance(third, Epic)
    assert third.depends_on == ("EP-1",)
    assert portfolio.visible_to("confidential") is portfolio


ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,12}", fullmatch=True)


@given(st.lists(ids, min_size=2, max_size=8, unique=True), st.randoms())
def test_the_order_of_ids_is_total_and_knows_numbers(found: list[str], random: object) -> None:
    once = sorted(found, key=id_order)
    random.shuffle(found)  # type: ignore[attr-defined]
    assert sorted(found, key=id_order) == once
    assert sorted(["EP-10", "EP-9", "EP-2.1"], key=id_order) == ["EP-2.1", "EP-9", "EP-10"]


def test_one_knot_of_many_links_is_told_once_and_shortly() -> None:
    files = {
        f"epics/EP-{n}.md": f"title: A\ndepends_on: [EP-{n % 500 + 1}, EP-250]"
        for n in range(1, 501)
    }
    _, problems = linked(files)
    circles = [problem for problem in problems if problem.rule == "link-cycle"]
    assert 0 < len(circles) <= 3
    assert all(len(circle.message) < 300 and len(circle.related) <= 12 for circle in circles)

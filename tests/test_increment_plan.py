"""An increment is held against what was planned: the commit of plan/ID, or its first commit."""

import json
import subprocess
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from command_server import run_leanfolio
from leanfolio.disk.files import Project
from leanfolio.disk.project import load, with_history
from leanfolio.figures.increment_plan import PlanComparison
from leanfolio.model import Increment
from leanfolio.pipeline import published
from leanfolio.views.built import Built
from leanfolio.views.items.against_plan import plan_facts, plan_table
from leanfolio.wording.language import Language
from making import GIT, PORTFOLIO, git, source, written

AS_OF = date(2026, 11, 20)
INCREMENT = """
title: The spring
owner: A
start: 2026-04-06
end: 2026-06-26
objectives: [{objectives}]
"""
ONE = "{title: One, commitment: committed, planned_value: 10}"
TWO = "{title: Two, commitment: committed, planned_value: 5}"


def write(folder: Path, path: str, head: str) -> None:
    file = folder / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(source(path, head).data)


def feature(state: str = "backlog", increment: str = "PI-1", more: str = "") -> str:
    return f"title: A feature\nepic: EP-1\nstate: {state}\nincrement: {increment}\nsize: 3\n{more}"


def commit(folder: Path, day: str, tag: str = "") -> None:
    """Commit all, as if at noon of a day."""
    moment = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    for arguments in (("add", "--all"), ("commit", "--quiet", "--message", "x")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, env={**GIT, **moment})
    if tag:
        git(folder, "tag", "--annotate", "--message", "x", tag)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Planned on 1 April with two objectives and three features; begun on the 6th; edited since."""
    folder = written(tmp_path / "office", {"portfolio.md": f"{PORTFOLIO}as_of: {AS_OF}"})
    git(folder, "init", "--quiet", "--initial-branch", "main")
    write(folder, "increments/PI-1.md", INCREMENT.format(objectives=f"{ONE}, {TWO}"))
    for number in (1, 2, 3):
        write(folder, f"features/FT-{number}.md", feature())
    commit(folder, "2026-04-01")
    write(folder, "features/FT-4.md", feature())
    commit(folder, "2026-04-07")
    one = ONE.replace("10", "8, actual_value: 8")
    three = "{title: Three, commitment: uncommitted, planned_value: 3, actual_value: 1}"
    write(folder, "increments/PI-1.md", INCREMENT.format(objectives=f"{one}, {three}"))
    write(folder, "features/FT-1.md", feature("done"))
    write(folder, "features/FT-2.md", feature("dropped"))
    (folder / "content" / "features" / "FT-3.md").unlink()
    commit(folder, "2026-05-20")
    return folder


def read(folder: Path) -> Built:
    project = Project.at(folder)
    return with_history(load(project)[1], project.content)


def compared(folder: Path) -> PlanComparison:
    return read(folder).figures.plans["PI-1"]


def test_without_a_tag_the_first_commit_of_the_increment_is_its_plan(office: Path) -> None:
    plan = compared(office)
    assert (plan.tagged, plan.on) == (False, date(2026, 4, 7))
    assert (plan.planned_features, plan.count("added")) == (4, 0)


def test_without_a_tag_the_page_names_the_commit_that_counts(office: Path) -> None:
    plan, text = compared(office), Language("en").text
    [on] = [fact for fact in plan_facts(plan, "PI-1") if fact.label == "Planned on"]
    assert text(on.why) == (
        f"commit {plan.commit[:8]}, the first from the increment's first day on, as no tag"
        " plan/PI-1 is set"
    )


def test_the_tag_is_the_plan_and_what_came_later_is_added(office: Path) -> None:
    git(office, "tag", "--annotate", "--message", "x", "plan/PI-1", "main~2")
    plan = compared(office)
    assert (plan.tagged, plan.on) == (True, date(2026, 4, 1))
    assert {entry.id: entry.outcome for entry in plan.features} == {
        "FT-1": "done", "FT-2": "dropped", "FT-3": "gone", "FT-4": "added",
    }  # fmt: skip
    assert plan.planned_features == 3


def test_a_plain_tag_counts_as_well(office: Path) -> None:
    git(office, "tag", "plan/PI-1", "main~2")
    assert compared(office).on == date(2026, 4, 1)


def test_a_tag_of_a_tag_counts_as_well(office: Path) -> None:
    git(office, "tag", "--annotate", "--message", "x", "inner", "main~2")
    git(office, "tag", "--annotate", "--message", "x", "plan/PI-1", "inner")
    plan = compared(office)
    assert (plan.tagged, plan.on) == (True, date(2026, 4, 1))


def test_delivered_is_measured_against_what_was_planned_and_not_against_today(
    office: Path,
) -> None:
    """Planned 10 + 5, of which one now says 8 and the other is gone: 9 of 15, not 9 of 8."""
    git(office, "tag", "plan/PI-1", "main~2")
    plan = compared(office)
    assert (plan.planned_value, plan.share) == (Decimal(15), Fraction(9, 15))
    assert [change.title for change in plan.objectives] == ["One", "Two", "Three"]


def test_the_page_says_each_difference(office: Path) -> None:
    git(office, "tag", "plan/PI-1", "main~2")
    built, text = read(office), Language("en").text
    plan = built.figures.plans["PI-1"]
    facts = {fact.label: text(fact.why) for fact in plan_facts(plan, "PI-1")}
    assert facts["Planned on"] == "tag plan/PI-1"
    assert facts["Delivered of that plan"] == "(8 + 1) / (10 + 5) = 9 / 15"
    assert facts["Features of the plan"] == "1 done, 0 open, 0 moved, 2 dropped, 1 added since"
    rows = [tuple(map(printed, row)) for row in plan_table(built.portfolio, plan).rows]
    assert rows == [
        ("One", "committed, 10", "committed, 8"),
        ("Two", "committed, 5", "not there"),
        ("Three", "not there", "uncommitted, 3"),
        ("FT-2 A feature", "planned", "dropped"),
        ("FT-3 A feature", "planned", "no longer there"),
        ("FT-4 A feature", "not there", "added"),
    ]


def printed(value: object) -> str:
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else Language("en").text(value)  # type: ignore[arg-type]


def test_a_feature_that_grew_since_the_plan_says_so(office: Path) -> None:
    write(office, "features/FT-1.md", feature("done").replace("size: 3", "size: 13"))
    write(office, "features/FT-5.md", feature("done").replace("size: 3\n", ""))
    git(office, "tag", "plan/PI-1", "main~2")
    built = read(office)
    rows = [
        tuple(map(printed, row))
        for row in plan_table(built.portfolio, built.figures.plans["PI-1"]).rows
    ]
    assert ("FT-1 A feature", "size 3", "size 13") in rows
    assert ("FT-5 A feature", "not there", "added") in rows


def test_a_feature_that_moved_says_where(office: Path) -> None:
    write(office, "increments/PI-2.md", INCREMENT.format(objectives=""))
    write(office, "features/FT-1.md", feature(increment="PI-2"))
    commit(office, "2026-05-21")
    git(office, "tag", "plan/PI-1", "main~3")
    (moved,) = (entry for entry in compared(office).features if entry.outcome == "moved")
    assert (moved.id, moved.increment) == ("FT-1", "PI-2")


def test_an_increment_to_come_and_one_before_git_have_no_plan(office: Path) -> None:
    later = INCREMENT.format(objectives="").replace("2026-04", "2026-09").replace("-06-", "-12-")
    early = INCREMENT.format(objectives="").replace("2026-", "2025-")
    write(office, "increments/PI-7.md", later)
    write(office, "increments/PI-0.md", early)
    commit(office, "2026-05-21")
    assert read(office).figures.plans.keys() == {"PI-1"}


def test_without_git_there_is_no_plan(tmp_path: Path) -> None:
    folder = written(tmp_path / "alone", {"increments/PI-1.md": INCREMENT.format(objectives=ONE)})
    assert load(Project.at(folder))[1].figures.plans == {}


def test_a_missing_value_on_either_side_leaves_the_share_unknown(office: Path) -> None:
    git(office, "tag", "plan/PI-1", "main~2")
    unrated = INCREMENT.format(objectives=ONE)
    write(office, "increments/PI-1.md", unrated)
    assert compared(office).share is None


def test_what_is_hidden_is_in_no_plan(office: Path) -> None:
    """Of a feature that is confidential now, or was then, no title and no count."""
    git(office, "tag", "plan/PI-1", "main~2")
    write(office, "features/FT-1.md", feature("done", more="visibility: confidential"))
    seen = published(read(office), "public").figures.plans["PI-1"]
    assert "FT-1" not in {entry.id for entry in seen.features}
    assert seen.planned_features == 2


def test_a_hidden_increment_has_no_plan_for_the_public(office: Path) -> None:
    git(office, "tag", "plan/PI-1", "main~2")
    hidden = f"{INCREMENT.format(objectives=ONE)}visibility: confidential"
    write(office, "increments/PI-1.md", hidden)
    assert published(read(office), "public").figures.plans == {}


# The command -----------------------------------------------------------------------------------


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    answer = run_leanfolio(*arguments, cwd=folder, timeout=120)
    assert answer.returncode == code, answer.stdout + answer.stderr
    said = answer.stdout + answer.stderr
    return answer.stdout if "json" in arguments else said


@pytest.fixture
def signed(office: Path) -> Path:
    git(office, "config", "user.name", "Ada")
    git(office, "config", "user.email", "ada@example.org")
    return office


def test_plan_says_what_is_compared_and_sets_an_annotated_tag_once(signed: Path) -> None:
    said = run(signed, "plan", "PI-1", "--dry-run")
    assert "no team: planned value 8 of 1 committed objective" in said
    assert "2 features, size 6" in said
    assert "plan/PI-1" not in run(signed, "show", "increment", "PI-1", "--format", "json")
    run(signed, "plan", "PI-1")
    kind = subprocess.run(
        ["git", "-C", str(signed), "cat-file", "-t", "refs/tags/plan/PI-1"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert kind == "tag\n"
    assert "nothing was changed" in run(signed, "plan", "PI-1")
    shown = json.loads(run(signed, "show", "increment", "PI-1", "--format", "json"))
    assert shown["plan"]["tag"] == "plan/PI-1"
    write(signed, "features/FT-9.md", feature())
    commit(signed, "2026-05-22")
    assert "was set already" in run(signed, "plan", "PI-1", code=2)


def test_plan_refuses_what_no_commit_holds_and_what_is_no_increment(signed: Path) -> None:
    assert "did you mean PI-1?" in run(signed, "plan", "PI-11", code=2)
    assert "no increment" in run(signed, "plan", "EP-1", code=2)
    write(signed, "features/FT-9.md", feature())
    assert "no commit holds" in run(signed, "plan", "PI-1", code=2)


def test_plan_refuses_content_with_errors(signed: Path) -> None:
    write(signed, "features/FT-9.md", feature("nowhere"))
    commit(signed, "2026-05-22")
    assert "has errors" in run(signed, "plan", "PI-1", code=1)


def test_the_increments_of_a_plan_are_increments(office: Path) -> None:
    assert isinstance(read(office).portfolio["PI-1"], Increment)

"""Ballots, scenarios and attachments are compared like items: entered, left, changed, undone."""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.disk import files
from leanfolio.disk.git_commits import attachments_here
from leanfolio.disk.open_folder import NotPlainError
from leanfolio.figures.change.beside import values_beside
from leanfolio.figures.change.differences import apply, differences, undone
from leanfolio.figures.change.values import ItemValues
from leanfolio.figures.funding.records import read_records
from leanfolio.model.source import Source
from making import git
from test_diff_command import commit, own_cache, put, repository, run
from test_site_changes import everything, page, site

__all__ = ["own_cache", "repository"]  # fixtures

BALLOT = "title: Autumn forum\non: 2026-10-22\npot: 100\nnote: Two tables\n"
VOTES = "group,item,amount\nOps,EP-1,60\nSales,EP-1,20\n"
SCENARIO = "title: Later\nepics: {EP-1: {approved: 10}}\n"
PICTURE = "not a real picture"
BESIDE = {
    "ballots/autumn.yml": BALLOT, "ballots/autumn.csv": VOTES,
    "scenarios/later.yml": SCENARIO, "plan.txt": PICTURE,
}  # fmt: skip


# As values ----------------------------------------------------------------------------------

amounts = st.sampled_from(["0", "5", "7.5", "x"])
names = st.sampled_from(["a", "b"])
ballots = st.builds(
    lambda title, pot, votes: f"title: {title}\npot: {pot}\nballots: {json.dumps(votes)}\n",
    names, amounts, st.dictionaries(names, st.dictionaries(names, st.integers(0, 3))),
)  # fmt: skip
scenarios = st.builds(
    lambda why, epics: f"why: {why}\nepics: {json.dumps(epics)}\n",
    st.sampled_from(["", "because"]),
    st.dictionaries(names, st.dictionaries(st.sampled_from(["cost", "due"]), amounts)),
)
others = st.builds(
    lambda rounds, plans, files: (
        [Source(PurePosixPath(f"ballots/{name}.yml"), text.encode()) for name, text in rounds]
        + [Source(PurePosixPath(f"scenarios/{name}.yml"), text.encode()) for name, text in plans],
        {PurePosixPath(f"{name}.png"): digest for name, digest in files.items()},
    ),
    st.dictionaries(names, ballots).map(dict.items),
    st.dictionaries(names, scenarios).map(dict.items),
    st.dictionaries(names, st.sampled_from(["1", "2"])),
)
Others = tuple[list[Source], Mapping[PurePosixPath, str]]


def values(one: Others) -> dict[str, ItemValues]:
    return values_beside(read_records(one[0]), one[1])


@given(others, others)
def test_changes_beside_the_items_applied_to_one_side_give_the_other(
    one: Others, other: Others
) -> None:
    before, after = values(one), values(other)
    changes = differences(before, after)
    assert apply(before, changes) == after
    assert apply(after, undone(changes)) == before
    assert apply(after, differences(after, before)) == before
    assert differences(before, before) == ()


# As `diff` tells them -----------------------------------------------------------------------


def told(folder: Path, *revisions: str) -> list[str]:
    found = run(folder, "diff", *revisions, "--all")
    assert found.exit_code == 0, found.output
    return found.stdout.splitlines()


def kinds(folder: Path, *revisions: str) -> list[tuple[Any, ...]]:
    answer = json.loads(run(folder, "diff", *revisions, "--format", "json").stdout)
    return [
        (change["type"], change["id"], change["kind"], change["field"], change["commit"])
        for change in answer["changes"]
    ]


def test_what_enters_leaves_and_changes_is_told_with_its_commit(repository: Path) -> None:
    put(repository, BESIDE)
    came = commit(repository, 1)
    put(repository, {
        "ballots/autumn.yml": BALLOT.replace("100", "120"),
        "ballots/autumn.csv": VOTES.replace("60", "70").replace("Sales,EP-1,20\n", ""),
        "scenarios/later.yml": SCENARIO.replace("10", "12"), "plan.txt": PICTURE + "!",
    })  # fmt: skip
    moved = commit(repository, 2)
    put(repository, dict.fromkeys(BESIDE))
    gone = commit(repository, 3)
    first = [
        ("ballot", "./ballots/autumn", "entered", None, came),
        ("scenario", "./scenarios/later.yml", "entered", None, came),
        ("attachment", "./plan.txt", "entered", None, came),
    ]
    assert kinds(repository, "HEAD~3", "HEAD~2") == first
    said = told(repository, "HEAD~3", "HEAD~2")
    assert "- Also changed: 1 ballot, 1 scenario and 1 picture or document" in said
    assert f"- The ballot “Autumn forum” is new  ({came[:8]})" in said
    assert f"- The file plan.txt is new  ({came[:8]})" in said
    assert kinds(repository, "HEAD~2", "HEAD~1") == [
        ("ballot", "./ballots/autumn", "ballot", "pot", moved),
        ("ballot", "./ballots/autumn", "ballot", "votes", moved),
        ("scenario", "./scenarios/later.yml", "scenario", "epics", moved),
        ("attachment", "./plan.txt", "attachment", "bytes", moved),
    ]
    said = told(repository, "HEAD~2", "HEAD~1")
    assert (
        "- The ballot “Autumn forum”: the pot from €100 to €120; “Ops” gives EP-1 €70 instead of"
        f" €60; “Sales” gives EP-1 €0 instead of €20  ({moved[:8]})"
    ) in said
    assert f"- The scenario “Later”: other figures for EP-1  ({moved[:8]})" in said
    assert f"- The file plan.txt has other contents  ({moved[:8]})" in said
    assert {kind for _, _, kind, _, _ in kinds(repository, "HEAD~1", "HEAD")} == {"left"}
    ballot = f"- The ballot “Autumn forum” is gone; last seen in ballots/autumn  ({gone[:8]})"
    assert ballot in told(repository, "HEAD~1", "HEAD")
    assert kinds(repository, "HEAD~3", "HEAD") == []


def test_the_work_tree_is_compared_too_and_names_no_commit(repository: Path) -> None:
    put(repository, BESIDE)
    commit(repository, 1)
    assert kinds(repository, "HEAD") == []
    put(repository, {"plan.txt": "other", "ballots/autumn.csv": VOTES + "New,EP-1,5\n"})
    assert kinds(repository, "HEAD") == [
        ("ballot", "./ballots/autumn", "ballot", "votes", None),
        ("attachment", "./plan.txt", "attachment", "bytes", None),
    ]


@pytest.mark.parametrize("hidden", ["visibility: confidential\n", ""])
def test_a_ballot_that_is_hidden_today_is_in_no_byte_of_the_page(
    hidden: str, repository: Path
) -> None:
    put(repository, {"ballots/autumn.yml": BALLOT + "ballots: {Ops: {EP-1: 60}}\n"})
    commit(repository, 1)
    git(repository, "tag", "pi/PI-1")
    put(repository, {"ballots/autumn.yml": BALLOT + hidden + "ballots: {Ops: {EP-1: 61}}\n"})
    commit(repository, 2)
    built = site(repository)
    assert ("Autumn forum" in everything(built)) == (not hidden)
    line = "The ballot “Autumn forum”: “Ops” gives EP-1 €61 instead of €60"
    assert any(each.startswith(line) for each in page(built)) == (not hidden)


def test_an_attachment_whose_folder_a_link_has_replaced_is_not_read(repository: Path) -> None:
    folder = repository / "content"
    put(repository, {"plans/plan.txt": PICTURE})
    content = files.load(folder)
    assert attachments_here(folder, content, {}).keys() == {PurePosixPath("plans/plan.txt")}
    (folder / "plans").rename(repository / "elsewhere")
    (folder / "plans").symlink_to(repository / "elsewhere")
    with pytest.raises(NotPlainError):
        attachments_here(folder, content, {})

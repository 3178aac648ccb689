"""Back to Jira and Azure DevOps by the map of the import: what is ours, of what changed."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.editor.text import scalar
from leanfolio.importing.azure import read_azure
from leanfolio.importing.exchange_map import read_exchange_map
from leanfolio.importing.exchange_run import ExchangeMapFile, ImportPlan, plan_import
from leanfolio.importing.jira import read_jira
from leanfolio.importing.last_import import read_base
from leanfolio.importing.outgoing import Outgoing, azure_rows, azure_state_rows, jira_rows
from leanfolio.model.source import Source
from leanfolio.output.trackers import table
from leanfolio.pipeline import build
from making import TODAY
from trackers import a_file

JIRA = """
system: jira
title: shared
state: shared
parent: shared
types: {Epic: epic, Task: feature, Sub-task: story}
states:
  Funnel: {state: funnel, category: new}
  To do: {state: {feature: backlog, story: ready}, category: new}
fields:
  Labels: {to: tags, owner: shared}
  Due date: {to: due, owner: shared, date: DD/Mon/YYYY}
  Points: {to: {feature: size, story: points}, owner: here, decimal: ","}
links:
  Blocks: {inward: depends_on, owner: shared}
people: {acc-1: R. Ahmed}
"""
AZURE = """
system: azure
title: shared
state: shared
parent: shared
types: {Epic: epic, Feature: feature, User Story: story}
states:
  New: {state: {epic: funnel, feature: backlog, story: ready}, category: new}
fields:
  Tags: {to: tags, owner: shared, split: ;}
  Target Date: {to: due, owner: here, date: MM/DD/YYYY}
  Story Points: {to: {feature: size, story: points}, owner: shared}
"""
OURS = "fields:\n  leanfolio ID: {to: id}\n"
MAPS = {"jira": JIRA, "azure": AZURE}


def an_item(type: str, id: str, number: int, system: str, **more: Any) -> Source:
    folder = {"epic": "epics", "feature": "features", "story": "stories"}[type]
    state = {"epic": "funnel", "feature": "backlog", "story": "ready"}[type]
    key = str(number) if system == "azure" else f"APP-{number}"
    known = f'source: {{system: {system}, id: "{number}", key: {key!r}}}'.replace("'", '"')
    values = {"title": f"Work {id}", "state": state} | more
    values["title"] = scalar(values["title"])
    head = [f"{name}: {written(value)}" for name, value in values.items() if value is not None]
    text = "\n".join(["---", f"type: {type}", f"id: {id}", *head, known, "---", ""])
    return Source(PurePosixPath(f"{folder}/{id}.md"), text.encode())


def written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(scalar, value))}]"
    return str(value)


def three(system: str, **more: Any) -> list[Source]:
    """An epic, a feature and a story in each other."""
    shared = {name: value for name, value in more.items() if name != "points"}
    points = more.get("points")
    return [
        an_item("epic", "EP-1", 10, system, **shared),
        an_item("feature", "FT-1", 11, system, epic="EP-1", size=points, **shared),
        an_item("story", "ST-1", 12, system, feature="FT-1", points=points, **shared),
    ]


def outgoing(
    sources: list[Source], system: str, base: str = "", *, everything: bool = True
) -> Outgoing:
    map = read_exchange_map(MAPS[system], "map.yml")
    built = build(sources, as_of=TODAY, otherwise=TODAY)
    return Outgoing(built.portfolio, map, read_base(base, "base"), everything=everything)


def tables(out: Outgoing) -> list[str]:
    if out.map.system == "jira":
        return [text] if (text := jira_rows(out)) else []
    files = azure_rows(out)
    assert isinstance(files, list)
    return files


def imported(texts: list[str], system: str, here: list[Source], base: str = "") -> ImportPlan:
    read = read_jira if system == "jira" else read_azure
    map_file = ExchangeMapFile("map.yml", read_exchange_map(MAPS[system], "map.yml"), base)
    extract = read([a_file(text, f"{n}.csv") for n, text in enumerate(texts)])
    return plan_import(extract, map_file, here, date(2026, 11, 20))


def dicts(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def items_of(sources: list[Source]) -> dict[str, dict[str, Any]]:
    """What each item says, by its number there; the item above by its number too."""
    names = ("title", "tags", "due", "size", "points", "state", "epic", "feature")
    found = build(sources, as_of=TODAY, otherwise=TODAY).portfolio.items.values()
    numbers = {item.id: item.source.id for item in found if item.source is not None}
    result = {}
    for item in found:
        values = {name: getattr(item, name, None) for name in names}
        values |= {name: numbers.get(values[name] or "", "") for name in ("epic", "feature")}
        if item.source is not None:
            result[str(item.source.id)] = values
    return result


TITLES = st.text(alphabet="=+-@'; ax9é＝", min_size=1) | st.sampled_from(OWN)
TAGS = st.lists(st.text(alphabet="=+-@'ax9", min_size=1, max_size=4), max_size=3, unique=True)
POINTS = st.none() | st.decimals(0, 999, places=2).map(lambda each: each.normalize())


@pytest.mark.parametrize("system", ["jira", "azure"])
@given(
    title=TITLES.map(lambda text: " ".join(text.split())).filter(lambda text: text.isprintable()),
    tags=TAGS,
    points=POINTS,
    due=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)
def test_what_goes_out_and_comes_in_again_changes_nothing(
    system: str, title: str, tags: list[str], points: Decimal | None, due: date | None
) -> None:
    number = None if points is None else f"{points:f}"
    here = three(system, title=title or "x", tags=tags or None, points=number, due=due)
    out = outgoing(here, system)
    texts = tables(out)
    plan = imported(texts, system, here)
    assert (plan.changes, plan.report.has_problems, out.left) == ((), False, [])
    # Into an empty folder: all that was sent is there again.
    made = imported(texts, system, [])
    there, before = (
        items_of([Source(path, after) for path, _, after in made.changes]),
        items_of(here),
    )
    assert there.keys() == before.keys()
    for id, values in before.items():
        sent = {name for name in values if system == "jira" or name != "state"}
        assert {name: there[id][name] for name in sent} == {name: values[name] for name in sent}


def base_of(system: str, here: list[Source]) -> str:
    """What the source said, where it said what stands here."""
    out = outgoing(here, system)
    states = azure_state_rows(out)[0] if system == "azure" else []
    base = imported(tables(out), system, here).base
    items = json.loads(base)
    for row in (each for text in states for each in dicts(text)):
        state = {"10": "funnel", "11": "backlog", "12": "ready"}[row["ID"]]
        items["items"][row["ID"]]["said"]["state"] = state
    return json.dumps(items)


def edited(here: list[Source], number: int, old: str, new: str) -> list[Source]:
    each = here[number]
    changed = Source(each.path, each.data.replace(old.encode(), new.encode()))
    assert changed.data != each.data
    return [*here[:number], changed, *here[number + 1 :]]


@pytest.mark.parametrize("system", ["jira", "azure"])
def test_only_items_that_changed_since_the_import_go_out(system: str) -> None:
    here = three(system, points="3")
    base = base_of(system, here)
    assert tables(outgoing(here, system, base, everything=False)) == []
    out = outgoing(edited(here, 2, "points: 3", "points: 5"), system, base, everything=False)
    assert [row.id for row in out.rows] == ["ST-1"]
    rows = dicts(tables(out)[0])
    if system == "jira":
        assert [(row["Issue key"], row["Parent"], row["Points"]) for row in rows] == [
            ("APP-12", "11", "5"),
        ]  # fmt: skip
    else:  # whole trees
        assert [(row["ID"], row["Story Points"]) for row in rows] == [
            ("10", ""), ("11", "3"), ("12", "5"),
        ]  # fmt: skip


def test_what_the_source_owns_does_not_go_out() -> None:
    here = three("jira", tags=["a"], owner="A")
    base = base_of("jira", here)
    map = JIRA.replace("title: shared\nstate: shared\nparent: shared\n", "").replace(
        "Labels: {to: tags, owner: shared}", "Labels: {to: tags}"
    )
    read = read_exchange_map(map, "map.yml")
    changed = edited(edited(here, 0, "Work EP-1", "Ours"), 1, "tags: [a]", "tags: [b]")
    portfolio = build(changed, as_of=TODAY, otherwise=TODAY).portfolio
    assert Outgoing(portfolio, read, read_base(base, "base")).rows == []
    [one, *_] = dicts(
        jira_rows(Outgoing(portfolio, read, read_base(base, "base"), everything=True))
    )
    assert one["Summary"] == "Work EP-1"  # the form needs one: what the source said
    assert not {"Status", "Labels", "Parent", "Assignee"} & one.keys()


def test_what_would_not_come_back_as_it_is_stays_here_and_is_told() -> None:
    here = three("azure", tags=["a;b"], points="3")
    out = outgoing(here, "azure")
    [table] = tables(out)
    assert "Tags" not in dicts(table)[0]  # an empty cell would take away what Azure has
    assert out.left[0] == 'EP-1: `tags`: ["a;b"] would come back as [a, b]'


@pytest.mark.parametrize("system", ["jira", "azure"])
def test_what_is_there_keeps_its_type_where_several_are_one_here(system: str) -> None:
    here = three(system, points="3")
    [text] = tables(outgoing(here, system))
    [epic, feature, story] = dicts(text)
    name = "Issue Type" if system == "jira" else "Work Item Type"
    map = MAPS[system].replace("types: {", "types: {Bug: story, ")
    bug = text.replace(story[name], "Bug")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MAPS, system, map)
        base = imported([bug], system, here).base
        rows = dicts(tables(outgoing(here, system, base))[0])
    assert [row[name] for row in rows] == [epic[name], feature[name], "Bug"]


def test_links_and_items_that_are_new_there_are_named_by_their_rows() -> None:
    new = Source(
        PurePosixPath("features/FT-9.md"),
        b"---\ntitle: New\nepic: EP-1\nstate: backlog\ndepends_on: [FT-1]\n---\nProse.\n",
    )
    here = three("jira", points="3")
    out = outgoing([*here, new], "jira", base_of("jira", here), everything=False)
    [row] = dicts(jira_rows(out))
    assert (row["Issue id"], row["Issue key"], row["Parent"]) == ("1", "", "10")
    assert row["Inward issue link (Blocks)"] == "APP-11"
    assert row["Custom field (leanfolio ID)"] == "FT-9"


@pytest.mark.parametrize("system", ["jira", "azure"])
def test_an_item_that_went_out_as_new_comes_back_as_itself(system: str) -> None:
    text = b"---\ntitle: New\nepic: EP-1\nstate: backlog\n---\nOurs.\n"
    new = Source(PurePosixPath("features/FT-9.md"), text)
    here = [*three(system, points="3"), new]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MAPS, system, MAPS[system].replace("fields:\n", OURS))
        base = base_of(system, here[:3])
        out = outgoing(here, system, base, everything=False)
        [row] = [row for row in dicts(tables(out)[0]) if row["leanfolio ID"] == "FT-9"]
        # The other system gives it a number.
        row |= {"Issue id": "99", "Issue key": "APP-99"} if system == "jira" else {"ID": "99"}
        every = [*dicts(tables(outgoing(here[:3], system))[0]), row]
        plan = imported([table(every, [*row])], system, here, base)
        assert plan.report.made == []
        after = {str(path): after for path, _, after in plan.changes}["features/FT-9.md"]
        assert b'id: "99"' in after
        assert after.endswith(b"---\nOurs.\n")
        # All that is left to say is the state that Azure takes of what it has alone.
        out = outgoing([*here[:3], Source(new.path, after)], system, plan.base, everything=False)
        if system == "jira":
            assert tables(out) == []
        else:
            [[row]] = map(dicts, azure_state_rows(out)[0])
            assert (row["ID"], row["State"]) == ("99", "New")


# The commands -----------------------------------------------------------------------------------


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(root), *arguments])


def project(root: Path, system: str) -> Path:
    """A folder with content, a map and what the import said last; returns the map."""
    here = three(system, points="3")
    map = root / "exchange/map.yml"
    map.parent.mkdir()
    map.write_text(MAPS[system])
    map.with_name("map.base.json").write_text(base_of(system, here))
    for each in here:
        path = root / "content" / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)
    return map


@pytest.mark.parametrize("system", ["jira", "azure"])
def test_the_commands_take_the_map_and_what_was_imported_last(system: str, tmp_path: Path) -> None:
    map, out = project(tmp_path, system), tmp_path / "out.csv"
    command = ("export", f"{system}-csv", str(out), "--map", str(map))
    none = run(tmp_path, *command)
    assert (none.exit_code, out.exists()) == (0, False), none.output
    assert "nothing that is ours differs" in none.output
    story = tmp_path / "content/stories/ST-1.md"
    story.write_text(story.read_text().replace("Work ST-1", "=cmd()"))
    done = run(tmp_path, *command)
    assert (done.exit_code, "1 of 3 items changed since the import" in done.output) == (0, True)
    assert "'=cmd()" in out.read_text()
    (tmp_path / "alone/content/epics").mkdir(parents=True)
    (tmp_path / "alone/content/epics/EP-1.md").write_text("---\ntitle: One\n---\n")
    alone = run(tmp_path / "alone", *command)
    assert "1 of 1 item changed since the import" in alone.output
    run(tmp_path, *command)
    assert "3 of 3 items" in run(tmp_path, *command, "--all").output
    back = run(tmp_path, "import", system, str(out), "--map", str(map), "--on", "2026-11-20")
    assert "0 made, 0 changed, 0 in conflict, 0 gone, 3 unchanged" in back.stdout
    assert "=cmd()" in story.read_text()


def test_a_map_of_another_system_is_refused(tmp_path: Path) -> None:
    map = project(tmp_path, "azure")
    done = run(tmp_path, "export", "jira-csv", str(tmp_path / "x.csv"), "--map", str(map))
    assert done.exit_code == 2
    assert "map.yml is a map for azure, and this is a table for jira" in done.output

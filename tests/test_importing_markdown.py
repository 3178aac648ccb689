"""Foreign Markdown becomes items by a map, and follows its source; what people wrote stays."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.importing.mapping import MapError
from leanfolio.importing.markdown import MarkdownReport, import_markdown
from leanfolio.importing.markdown_items import MarkdownItems, import_documents
from leanfolio.importing.markdown_map import map_schema, read_markdown_map
from leanfolio.importing.markdown_merge import imported, merged
from leanfolio.importing.markdown_report import as_text
from leanfolio.model import Epic, Feature
from leanfolio.model.source import Source
from leanfolio.read import read
from leanfolio.read.yaml import parse

jsonschema = pytest.importorskip("jsonschema")
MAP = """
items:
  - type: epic
    files: ["*/*.md"]
    but: ["*/README.md"]
    fields:
      id: {file: path}
      title: {heading: [1, 2]}
      owner: [Point of contact, Owner(s)]
      state: {label: Status, words: {Proposed: funnel, Not accepted: rejected}}
      tags: {file: folder}
      body: {prose: rest}
    rows:
      - type: feature
        table: [Task, Subgoal]
        fields:
          id: {number: T}
          title: [Task, Subgoal]
          owner: Who
          epic: {of: id}
known: [Teams]
"""
GOAL = """# Faster builds

| Metadata         |                          |
|:-----------------|--------------------------|
| :--------------- | ------------------------ |
| Point of contact | @ada                     |
| Teams            | <!-- TEAMS WITH ASKS --> |
| Status           | Proposed                 |
| Zulip channel    | [#fast][channel]         |

[channel]: https://example.org/fast

## Summary

Builds take half the time.

| Task   | Who               | Notes |
|--------|-------------------|-------|
| Design | ![Team][] [infra] | soon  |
| Build  | @ben              |       |
"""


def found(files: Mapping[str, str], map: str = MAP) -> MarkdownItems:
    return import_documents(files.items(), read_markdown_map(map))


def left(items: MarkdownItems) -> list[tuple[str, str, str]]:
    return [(str(each.at), each.what, each.why) for each in items.left]


def only(items: MarkdownItems, type: type[Any] = Epic) -> Any:
    """The one item of a type that was made, read as the check reads it."""
    [made] = [each for each in items.made if each.path.parts[0] == type.FOLDER]
    reading = read([Source(made.path, made.text.encode())])
    assert reading.problems == []
    return reading.items[0]


# What a file says ----------------------------------------------------------------------------


def test_a_goal_with_its_table_becomes_an_epic_and_its_tasks_features() -> None:
    items = found({"2025h1/fast.md": GOAL})
    epic = only(found({"2025h1/fast.md": GOAL.partition("| Task")[0]}))
    assert (epic.id, epic.title, epic.owner) == ("2025h1-fast", "Faster builds", "@ada")
    assert (epic.state, epic.tags) == ("funnel", ("2025h1",))
    texts = {each.path.name: each.text for each in items.made}
    [design] = read([Source(items.made[1].path, texts["2025h1-fast-T1.md"].encode())]).items
    assert isinstance(design, Feature)
    assert (design.title, design.owner, design.epic) == ("Design", "Team infra", "2025h1-fast")
    assert sorted(texts) == ["2025h1-fast-T1.md", "2025h1-fast-T2.md", "2025h1-fast.md"]
    assert left(items) == []


def test_the_prose_stays_without_the_heading_and_the_table_that_fields_took() -> None:
    text = found({"2025h1/fast.md": GOAL}).made[0].text
    assert "Builds take half the time." in text
    assert "| Design |" in text  # the rows are items as well, and stay in the prose that names them
    assert "Metadata" not in text
    assert "# Faster builds" not in text
    assert text.endswith("Imported from 2025h1/fast.md.\n")


def test_what_the_map_leaves_out_is_named_with_its_count_and_first_place() -> None:
    items = found({"a/x.md": GOAL, "b/y.md": GOAL, "a/README.md": "# Read me\n", "z.md": "# Z\n"})
    unmapped = {what: (each.count, str(each.first)) for what, each in items.unmapped.items()}
    assert unmapped == {"`Zulip channel`": (2, "a/x.md:9"), "column `Notes`": (2, "a/x.md:19")}
    assert items.not_taken == ["a/README.md", "z.md"]


@pytest.mark.parametrize(
    "again",
    [
        GOAL.replace("@ada                     |", "@ada |"),
        GOAL.replace("| :--------------- | ------------------------ |\n", ""),
        GOAL.replace("|:-----------------|--------------------------|", "|---|---|"),
        GOAL.replace("\n", "\r\n"),
        GOAL.replace("Point of contact | @ada", "Owner(s)         | @ada"),
        GOAL.replace("| Teams            | <!-- TEAMS WITH ASKS --> |\n", ""),
    ],
)  # fmt: skip
def test_a_table_that_is_drawn_otherwise_changes_no_byte(again: str) -> None:
    before, after = ([each.text for each in found({"a/x.md": text}).made] for text in (GOAL, again))
    assert before == after


def test_front_matter_is_labels_as_well() -> None:
    map = """
items:
  - type: epic
    fields: {id: key, title: name, cost: {label: money.likely, times: 1000}, tags: labels,
             source.system: {always: forge}, source.key: key,
             source.url: {label: issue, take: link}}
"""
    text = (
        "---\nkey: E-1\nname: One\nlabels: [a, b]\nmoney: {likely: 2.5}\n"
        "issue: https://example.org/1\npeople: [{name: Ada}]\n---\nText.\n"
    )
    items = found({"one.md": text}, map)
    epic = only(items)
    assert (epic.id, epic.title, epic.tags, int(epic.cost)) == ("E-1", "One", ("a", "b"), 2500)
    assert epic.source.url == "https://example.org/1"
    assert left(items) == [
        ("one.md:7", "`people`", "it is a list of records, which no field takes"),
    ]
    assert "the text" in items.unmapped  # no field takes the prose, which is said


def test_what_cannot_be_read_is_told_with_file_and_line_and_costs_no_more_than_it_must() -> None:
    map = MAP.replace("      tags:", "      due: Due\n      tags:")
    goal = GOAL.replace("| Status", "| Due              | 31.12.2026 |\n| Status")
    items = found(
        {"a/x.md": goal, "b/y.md": "---\na: &b 1\n---\n" + GOAL, "c/z.md": goal[16:]}, map
    )
    told = left(items)
    assert told[0][:2] == ("a/x.md:8", "`due` of a-x")
    assert "write 2026-12-31; in the map, `date: DD.MM.YYYY`" in told[0][2]
    assert told[1][:2] == ("b/y.md:2", "the file")
    assert "c-z" in {each.path.stem for each in items.made}  # its first heading is "Summary"


def test_a_label_that_goes_before_another_with_other_words_is_told() -> None:
    goal = GOAL.replace("| Status", "| Owner(s)         | Mara |\n| Status")
    [(at, what, why)] = left(found({"a/x.md": goal}))
    assert (at, what) == ("a/x.md:8", "`owner` of a-x")
    assert why == "`Point of contact` goes before `Owner(s)`, which says 'Mara'"


def test_two_files_that_would_be_one_item_are_a_clash_and_never_last_wins() -> None:
    items = found({"a/X y.md": GOAL, "a/x-y.md": GOAL.replace("Faster", "Slower")})
    assert [each.at.file for each in items.made if each.path.parts[0] == "epics"] == ["a/X y.md"]
    assert left(items) == [("a/x-y.md:1", "the epic", "a-x-y is made from a/X y.md:1 already")]


def test_links_between_files_lead_to_their_items_and_all_others_stay() -> None:
    text = (
        "See [it](./slow.md#why), [there](../b/far%20off.md), [none](gone.md), [web](https://x.org/"
        "slow.md) and [ref].\n\n[ref]: slow.md\n\n```\n[code](slow.md)\n```\n"
    )
    items = found({"a/fast.md": GOAL + text, "a/slow.md": GOAL, "b/far off.md": GOAL})
    body = next(each.text for each in items.made if each.path.stem == "a-fast")
    assert "[it](a-slow.md#why), [there](b-far-off.md), [none](gone.md)" in body
    assert "[web](https://x.org/slow.md)" in body
    assert "\n[ref]: a-slow.md\n" in body
    assert "\n[code](slow.md)\n" in body


# The map -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("map", "why"),
    [
        ("items: [{type: epicc, fields: {id: k}}]", "did you mean epic"),
        ("items: [{type: epic, fields: {title: k}}]", "has no `id`"),
        ("items: [{type: epic, fields: {id: k, cots: c}}]", "did you mean cost"),
        ("items: [{type: epic, fields: {id: {lable: k}}}]", "line 1: .* did you mean label"),
        ("items: [{type: epic, fields: {id: {label: k, file: path}}}]", "needs one of"),
        ("items: [{type: epic, fields: {id: {label: []}}}]", "needs one of"),
        ("items: [{type: epic, fields: {id: k, due: {label: d, date: D.M.}}}]", "DD.MM.YYYY"),
        ("items: [{type: epic, fields: {id: k, title: {prose: rest}}}]", "only `body` takes it"),
        ("items: [{type: epic, fields: {id: k, source: s, source.key: k}}]", "piece by piece"),
        ("items: []", "items"),
        ("", "`items` is missing"),
        ("items: [{type: epic, files: q/*.md, fields: {id: k}}]", "no file is like q/"),
        (MAP.replace("label: Status", "label: Statuss"), "did you mean Status"),
        (MAP.replace("owner: Who", "owner: Whom"), "did you mean Who"),
    ],
)
def test_a_map_that_cannot_be_used_says_why(map: str, why: str) -> None:
    with pytest.raises(MapError, match=why):
        found({"a/x.md": GOAL}, map)


def test_the_schema_takes_the_maps_that_the_reader_takes() -> None:
    validator = jsonschema.Draft202012Validator(map_schema())
    validator.check_schema(validator.schema)
    assert [*validator.iter_errors(parse(MAP, 1).values)] == []
    assert [*validator.iter_errors({"items": [{"type": "epicc", "fields": {}}]})]
    assert [*validator.iter_errors({"items": [{"type": "epic", "fieldz": {}}]})]


# Into files ----------------------------------------------------------------------------------


class Office:
    """A folder with a portfolio, a map, and somebody else's goals beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.goals = folder / "goals"
        self.map = folder / "exchange/goals.yml"
        self.map.parent.mkdir()
        self.map.write_text(MAP)
        self.write("a/fast.md", GOAL)

    def write(self, path: str, text: str) -> None:
        file = self.goals / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))

    def run(self, *flags: str) -> Result:
        command = ["-C", str(self.folder), "import", "markdown", str(self.goals),
                   "--map", str(self.map), *flags]  # fmt: skip
        return CliRunner().invoke(commands, command)

    def bytes(self) -> dict[str, bytes]:
        """All files but those of the source."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and self.goals not in path.parents
        }


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


EPIC = "content/epics/a-fast.md"


def test_a_dry_run_says_the_same_and_writes_nothing(office: Office) -> None:
    before = office.bytes()
    dry = office.run("--dry-run", "--format", "json")
    assert office.bytes() == before
    real = office.run("--format", "json")
    said, done = json.loads(dry.stdout), json.loads(real.stdout)
    assert said.pop("dry_run")
    assert not done.pop("dry_run")
    assert said == done
    assert done["counts"]["made"] == 3
    assert EPIC in office.bytes()


def test_the_same_input_twice_changes_no_byte(office: Office) -> None:
    office.run()
    before = office.bytes()
    again = office.run()
    assert again.exit_code == 0
    assert again.stdout.splitlines()[-1] == (
        "1 file: 1 epic, 2 features; 0 made, 0 changed, 3 as before"
    )
    assert office.bytes() == before


def test_what_moved_in_the_source_follows_and_what_people_wrote_stays(office: Office) -> None:
    office.run()
    file = office.folder / EPIC
    ours = file.read_text().replace("state: funnel\n", "state: funnel\njob_size: 5  # a guess\n")
    file.write_text(f"{ours}\nWe looked at it in May.\n")
    office.write("a/fast.md", GOAL.replace("@ada", "@eve").replace("half the", "a third of the"))
    done = office.run()
    assert done.exit_code == 0
    assert "a/fast.md:1: changed epics/a-fast.md: owner and the text" in done.stdout
    assert file.read_text() == ours.replace("@ada", "@eve").replace(
        "half the", "a third of the"
    ) + ("\nWe looked at it in May.\n")


def test_what_both_changed_stays_ours_and_is_told_once(office: Office) -> None:
    office.run()
    file = office.folder / EPIC
    file.write_text(file.read_text().replace('"@ada"', "M. van Dam"))
    office.write("a/fast.md", GOAL.replace("@ada", "@eve"))
    done = office.run()
    assert done.exit_code == 1
    assert "kept epics/a-fast.md: owner; the source says something else" in done.stdout
    assert "owner: M. van Dam\n" in file.read_text()
    assert office.run().exit_code == 0


def test_an_item_that_the_source_gives_up_stays_and_is_told(office: Office) -> None:
    office.write("a/slow.md", GOAL)
    office.run()
    (office.goals / "a/slow.md").unlink()
    done = office.run()
    assert "gone epics/a-slow.md: the source does not have it any more" in done.stdout
    assert (office.content / "epics/a-slow.md").is_file()


def test_a_file_that_was_removed_here_is_not_made_again(office: Office) -> None:
    office.run()
    (office.folder / EPIC).unlink()
    done = office.run()
    assert "a/fast.md:1: removed here epics/a-fast.md: it is not made again" in done.stdout
    assert done.exit_code == 0
    assert not (office.folder / EPIC).exists()


def test_a_file_that_no_import_made_is_never_overwritten(office: Office) -> None:
    mine = office.folder / EPIC
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = office.run()
    assert done.exit_code == 1
    assert "left out epics/a-fast.md: it is there already, and no import made it" in done.stdout
    assert mine.read_text() == "mine"


def test_no_path_leads_out_of_the_content(office: Office, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    office.map.write_text(MAP.replace("id: {file: path}", "id: Key"))
    office.write("a/fast.md", GOAL.replace("| Teams ", "| Key | ../../etc/x |\n| Teams "))
    office.content.mkdir()
    (office.content / "features").symlink_to(elsewhere)
    before = {path for path in office.folder.rglob("*") if office.content not in path.parents}
    done = office.run()
    assert done.exit_code == 2, done.output
    assert "behind a symbolic link" in done.stderr
    (office.content / "features").unlink()
    assert office.run().exit_code == 0
    assert (office.content / "epics/etc-x.md").is_file()
    added = {path for path in office.folder.rglob("*") if office.content not in path.parents}
    assert added - before == {office.map.with_suffix(".base.json")}
    assert [*elsewhere.iterdir()] == []


def test_links_bytes_and_huge_files_are_refused_by_name(office: Office) -> None:
    (office.goals / "a/link.md").symlink_to("/etc/hostname")
    office.write("a/huge.md", "x" * (1024 * 1024 + 1))
    (office.goals / "a/bytes.md").write_bytes(b"\xff\xfe#\0 \0")
    done = office.run("--format", "json")
    assert done.exit_code == 1
    entries = json.loads(done.stdout)["entries"]
    assert {each["at"] for each in entries if each["kind"] == "left_out"} == {
        "a/link.md:1", "a/huge.md:1", "a/bytes.md:1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [('{"version": 1, "files": [1]}', "is not what an import left"),
     ("[" * 100_000, "is not what an import left"), ("", "is not what an import left"),
     ('{"version": 2, "files": {}}', "is of version 2, not of 1")],
)  # fmt: skip
def test_a_base_that_is_none_is_said_and_nothing_is_written(
    text: str, why: str, office: Office
) -> None:
    office.map.with_suffix(".base.json").write_text(text)
    before = office.bytes()
    done = office.run()
    assert (done.exit_code, office.bytes()) == (2, before)
    assert f"goals.base.json {why}" in done.stderr


# Hostile text --------------------------------------------------------------------------------


def test_a_fence_that_would_be_a_view_of_ours_stays_as_text() -> None:
    items = found({"a/x.md": GOAL + "\n```leanfolio\nview: funding\n```\n"})
    text = items.made[0].text
    assert "```leanfolio" not in text
    assert "```text\nview: funding\n```" in text
    assert left(items) == [
        ("a/x.md:22", "the view that a fence `leanfolio` asks for", "it stays as text"),
    ]


@pytest.mark.parametrize("attack", OWN)
def test_whatever_a_cell_holds_is_text(attack: str) -> None:
    text = attack.encode("utf-8", "replace").decode()  # what a file can hold
    line = " ".join(text.split()).replace("|", "/")
    items = found({"a/x.md": GOAL.replace("@ada", line)})
    assert {each.path.parts[0] for each in items.made} == {"epics", "features"}
    for made in items.made:
        [item] = read([Source(made.path, made.text.encode("utf-8", "replace"))]).items
        assert item.id.startswith("a-x")
    report = import_report(line)
    assert "\x1b" not in report


def import_report(text: str) -> str:
    items = found({"a/x.md": GOAL.replace("Zulip channel", text)})
    return "\n".join(as_text(MarkdownReport(items), dry=False))


# The merge -----------------------------------------------------------------------------------

FIELDS = st.dictionaries(st.sampled_from(["owner", "state", "tags", "cost"]), st.integers(0, 3))


def file_of(fields: Mapping[str, int], prose: str) -> str:
    lines = "".join(f"{name}: {fields[name]}\n" for name in sorted(fields))
    return f"---\nid: A\n{lines}---\n{prose}\n\nImported from a.md.\n"


@given(FIELDS, FIELDS, FIELDS, st.sampled_from("ab"), st.sampled_from("ab"), st.sampled_from("ab"))
def test_a_merge_follows_the_source_and_loses_nothing_that_a_person_wrote(
    last: dict[str, int], here: dict[str, int], new: dict[str, int], a: str, b: str, c: str
) -> None:
    base, ours, theirs = file_of(last, a), file_of(here, b), file_of(new, c)
    result = merged(imported(base, "a.md"), ours, theirs)
    values = parse(result.text.split("---\n")[1]).values
    for name in {*last, *here, *new}:
        was, own, now = last.get(name), here.get(name), new.get(name)
        assert values.get(name) == (now if own == was else own)
        assert (name in result.kept) == (own not in (was, now) and was != now)
    assert (c if a == b else b) == result.text.split("---\n")[2][0]
    after = imported(theirs, "a.md")
    assert merged(after, result.text, theirs).text == result.text  # once more changes nothing


def test_one_more_import_after_another_needs_no_command(office: Office) -> None:
    """The function that the command calls says what the command prints."""
    report = import_markdown([office.goals], office.map, office.content)
    assert (len(report.made), report.whole) == (3, True)

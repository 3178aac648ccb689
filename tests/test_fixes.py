"""Fixes change what they say they change; every other byte of a file is as it was."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.disk import files, write
from leanfolio.editor import fixes as fixing
from leanfolio.editor.fixes import HARD, apply_fixes, fixes, only_near
from leanfolio.editor.workspace import Workspace
from leanfolio.model import TYPES
from leanfolio.model.source import Source
from leanfolio.read.yaml import parse, split

TODAY = date(2026, 10, 15)
Run = Callable[..., subprocess.CompletedProcess[str]]
AROUND = {
    "portfolio.md": "---\ntype: portfolio\ntitle: A portfolio\n---\nx\n",
    "objectives/OBJ-1.md": (
        "---\ntitle: O\nkey_results: [{id: KR-1, title: K}, {id: KR-2, title: L}]\n---\nx\n"
    ),
    "value-streams/VS-Parcels.md": "---\ntitle: V\n---\nx\n",
    "epics/EP-1.md": "---\ntitle: One\n---\nx\n",
    "epics/EP-12.md": "---\ntitle: Twelve\n---\nx\n",
}


def a_desk(text: str, path: str = "epics/EP-2.md", **more: str) -> Workspace:
    """A workspace on which one file is told, and its neighbours are right."""
    texts = {**AROUND, path: text, **{k.replace("__", "/"): v for k, v in more.items()}}
    sources = [Source(PurePosixPath(name), each.encode()) for name, each in texts.items()]
    return Workspace.from_sources(sources, None, TODAY)


def mended(text: str, path: str = "epics/EP-2.md") -> str:
    """The file after every safe fix; its neighbours stay as they are."""
    workspace = a_desk(text, path)
    apply_fixes(workspace, order=True)
    for name, each in AROUND.items():
        if name != path:
            assert workspace.documents[PurePosixPath(name)].source.data == each.encode()
    return workspace.documents[PurePosixPath(path)].source.data.decode()


# What is mended ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("staet: funnel", "state: funnel"),
        ("bussiness_value: 5  # of 20", "business_value: 5  # of 20"),
        ("costLow: 5", "cost_low: 5"),
        ('"Owner" : \'R. "A"\'', '"owner" : \'R. "A"\''),
        ("urgency: Fixed_Date", "urgency: fixed-date"),
        ("urgency: 'expidite'  ", "urgency: 'expedite'  "),
        ("state: analysing", "state: analyzing"),
        ("mvp: {csot: 5, tset: x}", "mvp: {cost: 5, test: x}"),
        ("leading_indicaters:\n- metrik: x", "leading_indicators:\n- metric: x"),
        ("value_stream: vs_parcels", "value_stream: VS-Parcels"),
        ("value_stream: VS-Parcles", "value_stream: VS-Parcels"),
        ("key_results: [kr-1, KR2]", "key_results: [KR-1, KR-2]"),
        ("key_results: {kr-1: 70, KR-2: 30}", "key_results: {KR-1: 70, KR-2: 30}"),
        ("depends_on: EP-0012", "depends_on: EP-12"),
        ("state: reviewng\nhistory:\n- {on: 2026-01-01, state: reviewng}",
         "state: reviewing\nhistory:\n- {on: 2026-01-01, state: reviewing}"),
        ("links: [{titel: x, url: mailto:a}]", "links: [{title: x, url: mailto:a}]"),
    ],
)  # fmt: skip
def test_one_slip_of_the_pen_is_mended(before: str, after: str) -> None:
    assert mended(f"---\n{before}\n---\n# x\ny\n") == f"---\n{after}\n---\n# x\ny\n"


@pytest.mark.parametrize(
    "text",
    [
        "depends_on: [EP-3]",  # another number is another item
        "depends_on: [EP-13]",
        "key_results: [KR-3]",
        "value_stream: VS-Letters",
        "cost_x: 5",  # more than a slip of cost
        "ownership: x",
        "urgency: soon",
        "state: funny-farm",
        "cost: 5\nCost: 6",  # the right one stands there already
        "csot: cheap",  # would not be read as a cost
        "depends_on: [ep-2]",  # itself: a circle
        "depends_on: [EP-12, ep-12]",
        "urgency: [expidite]",
        "mvp: {tset: [x]}",  # would not be read as a test
    ],
)
def test_what_is_in_doubt_stays(text: str) -> None:
    whole = f"---\n{text}\n---\n# x\ny\n"
    assert mended(whole) == whole


def test_a_guess_is_offered_to_the_author_alone() -> None:
    workspace = a_desk("---\ndepends_on: [EP-112]\n---\n# x\ny\n")
    (problem,) = [each for each in workspace.snapshot().problems if each.rule == "link-unknown"]
    assert fixes(workspace, problem) == []
    (guess,) = fixes(workspace, problem, guess=True)
    assert not guess.safe


def guessed(text: str, path: str, rule: str) -> list[str]:
    """The texts that an author is offered for the one problem of a rule, not only safe ones."""
    workspace = a_desk(text, path)
    (problem,) = [each for each in workspace.snapshot().problems if each.rule == rule]
    document = workspace.documents[PurePosixPath(path)]
    return [document.lines.edited(list(fix.edits)) for fix in fixes(workspace, problem, guess=True)]


def test_a_misspelt_rule_is_offered_and_never_changed_unseen() -> None:
    portfolio = "---\ntype: portfolio\ntitle: P\nrules: {wip-exceded: off}\n---\nx\n"
    assert mended(portfolio, "portfolio.md") == portfolio
    right = portfolio.replace("exceded", "exceeded")
    assert right in guessed(portfolio, "portfolio.md", "rule-unknown")
    waiver = (
        "---\ntitle: x\nwaivers:\n"
        "- {rule: wip-exceded, approver: A, until: 2026-12-31, reason: y}\n---\nx\n"
    )
    assert waiver.replace("exceded", "exceeded") in guessed(
        waiver, "epics/EP-2.md", "waiver-unknown-rule"
    )


def test_a_misspelt_field_of_a_page_is_mended() -> None:
    text = "---\ntitle: x\ndescripton: y\n---\nz\n"
    assert mended(text, "notes.md") == text.replace("descripton", "description")


def test_links_in_prose_are_mended() -> None:
    text = "---\ntitle: x\n---\nAs [[ep12]], `[[ep12]]` and [[EP-13]].\n"
    assert mended(text) == text.replace("As [[ep12]]", "As [[EP-12]]")


def test_a_misspelt_type_is_mended_where_the_folder_agrees() -> None:
    assert mended("---\ntype: epci\n---\n# x\ny\n").startswith("---\ntype: epic\n")
    feature = "---\ntype: featuer\n---\n# x\ny\n"
    assert mended(feature) == feature  # among the epics
    assert "type: feature" in mended(feature, "drafts/x.md")


@pytest.mark.parametrize("after", ["", "  ", "  # what it is", "\r"])
def test_a_type_that_is_left_empty_is_what_the_folder_says(after: str) -> None:
    text = f"---\ntitle: x\ntype:{after}\n---\ny\n"
    assert f"type: epic{after}\n" in mended(text)
    assert mended(text, "drafts/x.md") == text  # no folder of a type


def test_blanks_behind_a_fence_are_taken_away() -> None:
    assert mended("--- \t\ntitle: x\n---\ny\n") == "---\ntitle: x\n---\ny\n"
    assert mended("---\r\ntitle: x\r\n--- \r\ny\r\n") == "---\r\ntitle: x\r\n---\r\ny\r\n"
    dashes = "----\ntitle: x\n---\ny\n"
    assert mended(dashes) == dashes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("history:\n  - {state: funnel, on: 2026-01-01} # x\n",
         "history:\n  - {state: funnel, on: 2026-01-01} # x\n  - {state: ready, on: 2026-10-15}\n"),
        ("history:\n- state: funnel\n  on: 2026-01-01 #\n",
         "history:\n- state: funnel\n  on: 2026-01-01 #\n- state: ready\n  on: 2026-10-15\n"),
        ("history:\n- state: funnel # a comment that would be copied\n  on: 2026-01-01\n", None),
        ("history: [{on: '2026-01-01', state: \"new\"}]\n",
         "history: [{on: '2026-01-01', state: \"new\"}, {on: '2026-10-15', state: \"ready\"}]\n"),
        ("history: [\n  {state: funnel, on: 2026-01-01},\n]\n",
         "history: [\n  {state: funnel, on: 2026-01-01}, {state: ready, on: 2026-10-15},\n]\n"),
        ("history:\n- {state: funnel, on: 2026-10-16}\n", None),  # it would run backwards
        ("history:\n- {state: funnle, on: 2026-01-01}\n- {state: now, on: 2026-01-02}\n", None),
    ],
)  # fmt: skip
def test_a_history_that_lags_behind_gets_its_last_entry(before: str, after: str | None) -> None:
    before, after = before.replace('"new"', '"funnel"'), (after or "").replace('"new"', '"funnel"')
    text = f"---\nstate: ready\n{before}---\n# x\ny\n"
    if not after:
        assert "2026-10-15" not in mended(text)
    else:
        assert mended(text) == f"---\nstate: ready\n{after}---\n# x\ny\n"


# The order of fields -------------------------------------------------------------------------


def test_fields_take_their_order_with_their_comments() -> None:
    before = (
        "---\nowner: R. A\n# what it is called\ntitle: x  # short\nhistory:\n- {state: ready, on: "
        "2026-01-01}\n# where it is\nstate: ready\nhorizon: 1\n---\ny\n"
    )
    after = (
        "---\n# what it is called\ntitle: x  # short\nowner: R. A\n# where it is\nstate: ready\n"
        "history:\n- {state: ready, on: 2026-01-01}\nhorizon: 1\n---\ny\n"
    )
    assert mended(before) == after


def test_how_groups_of_fields_are_mixed_is_the_authors_choice() -> None:
    head = "title: x\nkind: business\nstate: ready\nowner: R. A\njob_size: 3\ncost: 5\n"
    assert mended(f"---\n{head}---\ny\n") == f"---\n{head}---\ny\n"


@pytest.mark.parametrize(
    "head",
    [
        "owner: x\n\ntitle: y\n",  # a blank line sets them apart on purpose
        "# about this file\n\nowner: x\ntitle: y\n",
        "{owner: x, title: y}\n",
        "owner: x\ntitle: y\nunknown_thing: z\n",
        "owner: x\ntitle: y\nowner: z\n",
        "owner: x\r\ntitle: y\n",
        "owner: x\u2028\ntitle: y\n",
        "  owner: x\n  title: y\n",
    ],
)
def test_the_order_stays_where_it_is_in_doubt(head: str) -> None:
    text = f"---\n{head}---\n# x\ny\n"
    assert mended(text) == text


def test_the_sample_and_the_starter_have_nothing_to_mend(root: Path, starter: Path) -> None:
    for folder in (root, starter):
        content = files.load(folder / "content")
        workspace = Workspace.from_sources(content.sources, None, TODAY)
        workspace.furnish(content.assets, content.problems, content.records)
        assert apply_fixes(workspace) == []


# For every file ------------------------------------------------------------------------------

GOOD = (
    "title: A title", "owner: R. Ahmed", "state: funnel", "business_value: 5", "job_size: 8",
    "urgency: standard", "kind: enabler", "value_stream: VS-Parcels", "key_results: [KR-1, KR-2]",
    "horizon: 2", "cost: 5", "cost_high: 9", "approved: 12", "depends_on: EP-12",
)  # fmt: skip
SLIPS = (
    "titel: A title", "onwer: R. Ahmed", "state: funel", "bussiness_value: 5", "jobsize: 8",
    "urgency: standart", "kind: enabeler", "value_stream: VS-Parcles", "key_results: [kr-1, KR-2]",
    "horizn: 2", "cots: 5", "cost_hihg: 9", "aproved: 12", "depends_on: EP12",
)  # fmt: skip
NESTED = (
    ("mvp:\n      cost: 5\n\n      # a note\n      test: 'x'  #", "csot", "cost"),
    ("hypothesis: {\n   for: \"a #b\", who: c,\n   # d\n   the: e }", "fro", "for"),
    ("leading_indicators:\n- metric: x\n  observed:\n    - {on: 2026-01-01,  value: 1}", "metrik",
     "metric"),
    ("links:\n  -   url: mailto:a\n\n      title: >-\n        a fold\n        b", "titel", "title"),
)  # fmt: skip
AFTER = ("", "  # why: because", "   ", " #[x", "\t")
BETWEEN = ("", "# a comment\n", "#: [\n", "\n", "\n  # set apart\n\n")


@st.composite
def files_with_slips(draw: st.DrawFn) -> str:
    """An epic in any order, with slips, comments, quotes, odd ends of lines."""
    picked = draw(st.lists(st.integers(0, len(GOOD) - 1), min_size=1, unique=True))
    lines = []
    for index in picked:
        line = (SLIPS if draw(st.booleans()) else GOOD)[index]
        name, _, value = line.partition(": ")
        if draw(st.booleans()) and value[0].isalpha():
            value = draw(st.sampled_from(("'{}'", '"{}"', "  {}"))).format(value)
        lines.append(
            draw(st.sampled_from(BETWEEN)) + f"{name}: {value}" + draw(st.sampled_from(AFTER))
        )
    for good, slip, word in draw(st.lists(st.sampled_from(NESTED), unique=True, max_size=2)):
        block = good.replace(word, slip, 1) if draw(st.booleans()) else good
        lines.insert(draw(st.integers(0, len(lines))), block)
    body = draw(st.sampled_from(("# x\ny\n", "y [[ep-12]] 😀", "", "\n---\nkidn: x\n---\n")))
    text = "---\n" + "\n".join(lines) + "\n---\n" + body
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(("", "\ufeff"))) + text


SAID = re.compile(r"`(?:\[\[)?([^`\]]+?)(?:\]\])?` is now `(?:\[\[)?([^`\]]+?)(?:\]\])?`")


@settings(max_examples=150)
@given(files_with_slips())
def test_a_fix_changes_the_words_that_it_names_and_nothing_else(text: str) -> None:
    path = PurePosixPath("epics/EP-2.md")
    workspace = a_desk(text)
    before = unreadable(workspace)
    made = apply_fixes(workspace)
    after = workspace.documents[path].source.data.decode()
    assert not unreadable(workspace) - before  # what could be read and linked still can be

    # Byte for byte: each line is one of before, or one of before with one named word another.
    said = [(found[1], found[2]) for each in made if (found := SAID.search(each.title))]
    left = Counter(after.split("\n"))
    for line in text.split("\n"):
        new = line
        for old, word in said:
            if old in line and (changed := line.replace(old, word, 1)) in left:
                new = changed
        assert left[new] > 0, (line, after)
        left[new] -= 1
    assert not +left

    # Value for value: what was read before is read after, under the names that the fixes gave.
    names = dict(said)
    before_values, after_values = values_of(text), values_of(after)
    assert {names.get(key, key) for key in before_values} == set(after_values)
    for key, value in before_values.items():
        known = {repr(value), repr(reworded(value, names))}
        assert repr(after_values[names.get(key, key)]) in known

    assert apply_fixes(workspace) == []
    assert workspace.documents[path].source.data.decode() == after


def unreadable(workspace: Workspace) -> Counter[str]:
    """The faults of reading and of linking."""
    return Counter(
        problem.rule for problem in workspace.snapshot().problems if problem.rule in HARD
    )


def values_of(text: str) -> dict[str, object]:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return dict(parse(split(plain).yaml or "").values)


def reworded(value: object, names: dict[str, str]) -> object:
    if isinstance(value, list):
        return [reworded(each, names) for each in value]
    if isinstance(value, dict):
        return {names.get(key, key): reworded(each, names) for key, each in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


@settings(max_examples=150)
@given(st.text(alphabet="ab:-[]{}\"'#> \n\r&*\u2028é", max_size=60))
def test_whatever_a_file_holds_a_second_run_finds_nothing(text: str) -> None:
    workspace = a_desk("---\nstaet: funnel\n" + text + "\n---\n" + text)
    apply_fixes(workspace)
    assert apply_fixes(workspace) == []


def test_a_name_is_near_by_letters_and_never_by_figures() -> None:
    fields = list(TYPES["epic"].model_fields)
    assert only_near("bussines_value", fields) == "business_value"
    assert only_near("cost_lo", fields) == "cost_low"
    assert only_near("cost_hi", fields) is None
    assert only_near("EP-012", ["EP-12", "EP-1"]) == "EP-12"
    assert only_near("EP-21", ["EP-12", "EP-22"]) is None
    assert only_near("PE-12", ["EP-12", "FT-12"]) == "EP-12"
    assert only_near("KR-1", ["KP-1"]) is None
    assert only_near("Ready", ["ready", "READY"]) is None


# At the terminal -----------------------------------------------------------------------------


def a_folder(tmp_path: Path, text: str) -> Path:
    for name, each in {**AROUND, "epics/EP-2.md": text}.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.encode())
    return tmp_path


def test_fix_writes_and_says_what_it_mended(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\r\nstaet: funnel\r\n---\r\n# x\r\ny\r\n")
    file = folder / "content/epics/EP-2.md"
    file.chmod(0o640)
    done = run("leanfolio", "check", "--fix", cwd=folder)
    assert "fixed: content/epics/EP-2.md:2: `staet` is now `state`" in done.stderr
    assert file.read_bytes() == b"---\r\nstate: funnel\r\n---\r\n# x\r\ny\r\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in file.parent.iterdir()) == ["EP-1.md", "EP-12.md", "EP-2.md"]
    assert "field-unknown" not in done.stdout
    assert "fixed" not in run("leanfolio", "check", "--fix", cwd=folder).stderr


UNORDERED = "---\nstate: funnel\ntitle: x\nowner: A\n---\ny\n"


def test_fix_leaves_files_and_orders_alone_that_no_problem_names(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\nstaet: funnel\n---\n# x\ny\n")
    other = folder / "content/epics/EP-12.md"
    other.write_text(UNORDERED)
    assert run("leanfolio", "check", "--fix", cwd=folder).stderr.count("fixed:") == 1
    assert other.read_text() == UNORDERED
    done = run("leanfolio", "check", "--fix", "--select", "field-order", str(other), cwd=folder)
    assert other.read_text() == "---\ntitle: x\nstate: funnel\nowner: A\n---\ny\n", done.stderr


def test_a_check_of_some_files_and_rules_reports_these_alone(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\nstate: nowhere\nvalue_stream: VS-9\n---\n# x\ny\n")
    (folder / "mkdocs.yml").touch()
    epics = folder / "content" / "epics"
    both = run("leanfolio", "check", "-q", cwd=folder)
    assert {"state-unknown", "link-unknown"} <= set(both.stdout.replace(":", " ").split())
    assert "warning" not in both.stdout
    one = run("leanfolio", "check", "--select", "state-unknown", "EP-2.md", cwd=epics)
    assert (one.returncode, one.stdout.count("EP-2.md:")) == (1, 1)
    assert "link-unknown" not in one.stdout
    without = run("leanfolio", "check", "--ignore", "state-unknown,link-unknown", cwd=folder)
    assert "state-unknown" not in without.stdout
    quiet = run("leanfolio", "check", "-q", "epics/EP-1.md", cwd=folder / "content")
    assert (quiet.returncode, "EP-2" in quiet.stdout) == (0, False)
    assert run("leanfolio", "check", "--exit-zero", cwd=folder).returncode == 0


def test_a_rule_or_a_file_that_is_not_there_is_told(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\nstate: funnel\n---\n# x\ny\n")
    wrong = run("leanfolio", "check", "--select", "state-unknwon", cwd=folder)
    assert (wrong.returncode, "did you mean state-unknown?" in wrong.stderr) == (2, True)
    assert run("leanfolio", "check", "content/epics/EP-77.md", cwd=folder).returncode == 2
    assert run("leanfolio", "check", str(tmp_path.parent), cwd=folder).returncode == 2


def test_the_hooks_for_pre_commit_find_what_a_commit_breaks(
    tmp_path: Path, root: Path, run: Run
) -> None:
    hooks = {
        each["id"]: each for each in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    }
    folder = a_folder(tmp_path, "---\nstaet: funnel\nkey_results: [KR-1]\n---\n# x\ny\n")
    for name, left in (("leanfolio-check", 1), ("leanfolio-fix", 0), ("leanfolio-check", 0)):
        hook = hooks[name]
        assert (hook["pass_filenames"], hook["always_run"], "files" in hook) == (False, True, False)
        assert run(*hook["entry"].split(), cwd=folder).returncode == left
    (folder / "content/objectives/OBJ-1.md").unlink()
    assert run(*hooks["leanfolio-check"]["entry"].split(), cwd=folder).returncode == 1


def test_diff_shows_what_git_can_apply_and_writes_nothing(tmp_path: Path, run: Run) -> None:
    text = "---\nstaet: funnel\n---\n# x\u2028y"
    folder = a_folder(tmp_path, text)
    for flags in (("--diff",), ("--fix", "--diff")):
        done = run("leanfolio", "check", *flags, cwd=folder)
        assert "-staet: funnel\n+state: funnel\n" in done.stdout
        assert "1 fix in 1 file" in done.stderr
        assert done.returncode == 1
        assert (folder / "content/epics/EP-2.md").read_bytes() == text.encode()
    applied = subprocess.run(
        ["git", "apply", "-"], cwd=folder, input=done.stdout.encode(), check=False
    )
    assert applied.returncode == 0
    assert (folder / "content/epics/EP-2.md").read_text() == text.replace("staet", "state")


def test_a_baseline_keeps_known_faults_quiet_and_new_ones_loud(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\nstate: nowhere\n---\n# x\ny\n")
    assert run("leanfolio", "check", cwd=folder).returncode == 1
    done = run("leanfolio", "check", "--write-baseline", "known.txt", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    done = run("leanfolio", "check", "--strict", "--baseline", "known.txt", cwd=folder)
    assert done.returncode == 0, done.stdout
    file = folder / "content/epics/EP-2.md"
    file.write_text("---\nstate: nowhere\nvalue_stream: VS-9\n---\n# x\ny\n")
    done = run("leanfolio", "check", "--baseline", "known.txt", cwd=folder)
    assert done.returncode == 1
    assert "link-unknown" in done.stdout
    assert "state-unknown" not in done.stdout
    file.write_text("---\nstate: funnel\n---\n# x\ny\n")
    assert "fixed since" in run("leanfolio", "check", "--baseline", "known.txt", cwd=folder).stderr
    assert run("leanfolio", "check", "--baseline", "none.txt", cwd=folder).returncode == 2


def test_new_writes_an_item_with_the_next_id(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\nstate: funnel\n---\n# x\ny\n")
    made = ("leanfolio", "new", "epic", "A better label", "--owner", "R. Ahmed")
    done = run(*made, "--value-stream", "VS-Parcels", "--key-results", "KR-1,KR-2", cwd=folder)
    assert done.stdout == "content/epics/EP-13.md\n"
    text = (folder / "content/epics/EP-13.md").read_text()
    assert text == (
        "---\nowner: R. Ahmed\nvalue_stream: VS-Parcels\nkey_results: [KR-1, KR-2]\n"
        "state: funnel\n---\n# A better label\n"
    )
    done = run("leanfolio", "new", "feature", "Print it", "--epic", "EP-121", cwd=folder)
    assert (done.returncode, "did you mean EP-12?" in done.stderr) == (2, True)
    assert run("leanfolio", "new", "epci", "x", cwd=folder).returncode == 2


def test_every_link_has_a_flag() -> None:
    from leanfolio.cli.new import LINKS

    assert set(LINKS) == {name for model in TYPES.values() for name in model.LINKS}


def test_the_schema_is_told_in_both_drafts(tmp_path: Path, run: Run) -> None:
    import json

    new = json.loads(run("leanfolio", "schema", "epic", cwd=tmp_path).stdout)
    old = json.loads(run("leanfolio", "schema", "epic", "--draft", "7", cwd=tmp_path).stdout)
    assert old["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert new["$defs"].keys() == old["definitions"].keys()
    assert {"Feature", "Story"} <= old["definitions"].keys()
    assert "$defs" not in json.dumps(old)
    for holder in holders_of_references(old):
        assert list(holder) == ["$ref"]
        assert holder["$ref"].removeprefix("#/definitions/") in old["definitions"]


def holders_of_references(value: object) -> "list[dict[str, str]]":
    if isinstance(value, list):
        return [found for each in value for found in holders_of_references(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if isinstance(value.get("$ref"), str) else []
    return own + [found for each in value.values() for found in holders_of_references(each)]


# Saving --------------------------------------------------------------------------------------


def test_nothing_is_written_through_a_link_or_over_a_change(tmp_path: Path) -> None:
    root, outside = tmp_path / "content", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a.md").write_bytes(b"old")
    (root / "folder").symlink_to(outside)
    (root / "a.md").symlink_to(outside / "a.md")
    (root / "b.md").write_bytes(b"changed meanwhile")
    for path in ("folder/a.md", "a.md", "../outside/a.md", "b.md"):
        with pytest.raises(write.WriteError):
            write.replace(root, PurePosixPath(path), b"old", b"new")
    for path in ("folder/new.md", "a.md", "b.md"):
        with pytest.raises(write.WriteError):
            write.create(root, PurePosixPath(path), b"new")
    assert [each.name for each in outside.iterdir()] == ["a.md"]
    assert (outside / "a.md").read_bytes() == b"old"
    assert (root / "b.md").read_bytes() == b"changed meanwhile"


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write.replace(tmp_path, PurePosixPath("a.md"), b"old", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"old"


def test_a_misspelt_field_with_a_wrong_value_is_left_and_told_with_the_reason() -> None:
    """`aproved: 5 EUR` under its right name would be no number: an author is told why it stays."""
    workspace = a_desk("---\ntitle: Two\naproved: 380000 EUR\n---\nx\n")
    ((fix, problem),) = fixing.mended(workspace).failed.values()
    assert fix.title == "`aproved` is now `approved`"
    assert problem.message == "EP-2 has `approved` '380000 EUR', which is not a number"
    assert b"aproved" in workspace.documents[PurePosixPath("epics/EP-2.md")].source.data


def test_what_is_not_fixed_is_printed_with_the_reason(tmp_path: Path, run: Run) -> None:
    folder = a_folder(tmp_path, "---\naproved: 380000 EUR\n---\n# x\ny\n")
    said = run("leanfolio", "check", "--fix", cwd=folder).stderr
    reason = "EP-2 has `approved` '380000 EUR', which is not a number"
    place = "content/epics/EP-2.md:2"
    assert f"not fixed: {place}: once `aproved` is now `approved`, {reason}\n" in said

"""import jira and import azure on the command line: exit codes, dry runs, and what is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.disk import write
from trackers import a_search, an_issue

MAP = """
system: jira
types: {Task: feature}
states:
  "3": {name: In Progress, category: active}
fields:
  labels: {to: tags, owner: shared}
"""


class Folder:
    """A portfolio on disk, with an answer of Jira and a map beside its content."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "content").mkdir()
        (root / "exchange").mkdir()
        (root / "content/portfolio.md").write_text("---\ntitle: P\n---\n")
        (root / "exchange/jira.yml").write_text(MAP)

    def run(self, *arguments: str, system: str = "jira") -> Result:
        start = ["-C", str(self.root), "import", system, str(self.root / "answer.json")]
        return CliRunner().invoke(commands, [*start, "--on", "2026-11-20", *arguments])

    def take(self, *issues: Any, arguments: tuple[str, ...] = (), **more: Any) -> Result:
        (self.root / "answer.json").write_text(json.dumps(a_search(*issues, **more)))
        return self.run("--map", str(self.root / "exchange/jira.yml"), *arguments)

    def bytes(self) -> dict[str, bytes]:
        paths = [path for path in self.root.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in paths}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_dry_run_is_the_same_report_and_writes_nothing(folder: Folder) -> None:
    issue = an_issue(labels=["a"])
    for form in ("text", "markdown", "json"):
        dry = folder.take(issue, arguments=("--dry-run", "--format", form))
        assert not (folder.root / "content/features").exists()
        assert not (folder.root / "exchange/jira.base.json").exists()
        wet = folder.take(issue, arguments=("--format", form))
        assert dry.stdout == wet.stdout
        assert dry.exit_code == wet.exit_code == 0
        (folder.root / "content/features/APP-1.md").unlink()
        (folder.root / "content/features").rmdir()
        (folder.root / "exchange/jira.base.json").unlink()


def test_a_conflict_exits_1_and_a_second_run_of_peace_0(folder: Folder) -> None:
    folder.take(an_issue(labels=["a"]))
    file = folder.root / "content/features/APP-1.md"
    file.write_text(file.read_text().replace("tags: [a]", "tags: [mine]"))
    done = folder.take(an_issue(labels=["b"]))
    assert done.exit_code == 1
    assert "conflict: content/features/APP-1.md: `tags` here [mine], the source says [b]" in (
        done.stdout
    )
    assert folder.take(an_issue(labels=["mine"])).exit_code == 0


def test_files_that_are_refused_write_nothing(folder: Folder) -> None:
    folder.take(an_issue())
    before = folder.bytes()
    (folder.root / "answer.json").write_text("<html><body>Log in</body></html>")
    refused = folder.run("--map", str(folder.root / "exchange/jira.yml"))
    assert (refused.exit_code, "web page" in refused.stderr) == (2, True)
    missing = folder.take(an_issue(), total=40)
    assert (missing.exit_code, "40 issues in all, and 1 came" in missing.stderr) == (3, True)
    del before["answer.json"]
    after = folder.bytes()
    assert before == {name: after[name] for name in before}


def test_a_map_for_another_system_and_a_broken_base_are_refused(folder: Folder) -> None:
    (folder.root / "answer.json").write_text(json.dumps(a_search(an_issue())))
    map = str(folder.root / "exchange/jira.yml")
    other = folder.run("--map", map, system="azure")
    assert (other.exit_code, "is a map for jira" in other.stderr) == (2, True)
    for broken in (b"{", b"\xff{}"):
        (folder.root / "exchange/jira.base.json").write_bytes(broken)
        done = folder.run("--map", map)
        assert (done.exit_code, "jira.base.json cannot be read" in done.stderr) == (2, True)


def test_either_a_map_or_a_draft_is_wanted_and_a_draft_overwrites_nothing(folder: Folder) -> None:
    (folder.root / "answer.json").write_text(json.dumps(a_search(an_issue())))
    assert folder.run().exit_code == 2
    draft = folder.root / "exchange/new.yml"
    assert folder.run("--draft-map", str(draft)).exit_code == 0
    assert folder.run("--draft-map", str(draft)).exit_code == 2
    assert folder.run("--map", str(draft)).exit_code == 0


def test_an_import_that_is_stopped_at_any_step_goes_on_from_there(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is as before or as after; the run that follows brings all to the same end."""
    old = [an_issue(f"APP-{n}", labels=["old"]) for n in range(1, 4)]
    new = [an_issue(f"APP-{n}", labels=["new"]) for n in range(1, 5)]
    folder.take(*old)
    start = folder.bytes()
    folder.take(*new)
    end = folder.bytes()
    replace = write.replace_all
    for steps in range(5):
        for path in (folder.root / "content/features").iterdir():
            path.unlink()
        for name, data in start.items():
            (folder.root / name).write_bytes(data)

        def stopped(root: Path, changes: Any, steps: int = steps) -> None:
            replace(root, changes[:steps])
            raise KeyboardInterrupt

        monkeypatch.setattr(write, "replace_all", stopped)
        folder.take(*new)
        for name, data in folder.bytes().items():
            assert data in (start.get(name), end[name])
        monkeypatch.setattr(write, "replace_all", replace)
        folder.take(*new)
        assert folder.bytes() == end


def test_the_schema_of_the_map_is_printed(folder: Folder) -> None:
    done = CliRunner().invoke(commands, ["schema", "exchange-map"])
    assert json.loads(done.stdout)["$id"] == "urn:leanfolio:exchange-map"
    wrong = CliRunner().invoke(commands, ["schema", "exchange-mop"])
    assert "did you mean exchange-map?" in wrong.stderr

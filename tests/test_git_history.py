"""The door to git: one pass over real repositories, hostile ones among them."""

import os
import subprocess
import zlib
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.disk import git, git_history, git_log
from leanfolio.disk.git import NO_GIT, GitError, content_date, head
from leanfolio.disk.git_history import Reader, revisions, settled, whole
from leanfolio.figures.history.states import state_history
from leanfolio.figures.history.versions import History
from leanfolio.model.source import Commit
from leanfolio.read.yaml import Fields, parse

EPIC = "content/epics/EP-1.md"


def an_epic(state: str = "funnel", **more: object) -> str:
    fields = {"title": "Any", "state": state, **more}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{head}---\nProse.\n"


class Repository:
    """A git repository in a folder; each commit lands on the day given."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, day: str = "2026-01-01", author: str = "") -> bytes:
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            "GIT_AUTHOR_DATE": f"{author or day}T12:00:00+0000",
            "GIT_COMMITTER_DATE": day if " " in day else f"{day}T12:00:00+0000",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=environment, capture_output=True, check=True
        )
        return done.stdout

    def commit(self, day: str, files: Mapping[str, str | None], author: str = "") -> None:
        """Write these files, remove those that are None, and commit."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=any", day=day, author=author)

    def history(self, **more: Any) -> History:
        found = revisions(self.content, **more)
        assert found is not None
        return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def states(history: History, id: str = "EP-1") -> list[tuple[str | None, str]]:
    """The states of an item with the days of their landing; "gone" where it was removed."""
    return [
        ("gone" if each.gone else each.state, each.day.isoformat())
        for each in state_history(history, id)
    ]


# Landings ------------------------------------------------------------------------------------


def test_a_day_is_the_committers_in_utc_not_the_authors(repository: Repository) -> None:
    repository.commit("2026-03-05", {EPIC: an_epic()}, author="2026-02-01")
    assert states(repository.history()) == [("funnel", "2026-03-05")]
    repository.commit("2026-03-06T23:30:00 -0500", {EPIC: an_epic("ready")})
    assert states(repository.history())[-1] == ("ready", "2026-03-07")


def test_work_on_a_branch_counts_from_the_day_of_its_merge(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit("2026-03-02", {EPIC: an_epic("reviewing")})
    repository.commit("2026-03-03", {EPIC: an_epic("ready")})
    repository.git("checkout", "--quiet", "main")
    repository.commit("2026-03-04", {"content/epics/EP-2.md": an_epic()})
    repository.git("merge", "--quiet", "--no-ff", "--message=any", "work", day="2026-03-05")
    found = repository.history()
    assert states(found) == [("funnel", "2026-03-01"), ("ready", "2026-03-05")]
    assert [commit.day.day for commit in found.commits] == [1, 4, 5]


def test_an_item_keeps_its_story_when_its_file_is_renamed_and_rewritten(
    repository: Repository,
) -> None:
    repository.commit("2026-03-01", {"content/epics/a.md": an_epic(id="EP-1")})
    text = an_epic("ready", id="EP-1", title="All that it said is another")
    repository.commit("2026-03-02", {"content/epics/a.md": None, "content/epics/b/c.md": text})
    assert states(repository.history()) == [("funnel", "2026-03-01"), ("ready", "2026-03-02")]


def test_a_removed_item_leaves_that_day_and_may_come_back(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic("ready")})
    repository.commit("2026-03-04", {EPIC: None})
    repository.commit("2026-03-09", {"content/epics/other.md": an_epic("ready", id="EP-1")})
    assert states(repository.history()) == [
        ("ready", "2026-03-01"),
        ("gone", "2026-03-04"),
        ("ready", "2026-03-09"),
    ]


def test_two_items_may_swap_their_files(repository: Repository) -> None:
    one, two = "content/epics/a.md", "content/epics/b.md"
    first, second = an_epic("funnel", id="EP-1"), an_epic("ready", id="EP-2")
    repository.commit("2026-03-01", {one: first, two: second})
    repository.commit("2026-03-02", {one: second, two: first})
    found = repository.history()
    assert states(found, "EP-1") == [("funnel", "2026-03-01")]
    assert states(found, "EP-2") == [("ready", "2026-03-01")]
    assert len(found.commits) == 2


def test_a_new_id_is_a_new_item(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic(id="EP-1")})
    repository.commit("2026-03-02", {EPIC: an_epic(id="EP-7")})
    found = repository.history()
    assert states(found, "EP-1") == [("funnel", "2026-03-01"), ("gone", "2026-03-02")]
    assert states(found, "EP-7") == [("funnel", "2026-03-02")]


def test_nested_children_have_their_own_story(repository: Repository) -> None:
    path = "content/features/FT-1.md"
    story = "stories:\n  - {{id: ST-1, title: A, state: {}}}\n"
    repository.commit("2026-03-01", {path: f"---\ntitle: F\n{story.format('backlog')}---\n"})
    repository.commit("2026-03-02", {path: f"---\ntitle: F\n{story.format('done')}---\n"})
    repository.commit(
        "2026-03-03",
        {path: "---\ntitle: F\n---\n", "content/stories/ST-1.md": an_epic("done", feature="FT-1")},
    )
    repository.commit("2026-03-04", {"content/stories/ST-1.md": None})
    found = repository.history()
    assert states(found, "ST-1") == [
        ("backlog", "2026-03-01"),
        ("done", "2026-03-02"),
        ("gone", "2026-03-04"),
    ]
    assert found.versions["ST-1"][0].fields == {"title": "A", "state": "backlog", "feature": "FT-1"}
    assert len(found.versions["FT-1"]) == 1, "what its children say is not what it says"


def test_a_landing_that_changes_prose_alone_is_no_new_version(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.commit("2026-03-02", {EPIC: an_epic() + "More.\n"})
    repository.commit("2026-03-03", {EPIC: an_epic().replace("state: funnel", "state:  funnel")})
    assert len(repository.history().versions["EP-1"]) == 1


def test_a_version_that_cannot_be_read_changes_nothing(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.commit("2026-03-02", {EPIC: "---\nstate: [\n---\n"})
    (repository.root / EPIC).write_bytes(b"---\nstate: caf\xe9\n---\n")
    repository.commit("2026-03-03", {})
    repository.commit("2026-03-04", {EPIC: "---\nstate: never closed\n"})
    repository.commit("2026-03-05", {EPIC: an_epic(owner="x" * 2_000_000)})
    repository.commit("2026-03-06", {EPIC: an_epic("ready")})
    found = repository.history()
    assert states(found) == [("funnel", "2026-03-01"), ("ready", "2026-03-06")]
    assert found.unread == 4
    assert "4 versions" in found.note


# Which files ---------------------------------------------------------------------------------


def test_the_content_may_lie_anywhere_in_the_repository(tmp_path: Path) -> None:
    deep = Repository(tmp_path / "deep")
    deep.commit("2026-03-01", {"a/b/content/epics/EP-1.md": an_epic(), "epics/EP-2.md": an_epic()})
    found = revisions(deep.root / "a" / "b" / "content")
    assert found is not None
    assert list(found.versions) == ["EP-1"]
    assert found.versions["EP-1"][0].path == PurePosixPath("epics/EP-1.md")
    top = revisions(deep.root)
    assert top is not None
    assert list(top.versions) == ["EP-2"]


def test_only_plain_markdown_that_is_not_hidden_counts(repository: Repository) -> None:
    repository.commit(
        "2026-03-01",
        {
            EPIC: an_epic(),
            "content/epics/EP-2.txt": an_epic(),
            "content/.hidden/EP-3.md": an_epic(type="epic"),
            "content/epics/.EP-4.md": an_epic(),
            "content/prose.md": "# Prose\n",
            "elsewhere/epics/EP-5.md": an_epic(),
        },
    )
    (repository.content / "epics" / "EP-6.md").symlink_to("EP-1.md")
    repository.commit("2026-03-02", {})
    assert list(repository.history().versions) == ["EP-1"]
    (repository.content / "epics" / "EP-1.md").unlink()
    (repository.content / "epics" / "EP-1.md").symlink_to("EP-2.txt")
    repository.commit("2026-03-03", {})
    assert states(repository.history())[-1] == ("gone", "2026-03-03")


def test_names_may_hold_anything(repository: Repository) -> None:
    names = [
        "a\nb", 'a"b', "a\tb", ":100644 000", "é", "--output=x", "a\\b", "$(touch x)",
    ]  # fmt: skip
    files = {f"content/epics/{name}.md": an_epic(id=f"EP-{n}") for n, name in enumerate(names)}
    repository.commit("2026-03-01", files)
    raw = os.fsencode(repository.content / "epics") + b"/\xff\xfe.md"
    with open(raw, "w", encoding="utf-8") as file:  # noqa: PTH123 - no Path holds these bytes
        file.write(an_epic(id="EP-99"))
    repository.commit("2026-03-02", {})
    repository.commit("2026-03-03", {next(iter(files)): None})
    found = repository.history()
    assert sorted(found.versions) == sorted([*(f"EP-{n}" for n in range(len(names))), "EP-99"])
    assert states(found, "EP-0") == [("funnel", "2026-03-01"), ("gone", "2026-03-03")]
    str(found.versions["EP-99"][0].path).encode()  # can be printed


def test_where_nothing_was_committed_there_is_no_history(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.content.mkdir()
    assert revisions(repository.content) is None
    assert head(repository.content) is None
    repository.commit("2026-03-01", {"README.md": "x"})
    assert revisions(repository.content) is None
    outside = tmp_path / "outside"
    outside.mkdir()
    assert revisions(outside) is None
    assert revisions(tmp_path / "nowhere") is None
    monkeypatch.setenv("PATH", str(outside))
    with pytest.raises(GitError, match="git is not installed"):
        revisions(repository.content)
    monkeypatch.setenv(NO_GIT, "1")
    assert revisions(repository.content) is None


def test_history_may_end_at_any_revision(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.git("tag", "pi-1")
    repository.commit("2026-03-02", {EPIC: an_epic("ready")})
    assert states(repository.history(revision="pi-1")) == [("funnel", "2026-03-01")]
    assert revisions(repository.content, "no-such-revision") is None


def test_a_shallow_clone_is_noted(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.commit("2026-03-02", {EPIC: an_epic("reviewing")})
    repository.commit("2026-03-03", {EPIC: an_epic("ready")})
    url = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth=2", url, str(tmp_path / "clone"))
    found = revisions(tmp_path / "clone" / "content")
    assert found is not None
    assert found.shallow
    assert "shallow" in found.note
    first, last = state_history(found, "EP-1")
    assert (first.state, first.earlier) == ("reviewing", True)
    assert (last.state, last.earlier) == ("ready", False)
    assert not found.reaches(date(2026, 3, 1))
    assert found.reaches(date(2026, 3, 2))


# Clocks --------------------------------------------------------------------------------------


def days(*found: int) -> list[Commit]:
    return [Commit(f"{n:040x}", each * 86400) for n, each in enumerate(found)]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((1, 2, 2, 3), (1, 2, 2, 3)),
        ((1, 99, 2, 3), (1, 1, 2, 3)),
        ((10, 11, 0, 12), (10, 11, 11, 12)),
        ((99, 98, 1, 2, 3), (1, 1, 1, 2, 3)),
        ((1, 2, 3, 0), (1, 2, 3, 3)),
        ((7,), (7,)),
    ],
)
def test_a_clock_that_contradicts_the_others_was_wrong(
    times: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    assert [each.time // 86400 for each in settled(days(*times))] == list(expected)


@given(st.lists(st.integers(0, 50), min_size=1))
def test_times_never_go_back_and_are_left_alone_where_in_order(times: list[int]) -> None:
    found = settled(days(*times))
    assert [each.id for each in found] == [day.id for day in days(*times)]
    assert [each.time for each in found] == sorted(each.time for each in found)
    assert settled(found) == found


@pytest.mark.parametrize("stamp", ["4102444801", "99999999999999", "18446744073709551615"])
def test_an_absurd_date_is_brought_into_range(repository: Repository, stamp: str) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    raw = repository.git("cat-file", "commit", "HEAD")
    made = repository.git("log", "-1", "--format=%ct").strip()
    path = repository.root / ".git" / "raw"
    path.write_bytes(raw.replace(made, stamp.encode()))
    said = repository.git("hash-object", "-t", "commit", "-w", "--literally", str(path))
    repository.git("reset", "--quiet", "--hard", said.decode().strip())
    found = head(repository.content)
    assert found is not None
    assert found.day <= date(2100, 1, 1)
    assert repository.history().commits == (found,)


# A repository that means harm ----------------------------------------------------------------


def test_no_program_that_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic(), "content/.gitattributes": ""})
    repository.commit("2026-03-02", {EPIC: an_epic("ready")})
    script, trace = tmp_path / "script", tmp_path / "it-ran"
    script.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    script.chmod(0o755)
    (repository.root / ".gitattributes").write_text("*.md filter=evil diff=evil\n")
    attributes = repository.root / ".git" / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.md filter=evil diff=evil\n")
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        hook = repository.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(script.read_text())
        hook.chmod(0o755)
    settings = (
        "core.fsmonitor", "core.pager", "pager.log", "diff.external", "diff.evil.textconv",
        "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
        "gpg.program", "gpg.ssh.program", "core.sshCommand", "core.editor", "core.askPass",
        "core.alternateRefsCommand", "credential.helper", "interactive.diffFilter",
    )  # fmt: skip
    for name in settings:
        repository.git("config", name, str(script))
    for name, value in {
        "alias.log": f"!{script}",
        "alias.cat-file": f"!{script}",
        "log.showSignature": "true",
        "log.follow": "true",
        "log.diffMerges": "off",
        "log.showRoot": "false",
        "diff.renames": "copies",
        "diff.orderFile": "no/such/file",
        "diff.noprefix": "true",
        "diff.relative": "false",
        "color.ui": "always",
        "core.quotePath": "true",
        "core.abbrev": "4",
        "core.hooksPath": str(repository.root / ".git" / "hooks"),
    }.items():
        repository.git("config", name, value)
    repository.git("config", "filter.evil.required", "true")
    trace.unlink(missing_ok=True)
    assert states(repository.history()) == [("funnel", "2026-03-01"), ("ready", "2026-03-02")]
    assert head(repository.content) is not None
    os.utime(repository.root / EPIC, (1, 1))  # touched, but the same: git has to look inside
    assert content_date(repository.content) == date(2026, 3, 2)
    assert not trace.exists()
    repository.git("config", "filter.a=b.clean", str(script))
    for each in (repository.root / ".gitattributes", attributes):
        each.write_text("*.md filter=a=b\n")
    os.utime(repository.root / EPIC, (2, 2))
    assert content_date(repository.content) > date(2026, 3, 2)  # not asked: as if it had changed
    assert not trace.exists()


def test_content_stands_at_its_commit_until_it_is_changed(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic(), "elsewhere.txt": "x"})
    repository.git("config", "filter.lfs.clean", "cat")
    assert content_date(repository.content) == date(2026, 3, 1)
    (repository.root / "elsewhere.txt").write_text("y")
    assert content_date(repository.content) == date(2026, 3, 1)
    (repository.root / EPIC).write_text(an_epic("ready"))
    assert content_date(repository.content) > date(2026, 3, 1)


def test_what_a_partial_clone_lacks_is_not_fetched(repository: Repository, tmp_path: Path) -> None:
    """Fetching would run whatever the repository's configuration calls its remote."""
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.commit("2026-03-02", {EPIC: an_epic("ready")})
    trace = tmp_path / "it-ran"
    blob = repository.git("rev-parse", f"HEAD~1:{EPIC}").decode().strip()
    (repository.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::sh -c touch% {trace}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
    }.items():
        repository.git("config", name, value)
    found = repository.history()
    assert "did not hand out" in found.note
    assert found.unread > 0
    assert not trace.exists()


@pytest.mark.parametrize(
    "revision",
    ["--output=x", "--exec=x", "-c", "--", "a..b", "HEAD..HEAD", "^HEAD", "", ":/x", "@{", "a\0b"],
)
def test_a_revision_is_never_an_option(repository: Repository, revision: str) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    before = sorted(repository.root.rglob("*"))
    assert revisions(repository.content, revision) is None
    assert sorted(repository.root.rglob("*")) == before


def test_the_author_of_a_commit_is_a_name_on_one_line(repository: Repository) -> None:
    author = "Ada\u202e \N{LATIN SMALL LETTER L WITH STROKE}\tB." + "x" * 99 + " <a@example.org>"
    (repository.root / "a.md").write_text("x")
    repository.commit("2026-03-01", {EPIC: an_epic()})
    repository.git("commit", "--amend", "--quiet", "--no-edit", f"--author={author}")
    [commit] = repository.history().commits
    assert commit.author == ("Ada \N{LATIN SMALL LETTER L WITH STROKE} B." + "x" * 99)[:80]


def test_a_message_or_a_name_is_never_read_as_a_change(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    forged = "any\0:100644 100644 0 0 A\0content/epics/EP-9.md".replace("\0", "\n")
    repository.git("commit", "--quiet", "--allow-empty", f"--message={forged}")
    name = f"{'0' * 40} 1 :100644 <a@example.org>"
    repository.git("commit", "--quiet", "--allow-empty", "--message=x", f"--author={name}")
    assert list(repository.history().versions) == ["EP-1"]


def test_what_is_too_long_is_cut_at_the_old_end(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 10):
        repository.commit(f"2026-03-0{day}", {EPIC: an_epic(f"state-{day}")})
    monkeypatch.setattr(git_log, "LOG_BYTES", 600)
    found = repository.history()
    assert found.shallow
    assert "oldest part" in found.note
    assert states(found)[-1] == ("state-9", "2026-03-09")
    assert 1 < len(found.commits) < 9


def test_a_git_that_never_answers_is_ended(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)
    monkeypatch.setattr(git, "TIMEOUT", 0.2)
    began = datetime.now(UTC)
    assert revisions(repository.content) is None
    assert head(repository.content) is None
    assert (datetime.now(UTC) - began).seconds < 20


# One pass, each content once -----------------------------------------------------------------


class Shelf(dict[bytes, bytes]):
    """A store in memory."""

    def get_many(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        return {key: self[key] for key in keys if key in self}

    def put_many(self, values: Mapping[bytes, bytes]) -> None:
        self.update(values)


def test_four_processes_serve_any_number_of_files(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 4):
        files = {f"content/epics/EP-{n}.md": an_epic(f"s{day}") for n in range(20)}
        repository.commit(f"2026-03-0{day}", files)
    started = []
    popen = subprocess.Popen

    def counted(command: list[str], **more: Any) -> Any:
        started.append(command)
        return popen(command, **more)

    monkeypatch.setattr(subprocess, "Popen", counted)
    read = []

    def noted(text: str) -> Fields:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(git_history, "parse", noted)
    assert len(repository.history().versions) == 20
    assert len(started) == 4  # the last one lists the tags of plans
    assert len(read) == 4, "a title and three states, however many files say them"


def test_what_was_read_once_is_not_read_again(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(
        "2026-03-01",
        {EPIC: an_epic(job_size="0.50", due="2026-12-01", key_results="{KR-1: 70}", tags="[a]")},
    )
    repository.commit("2026-03-02", {EPIC: "---\nstate: [\n---\n"})
    shelf = Shelf()
    cold = repository.history(kept=shelf)
    assert sorted(key.split()[0] for key in shelf) == [b"fields", b"fields", b"log"]
    monkeypatch.setattr(git_history, "parse", None)
    assert repository.history(kept=shelf) == cold
    assert cold == repository.history(kept=Shelf(shelf))


def test_a_log_that_was_kept_goes_on_as_if_all_were_read_anew(repository: Repository) -> None:
    shelf, asked = Shelf(), []

    def holds(*command: str) -> None:
        """The history with what is kept is that without, after each turn that a branch may take."""
        if command:
            repository.git(*command, day="2026-03-09")
        earlier = {key: value for key, value in shelf.items() if key.startswith(b"log ")}
        assert repository.history(kept=shelf) == repository.history(), command
        asked.append(earlier != {key: shelf[key] for key in earlier})

    repository.commit("2026-03-01", {EPIC: an_epic(), "README.md": "a"})
    holds()
    repository.commit("2026-03-02", {EPIC: an_epic("ready")})
    holds()
    holds()
    assert asked == [False, True, False], "kept anew where there is a new commit, and only there"
    repository.commit("2026-03-03", {"README.md": "b"})
    holds()
    holds("commit", "--quiet", "--amend", "--message=other")
    repository.git("checkout", "--quiet", "-b", "work", "HEAD~1")
    repository.commit("2026-03-04", {"content/epics/EP-2.md": an_epic("reviewing")})
    holds()
    holds("merge", "--quiet", "--no-ff", "--message=any", "main")
    holds("checkout", "--quiet", "main")
    holds("merge", "--quiet", "--ff-only", "work")  # main was the second parent of what it is now
    holds("reset", "--quiet", "--hard", "HEAD~2")
    repository.commit("2026-03-10", {EPIC: None, "content/epics/EP-3.md": an_epic("done")})
    holds()


def test_of_a_log_that_was_altered_nothing_is_believed(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic()})
    shelf = Shelf()
    repository.history(kept=shelf)
    [key] = [key for key in shelf if key.startswith(b"log ")]
    shelf[key] = zlib.compress(zlib.decompress(shelf[key]).replace(b"EP-1", b"EP-9"))
    assert set(repository.history(kept=shelf).versions) == {"EP-1"}


def test_of_a_shallow_clone_no_log_is_kept(repository: Repository, tmp_path: Path) -> None:
    for day in range(1, 5):
        repository.commit(f"2026-03-0{day}", {EPIC: an_epic(f"s{day}")})
    clone = Repository(tmp_path / "clone")
    clone.git("fetch", "--quiet", "--depth=2", repository.root.as_uri(), "main")
    clone.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    shelf = Shelf()
    assert len(clone.history(kept=shelf).commits) == 2
    clone.git("fetch", "--quiet", "--unshallow", repository.root.as_uri(), "main")
    assert len(clone.history(kept=shelf).commits) == 4


def test_a_shelf_that_holds_nonsense_is_not_believed(repository: Repository) -> None:
    repository.commit("2026-03-01", {EPIC: an_epic(job_size="0.5")})
    shelf = Shelf()
    cold = repository.history(kept=shelf)
    for value in (b"", b"[1]", b"{", b'{"job_size":{"":"x"}}', b"\xff", b"[" * 100_000):
        wrong = Shelf(dict.fromkeys(shelf, value))
        assert repository.history(kept=wrong) == cold


PIECES = st.sampled_from((
    "title: A\n", "title: B # why\n", "state: 'done'\n", 'owner: "a\n', 'b: c"\n', "b]\n",
    "tags: [a,\n", "tags: {a: 1}\n", "history:\n- {state: a, on: 2026-01-01}\n", "- x\n",
    "  - y\n", "  more\n", "# note\n", "\n", "job_size: 0.5\n", "job_size: 012\n",
    "cost: .nan\n", "cost: &a 5\n", "kind: *a\n", "hypothesis:\n  for: us\n", "hypothesis: |\n",
    "  text\n", "? x\n", ": y\n", "'state': ready\n", "state : x\n", "visibility:\n", "size:\tx\n",
    "%a\n", "owner: a\u2028state: b\n", "tags: a\x85state: b\n", "due: >-\n", "--- x\n", "...\n",
    "é: 1\n", "features:\n  - id: FT-1\n    title: 'x'\n", "<<: {a: 1}\n", "weight: 5",
    "\ttitle: x\n",
))  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_front_matter_read_in_pieces_says_what_it_says_as_a_whole(yaml: str) -> None:
    expected = whole(yaml)
    found = Reader().fields(yaml)
    if expected is None:  # what is broken in a field that no story keeps is let pass
        return
    assert found == expected


def test_a_title_may_come_from_the_first_heading() -> None:
    assert Reader().facts(b"# A heading\n\nProse.\n") == {"title": "A heading"}
    assert Reader().facts(b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n# B\r\n") == {"title": "A"}
    assert Reader().facts(b"---\nstate: a\0b\n---\n") is None

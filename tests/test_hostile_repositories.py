"""Repositories that mean harm: nothing in them runs, leads outside, hangs, or passes for a bug."""

import os
import resource
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Figure
from making import git, written

PROGRAM = str(Path(sys.executable).with_name("leanfolio"))
SECRET = "Zqsecret"
SECONDS = 20  # of processor time for one command
PATIENCE = 300  # seconds until one that only waits is ended, on a machine with much else to do
Trick = Callable[[Path, str], None]  # takes the project, and a program that leaves a trace

SETTINGS = (
    "core.fsmonitor", "core.pager", "pager.log", "pager.status", "diff.external",
    "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean",
    "filter.evil.process", "gpg.program", "gpg.ssh.program", "core.sshCommand", "core.gitProxy",
    "core.editor", "core.askPass", "core.alternateRefsCommand", "credential.helper",
    "interactive.diffFilter", "sequence.editor", "merge.evil.driver", "uploadpack.packObjectsHook",
    "remote.origin.uploadpack", "protocol.ext.allow", "trailer.x.cmd",
)  # fmt: skip


def setting(name: str) -> Trick:
    def trick(folder: Path, canary: str) -> None:
        git(folder, "config", name, canary)
        (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
        os.utime(folder / "content" / "portfolio.md", (1, 1))

    trick.__name__ = f"setting_{name}"
    return trick


def hooks(folder: Path, canary: str) -> None:
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        hook = folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{canary}\n")
        hook.chmod(0o755)


def included_configuration(folder: Path, canary: str) -> None:
    (folder / "evil.config").write_text(f"[core]\n\tfsmonitor = {canary}\n")
    git(folder, "config", "include.path", "../evil.config")


def aliases_of_commands(folder: Path, canary: str) -> None:
    for name in ("log", "status", "cat-file", "rev-parse", "ls-files"):
        git(folder, "config", f"alias.{name}", f"!{canary}")


def promisor_that_fetches(folder: Path, canary: str) -> None:
    git(folder, "config", "remote.origin.url", f"ext::{canary}")
    git(folder, "config", "remote.origin.promisor", "true")
    git(folder, "config", "extensions.partialClone", "origin")


def alternates_elsewhere(folder: Path, canary: str) -> None:
    info = folder / ".git" / "objects" / "info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text(f"{folder.parent}/no\n|{canary}\n")


def submodule(folder: Path, canary: str) -> None:
    text = f'[submodule "x"]\n\tpath = content/x\n\turl = ext::{canary}\n\tupdate = !{canary}\n'
    (folder / ".gitmodules").write_text(text)


def bare_repository_in_content(folder: Path, canary: str) -> None:
    bare = folder / "content" / "bare.git"
    git(folder, "init", "--quiet", "--bare", str(bare))
    git(bare, "config", "core.fsmonitor", canary)


def programs_beside_content(folder: Path, canary: str) -> None:
    for name in ("git", "git.exe", "dot", "git.bat"):
        (folder / name).write_text(f"#!/bin/sh\n{canary}\n")
        (folder / name).chmod(0o755)


def modules_beside_content(folder: Path, canary: str) -> None:
    for name in ("yaml", "sitecustomize", "usercustomize", "markdown_it", "jinja2", "conftest"):
        (folder / f"{name}.py").write_text(f"import os; os.system({canary!r})\n")
        (folder / "content" / f"{name}.py").write_text(f"import os; os.system({canary!r})\n")


def revision_like_an_option(folder: Path, canary: str) -> None:
    (folder / ".git" / "refs" / "heads" / "--output=pwned").write_text("0" * 40 + "\n")


def tags_of_yaml(folder: Path, canary: str) -> None:
    text = f"---\ntitle: !!python/object/apply:os.system [{canary!r}]\n---\n"
    (folder / "content" / "epics" / "EP-8.md").write_text(text)


def alias_bomb(folder: Path, canary: str) -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{two}: &{two} [{','.join([f'*{one}'] * 9)}]"
        for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    (folder / "content" / "epics" / "EP-8.md").write_text("---\n" + "\n".join(lines) + "\n---\n")
    (folder / "content" / "scenarios").mkdir()
    (folder / "content" / "scenarios" / "bomb.yml").write_text("\n".join(lines))


def brackets(folder: Path, canary: str) -> None:
    (folder / "content" / "epics" / "EP-8.md").write_text(f"---\ntitle: {'[' * 60_000}\n---\n")
    (folder / "content" / "note.md").write_text(
        "> " * 100_000 + "\n" + "[" * 200_000 + "*a " * 90_000
    )


def long_line(folder: Path, canary: str) -> None:
    (folder / "content" / "epics" / "EP-8.md").write_text(f"---\ntitle: {'x' * 900_000}\n---\n")


def numbers_and_days(folder: Path, canary: str) -> None:
    text = f"---\ntitle: x\ncost: {'9' * 5000}\nactual: 1e999999999\ndue: 2026-02-31\n---\n"
    (folder / "content" / "epics" / "EP-8.md").write_text(text)


def sparse_files(folder: Path, canary: str) -> None:
    for name in ("content/huge.md", "content/huge.png", "content/actuals/huge.csv", "huge.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("wb") as file:
            file.truncate(20 * 1024**3)


def deep_folders(folder: Path, canary: str) -> None:
    deep = folder.joinpath("content", *["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "note.md").write_text("# x\n")


def bad_names(folder: Path, canary: str) -> None:
    for name in ("javascript:alert(1).md", "a\nb.md", "x" * 210 + ".md", "CON.md", "\u202etxt.md"):
        (folder / "content" / name).write_text("# x\n")
    Path(os.fsdecode(os.fsencode(folder / "content") + b"/\xff.md")).write_text("# x\n")


def content_is_a_link(folder: Path, canary: str) -> None:
    (folder / "content").rename(folder / "away")
    (folder / "content").symlink_to(folder.parent / "secret")


def links_in_content(folder: Path, canary: str) -> None:
    secret = folder.parent / "secret"
    (folder / "content" / "folder").symlink_to(secret)
    (folder / "content" / "page.md").symlink_to(secret / "page.md")
    (folder / "content" / "picture.png").symlink_to(secret / "picture.png")
    (folder / "content" / "note.md").write_text("# x\n\n![x](picture.png) [y](folder/page.md)\n")


def links_in_site(folder: Path, canary: str) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "CNAME").symlink_to(folder.parent / "secret" / "page.md")
    (folder / "site" / "manifest.json").symlink_to("/dev/zero")


def site_is_a_link(folder: Path, canary: str) -> None:
    (folder / "site").symlink_to(folder.parent / "secret")


def huge_manifest(folder: Path, canary: str) -> None:
    (folder / "site").mkdir()
    with (folder / "site" / "manifest.json").open("wb") as file:
        file.truncate(20 * 1024**3)


def pipes_and_sockets(folder: Path, canary: str) -> None:
    os.mkfifo(folder / "content" / "pipe.md")
    os.mkfifo(folder / "content" / "pipe.png")
    here = Path.cwd()
    os.chdir(folder / "content")  # the name of a socket may be 100 bytes long
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind("socket.md")
    finally:
        os.chdir(here)


def loops_of_links(folder: Path, canary: str) -> None:
    (folder / "content" / "loop").symlink_to("..")
    (folder / "content" / "self.md").symlink_to("self.md")


def broken_text(folder: Path, canary: str) -> None:
    for number, data in enumerate(
        (b"\xff\xfe\x00", b"---\ntitle: \x00\n---\n", b"\xef\xbb\xbf---\n")
    ):
        (folder / "content" / f"bytes-{number}.md").write_bytes(data)


TRICKS: tuple[Trick, ...] = (
    *map(setting, SETTINGS), hooks, included_configuration, aliases_of_commands,
    promisor_that_fetches, alternates_elsewhere, submodule, bare_repository_in_content,
    programs_beside_content, modules_beside_content, revision_like_an_option, tags_of_yaml,
    alias_bomb, brackets, long_line, numbers_and_days, sparse_files, deep_folders, bad_names,
    content_is_a_link, links_in_content, links_in_site, site_is_a_link, huge_manifest,
    pipes_and_sockets, loops_of_links, broken_text,
)  # fmt: skip
# These leave a portfolio that is published all the same, so that one build can bear all of them.
TOGETHER = (
    *map(setting, SETTINGS), hooks, included_configuration, aliases_of_commands, submodule,
    programs_beside_content, revision_like_an_option,
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small portfolio of two commits, beside a folder with what nobody may read."""
    (tmp_path / "secret").mkdir()
    for name in ("page.md", "picture.png", "portfolio.md"):
        (tmp_path / "secret" / name).write_text(f"# {SECRET}\n")
    folder = written(tmp_path / "mine")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=one")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=two")
    return folder


def commands(folder: Path, trace: Path, *names: str) -> list[str]:
    """Run commands in a repository; return what is wrong with what came of it."""
    wrong = []
    secret = {path.name: path.read_text() for path in (folder.parent / "secret").iterdir()}
    for name in names:
        done = subprocess.run(
            [PROGRAM, "-C", ".", *name.split()], cwd=folder, capture_output=True,
            stdin=subprocess.DEVNULL, check=False, timeout=PATIENCE, preexec_fn=limited,
            env={**os.environ, "LEANFOLIO_CACHE": str(folder.parent / "cache")},
        )  # fmt: skip
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        wrong += [f"{name}: exit code {done.returncode}"] * (done.returncode not in (0, 1, 2, 3))
        wrong += [f"{name}: {word}" for word in ("fault of leanfolio", "Traceback") if word in said]
        wrong += [f"{name}: shows what lies outside"] * (SECRET in said)
    wrong += ["something ran"] * trace.exists()
    site = folder / "site"
    published = [] if site.is_symlink() else [path for path in site.rglob("*") if regular(path)]
    wrong += [f"{path} holds what lies outside" for path in published if holds(path)]
    now = {path.name: path.read_text() for path in (folder.parent / "secret").iterdir()}
    return wrong + ["what lies outside was changed"] * (now != secret)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def regular(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and path.stat().st_size < 10**8


def holds(path: Path) -> bool:
    return SECRET.encode() in path.read_bytes()


def canary(tmp_path: Path) -> tuple[str, Path]:
    """A program that leaves a trace, and where it would leave it."""
    trace, program = tmp_path / "it-ran", tmp_path / "canary"
    program.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    program.chmod(0o755)
    return str(program), trace


def test_all_that_git_could_be_told_to_run_does_not_run(project: Path, tmp_path: Path) -> None:
    program, trace = canary(tmp_path)
    for trick in TOGETHER:
        trick(project, program)
    assert commands(project, trace, "check", "build --as-of 2026-11-20") == []
    assert (project / "site" / "index.html").is_file()


@pytest.mark.parametrize(
    "trick", [sparse_files, links_in_content, alias_bomb], ids=lambda trick: trick.__name__
)
def test_a_hostile_file_is_a_problem(project: Path, tmp_path: Path, trick: Trick) -> None:
    program, trace = canary(tmp_path)
    trick(project, program)
    assert commands(project, trace, "check") == []


def test_git_itself_would_have_run_it(project: Path, tmp_path: Path) -> None:
    """The canary sings where nobody takes care: so its silence above means something."""
    program, trace = canary(tmp_path)
    setting("core.fsmonitor")(project, program)
    git(project, "status")
    assert trace.exists()


@pytest.mark.acceptance
@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_each_trick_by_itself(project: Path, tmp_path: Path, trick: Trick, figure: Figure) -> None:
    program, trace = canary(tmp_path)
    trick(project, program)
    found = commands(project, trace, "check", "build --as-of 2026-11-20", "show ranking")
    assert found == []
    if trick is TRICKS[-1]:
        figure(f"hostile repositories: {len(TRICKS)}, none ran, none led outside")

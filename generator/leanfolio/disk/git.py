"""The door to git: every call goes through `running` below, which lets it start no other program.

Names, messages and dates in a repository are text that anybody may have written, and its
configuration can name programs to run.
"""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from msgspec import Struct

from leanfolio.model.source import RECORDS, Commit

HARDENED = (
    "--no-pager",
    "--no-replace-objects",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "core.attributesFile=/dev/null",
    "-c", "diff.external=",
    "-c", "core.untrackedCache=false",
    "-c", "safe.bareRepository=explicit",  # a folder of content that is laid out as a repository
    "-c", "advice.graftFileDeprecated=false",
    "-c", "protocol.allow=never",
    "-c", "log.showSignature=false",
    "-c", "log.showRoot=true",
    "-c", "log.diffMerges=first-parent",
    "-c", "log.follow=false",
)  # fmt: skip
LAST_SECOND = 4102444800  # not beyond 2100, whatever a commit claims
HEADER = re.compile(rb"([0-9a-f]{40,64}) (\d{1,20})(?: (.*))?\Z", re.DOTALL)
LONGEST_NAME = 80  # characters of an author
READ = {".md", *(suffix for kinds in RECORDS.values() for suffix in kinds)}
TIMEOUT = 120  # seconds that one process may take
NO_GIT = "LEANFOLIO_NO_GIT"  # set by --no-git: content is read as if no repository held it
LONGEST_ANSWER = 65536  # bytes of an answer that is kept within a run
Answers = dict[tuple[str, tuple[str, ...]], bytes | None]
ANSWERS: ContextVar[Answers | None] = ContextVar("answers", default=None)
SAFE_DIRECTORY = re.compile(r"git config --global --add safe\.directory \S.*")


class GitError(Exception):
    """A repository holds the content, and git gave no answer. `fix` says what would help."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class MissingObjectsError(GitError):
    """This clone lacks what was asked for: it is shallow, or left files behind, or lost them."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message, "`git fetch --unshallow`; in CI a clone of full depth, without --filter"
        )


def has_git_answer(folder: Path, *arguments: str) -> bytes | None:
    """What git answers, or None where there is no repository, or no such thing.

    Raises GitError where a repository is there, and no git can be started.
    """
    if repository_above(folder) is None:
        return None
    known = ANSWERS.get()
    question = (str(folder.absolute()), arguments)
    if known is not None and question in known:
        return known[question]
    try:
        with running(folder, *arguments) as process:
            text = output(process).read()
            answer = text if process.wait() == 0 else None
    except OSError as error:
        raise cannot_start(error) from error
    if known is not None and len(text) <= LONGEST_ANSWER:
        known[question] = answer
    return answer


def commit_at(revision: str) -> tuple[str, ...]:
    """The question which commit a revision names: asked in one way, it is asked once."""
    return (
        "log", "-1", "--format=%H %ct", "--no-show-signature", "--end-of-options",
        f"{revision}^{{commit}}", "--",
    )  # fmt: skip


@contextmanager
def asked_once() -> Iterator[None]:
    """Within the block git is asked nothing twice: what it said once, it says to all who ask.

    So a commit made meanwhile is seen by no part of a build. A block inside asks it all anew.
    """
    token = ANSWERS.set({})
    try:
        yield
    finally:
        ANSWERS.reset(token)


def repository_above(folder: Path) -> Path | None:
    """The nearest folder with a `.git`, this one or one above; None without, and under --no-git."""
    if os.environ.get(NO_GIT):
        return None
    here = folder.absolute()
    return next((entry for entry in (here, *here.parents) if os.path.lexists(entry / ".git")), None)


def cannot_start(error: OSError) -> GitError:
    why = (
        "git is not installed"
        if isinstance(error, FileNotFoundError)
        else f"git cannot start: {error.strerror or error}"
    )
    return GitError(
        f"{why}, but a git repository holds this content",
        "install git; or build without it on purpose: `leanfolio --no-git ...`",
    )


def require_git(folder: Path) -> None:
    """Return where git answers for this folder, or where no repository holds it.

    Raises GitError for a repository of another owner, a broken HEAD, index or `.git`, a missing
    commit, and a git that cannot be started: each would otherwise pass for content outside git,
    whose figures stand as of today.
    """
    if repository_above(folder) is None:
        return
    if has_git_answer(folder, "rev-parse", "--is-inside-work-tree") is None:
        raise refusal(folder, "rev-parse", "--is-inside-work-tree")
    newest = commit_at("HEAD")
    if has_git_answer(folder, *newest) is None and not is_unborn(folder):
        raise refusal(folder, *newest)
    if has_git_answer(folder, "ls-files", "-z", "--", ".") is None:
        raise refusal(folder, "ls-files", "-z", "--", ".")


def is_unborn(folder: Path) -> bool:
    """Whether what is checked out is a branch without a commit yet, and not a broken one."""
    branch = os.fsdecode((has_git_answer(folder, "symbolic-ref", "--quiet", "HEAD") or b"").strip())
    if not branch or has_git_answer(folder, "rev-parse", "--verify", "--quiet", branch) is not None:
        return False
    place = has_git_answer(folder, "rev-parse", "--git-path", branch)
    return place is not None and not os.path.lexists(folder / os.fsdecode(place.strip()))


def refusal(folder: Path, *arguments: str) -> GitError:
    """What git says when it refuses, and the command that would help.

    It is asked the very same again: with less, it might run what it was kept from.
    """
    with running(folder, *arguments, errors=True) as process:
        text = output(process).read(4096).decode("utf-8", "replace")
        process.wait()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    cure = SAFE_DIRECTORY.search(text)
    return GitError(
        "git does not answer for this content: " + (lines[0] if lines else "it says nothing"),
        f"`{cure[0].strip()}`" if cure else "`git fsck` may say more; `--no-git` builds without it",
    )


@contextmanager
def running(
    folder: Path, *arguments: str, asked: IO[bytes] | None = None, errors: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A git that runs no other program, asks nobody, and is ended when its time is up."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_GRAFT_FILE": os.devnull,  # else a commit would have parents that it does not name
        "GIT_ALLOW_PROTOCOL": "",  # unlike protocol.allow it holds whatever a repository sets
        "LC_ALL": "C",
    }
    process = subprocess.Popen(  # noqa: S603
        [program(), *HARDENED, *arguments],
        cwd=folder,
        env=environment,
        stdin=asked or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
    )
    watch = threading.Timer(TIMEOUT, process.kill)
    watch.daemon = True
    watch.start()
    try:
        yield process
    finally:
        watch.cancel()
        process.kill()
        output(process).close()
        process.wait()


def program() -> str:
    """The path of git. Raises FileNotFoundError where there is none.

    Windows looks into the current folder first, where a portfolio may hold a file of that name:
    what is found there is not run.
    """
    path = shutil.which("git")
    if path is None or not Path(path).is_absolute():
        raise FileNotFoundError("git")
    return path


def output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def head(folder: Path) -> Commit | None:
    """The commit checked out in this folder; None outside git, or before the first commit."""
    text = has_git_answer(folder, *commit_at("HEAD"))
    return commit_of(text.strip()) if text else None


def is_single_revision(revision: str) -> bool:
    """Whether this may be the name of one commit: no option, and no range."""
    ranged = revision.startswith(("-", "^")) or ".." in revision
    return bool(revision) and not ranged and "\0" not in revision


def merge_base(folder: Path, revision: str, top: str = "HEAD") -> str | None:
    """The commit at which what is checked out, or `top`, parted from a revision: the newest that
    both hold.

    None where there is no such revision, or the two have nothing in common.
    """
    if not is_single_revision(revision):
        return None
    text = has_git_answer(folder, "merge-base", "--end-of-options", revision, top)
    id = (text or b"").strip().decode("ascii", "replace")
    return id if re.fullmatch(r"[0-9a-f]{40,64}", id) else None


def tree_at(folder: Path, commit: str) -> str | None:
    """The id of all that this folder held at a commit; None where it was not there.

    Raises GitError where git cannot tell, as in a clone that left trees behind.
    """
    text = has_git_answer(folder, "rev-parse", "--verify", "--quiet", f"{commit}:./")
    if text:
        return text.decode("ascii", "replace").strip()
    if has_git_answer(folder, "ls-tree", "-z", "--end-of-options", commit) is None:
        raise MissingObjectsError(f"git cannot list the files of {commit[:8]}")
    return None


def commit_of(text: bytes) -> Commit | None:
    """A commit from its id, its time and, where that follows, the name of its author."""
    header = HEADER.match(text)
    if header is None:
        return None
    id, time, author = header.groups(b"")
    return Commit(id.decode("ascii"), min(int(time), LAST_SECOND), name_of(author))


def name_of(author: bytes) -> str:
    """A name as a reader may see it: on one line, without signs that hide or reorder others."""
    text = author.decode("utf-8", "replace")
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[
        :LONGEST_NAME
    ]


def content_date(content: Path) -> date:
    """The day for which content stands: its commit's; of what no commit holds, today.

    Raises GitError where a repository holds it and git does not answer.
    """
    require_git(content)
    return own_day(content, None)[0]


def own_day(content: Path, as_of: date | None, of: Commit | None = None) -> tuple[date, bool]:
    """The day for which content stands by itself, and whether that is the day of a commit.

    Content `of` a commit has the day of that. What is in the work tree counts as committed where
    `as_of` names no other day: nothing depends on it then. `require_git` has been asked before.
    """
    if of is not None:
        return of.day, True
    top = head(content)
    if top is not None and not changed(content):
        return top.day, True
    return datetime.now(UTC).date(), as_of is None


def day_or_today(content: Path) -> date:
    """The same, where an editor has to go on without git: today, if git does not answer."""
    try:
        return content_date(content)
    except GitError:
        return datetime.now(UTC).date()


def changed(content: Path) -> bool:
    """Whether anything in the content folder is other than its commit has it.

    Raises GitError where git refuses.
    """
    return any(map(has_history, status_entries(content, ".")))


def status_entries(folder: Path, *paths: str) -> Iterator[bytes]:
    """What `git status` lists of these paths, also what git ignores; b"" may be among it.

    To compare a file that was touched, git would run the filters that attributes and configuration
    name between them. Each of their settings is therefore set to nothing; where one cannot be named
    on a command line, git is not asked, and each path counts as changed. Raises GitError where git
    refuses.
    """
    settings = filter_settings(folder)
    if any("=" in name for name in settings):
        yield from (b" M " + os.fsencode(path) for path in paths)
        return
    emptied = [part for name in settings for part in ("-c", f"{name}=")]
    arguments = (
        *emptied, "status", "--porcelain", "-z", "--ignore-submodules=all",
        "--untracked-files=normal", "--ignored=matching", "--", *paths,
    )  # fmt: skip
    text = has_git_answer(folder, *arguments)
    if text is None:
        raise refusal(folder, *arguments)
    yield from text.split(b"\0")


def filter_settings(folder: Path) -> list[str]:
    """The settings that name programs for the contents of files. Raises GitError."""
    return sorted(name for name in setting_names(folder) if name.lower().startswith("filter."))


def setting_names(folder: Path) -> set[str]:
    """The name of every setting of git that holds here. Raises GitError."""
    arguments = ("config", "--list", "--name-only", "-z")
    names = has_git_answer(folder, *arguments)
    if names is None:
        raise refusal(folder, *arguments)
    return {os.fsdecode(name) for name in names.split(b"\0")}


class Place(Struct, frozen=True):
    """Where a folder lies in its repository, and whether that holds only its newest commits."""

    prefix: bytes  # b"content/"; empty at the top
    is_shallow: bool


def place_in(folder: Path) -> Place | None:
    """Where a folder lies in its repository; None outside git."""
    answer = has_git_answer(folder, "rev-parse", "--is-shallow-repository", "--show-prefix")
    if answer is None:
        return None
    shallow, _, prefix = answer.partition(b"\n")
    return Place(prefix.removesuffix(b"\n"), shallow == b"true")


def is_shallow(folder: Path) -> bool:
    """Whether a clone holds only the newest part of its history."""
    place = place_in(folder)
    return place is not None and place.is_shallow


def has_history(entry: bytes) -> bool:
    """Whether an entry of `git status` is of content; what git ignores is, where it is read."""
    state, _, path = entry[:2], entry[2:3], PurePosixPath(os.fsdecode(entry[3:]))
    if state != b"!!":
        return bool(entry)
    read = entry.endswith(b"/") or path.suffix.lower() in READ
    return read and not path.name.startswith(".")

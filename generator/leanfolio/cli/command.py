"""What the commands share: exit codes, days, the content at hand, and how a command ends early."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from pathlib import Path

    from click.decorators import FC

    from leanfolio.disk.files import Project
    from leanfolio.model import Item
    from leanfolio.model.source import Commit, Content
    from leanfolio.views.built import Built

PROBLEMS, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130
PIPE_CLOSED = 141  # what a shell gives for SIGPIPE


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-10-05", param, ctx)


as_of_option = click.option(
    "--as-of",
    type=Day(),
    help="The day on which figures stand; default: the portfolio's, or the commit's.",
)


def audience_option(help: str) -> "Callable[[FC], FC]":
    """The option that says for whom an answer is; without it the command has its usual one."""
    choice = click.Choice(("public", "internal", "confidential"))
    return click.option("--audience", type=choice, help=help)


def format_option(
    *forms: str, help: str = "The form in which the answer is printed."
) -> "Callable[[FC], FC]":
    """The option that says in which form an answer is printed; the first is the usual one."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=help
    )


revision_option = click.option(
    "--rev",
    "revision",
    metavar="REVISION",
    help="The content as it was at a git revision; the work tree is left alone.",
)


def commit_at(project: "Project", revision: str | None) -> "Commit | None":
    """The commit that a revision names, None for the work tree. Ends the command where none is."""
    if revision is None:
        return None
    from leanfolio.disk.git_revision import UnknownRevision, commit_named
    from leanfolio.output.visible import visible

    git_answers(project.content.absolute())
    try:
        return commit_named(project.content, revision)
    except UnknownRevision as error:
        fail(USAGE, visible(str(error)), error.fix)


def content_of(project: "Project", commit: "Commit | None" = None) -> "Content":
    """The content as bytes, of a commit or the work tree. Ends the command where there is none."""
    from leanfolio.disk.files import load
    from leanfolio.disk.git import tree_at

    if commit is not None:
        from leanfolio.disk.git_content import content_at

        if tree_at(project.content, commit.id) is None:
            fail(USAGE, f"{commit.short} has no folder content", "name a commit that has one")
        return content_at(project.content, commit)
    try:
        return load(project.content)
    except (FileNotFoundError, NotADirectoryError):
        hint = "give the folder that holds content/ with -C, or start one with `leanfolio init DIR`"
        fail(USAGE, f"there is no folder {project.content}", hint)


def loaded(
    project: "Project",
    as_of: date | None,
    commit: "Commit | None" = None,
    content: "Content | None" = None,
) -> "tuple[Content, Built]":
    """The content, read and checked. Ends the command where there is no content folder.

    `content` is what was read already. Of a commit it stands as of the commit's day, where no other
    is named.

    What `check` has found in this very content on this day is taken over, or else kept for it.
    """
    from leanfolio.cache.check_result import CheckResult, keep_result, key_of, load_result
    from leanfolio.cache.front_matters import front_matters
    from leanfolio.cache.prose_links import scanning
    from leanfolio.cache.store import Store, own_cache, project_name
    from leanfolio.check import summaries_of
    from leanfolio.disk.git import own_day
    from leanfolio.disk.project import build_content

    content = content or content_of(project, commit)
    ready_git(project, as_of)
    with Store(own_cache()) as store:
        day, committed = own_day(project.content, as_of, commit)
        key = key_of(content, as_of, day, committed=committed)
        result = load_result(store, key)
        known = None if result is None else result.problems
        name = project_name(project.content, own_cache())
        with front_matters(store, name) as fields_of:
            built = build_content(
                content, as_of, day, scan=scanning(store), fields_of=fields_of, known=known,
                committed=committed,
            )  # fmt: skip
        if result is None:
            laws = summaries_of(built.problems)
            keep_result(store, key, CheckResult(built.as_of, built.problems, laws))
    cache_note(store.problem)
    return content, built


@cache
def cache_note(problem: str) -> None:
    """Say once why the cache spares no work; nothing where it does."""
    if problem:
        click.echo(f"warning: the cache spares no work: {problem}", err=True)


@cache
def git_answers(content: "Path") -> None:
    """Ask once in a command whether git answers for this content. Raises GitError as it does."""
    from leanfolio.disk.git import require_git

    require_git(content)


def ready_git(project: "Project", as_of: date | None) -> None:
    """End the command where a repository holds the content and git does not answer.

    With a day given on purpose, go on without git, and say what is missing then.
    """
    from leanfolio.disk.git import NO_GIT, GitError

    try:
        git_answers(project.content.absolute())
    except GitError as error:
        if as_of is None:
            fail(ENVIRONMENT, str(error), error.fix)
        os.environ[NO_GIT] = "1"
        click.echo(f"warning: {error}", err=True)
        click.echo("without git there is no commit to name, and no history to show", err=True)


def shallow_note(project: "Project") -> None:
    """Say what a clone without its whole history cannot show, and the command that fetches it."""
    from leanfolio.disk.git import is_shallow

    if is_shallow(project.content):
        click.echo(
            "warning: this clone is shallow: how scores, ranks and states changed before its first "
            "commit is not known; `git fetch --unshallow` brings it (in CI: a clone of full depth)",
            err=True,
        )


def errors_note(built: "Built") -> None:
    """Say that figures come from content with errors; nothing where it has none."""
    if number := len(built.errors):
        words = f"{number} error{'s' if number != 1 else ''}"
        click.echo(f"{words} in the content; see `leanfolio check`", err=True)


def show_errors(content: "Content", built: "Built") -> None:
    """Print the errors of content on stderr, as `check` does."""
    from leanfolio.output.problems.errors import errors_as_text

    click.echo(errors_as_text(content, built, colour=colours(sys.stderr)), nl=False, err=True)


def fail(code: int, message: str, hint: str = "") -> NoReturn:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    raise SystemExit(code)


def lacks_extra(package: str, extra: str) -> NoReturn:
    """End the command where a package is not installed; `package` says what it does too."""
    hint = f"install it with `pip install 'leanfolio[{extra}]'`"
    fail(ENVIRONMENT, f"{package}, is not installed", hint)


def megabytes(size: int) -> str:
    """A size in megabytes with one decimal, rounded up: what is there is never 0."""
    from leanfolio.model.source import MEGABYTE

    tenths = -(-size // (MEGABYTE // 10))
    return f"{tenths // 10}.{tenths % 10} MB"


def colours(stream: Any) -> bool:
    """Whether to colour: NO_COLOR says no, FORCE_COLOR yes, else a terminal that is not dumb."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def model_named(type: str, others: Iterable[str] = ()) -> "type[Item]":
    """The model of a type. Ends the command where there is none; `others` could be meant too."""
    from leanfolio.model import TYPES
    from leanfolio.read.suggestions import nearest

    if type not in TYPES:
        known = (*TYPES, *others)
        guess = nearest(type, known)
        fail(
            USAGE,
            f"there is no type {type}",
            f"did you mean {guess}?" if guess else f"one of {', '.join(known)}",
        )
    return TYPES[type]

"""What can be asked of check: all problems, the safe ones fixed, a baseline, a revision."""

import os
import sys
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from leanfolio.cli.command import (
    ENVIRONMENT,
    PROBLEMS,
    USAGE,
    as_of_option,
    cache_note,
    colours,
    commit_at,
    content_of,
    fail,
    format_option,
    loaded,
    ready_git,
    revision_option,
)
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leanfolio.cache.check_result import CheckResult
    from leanfolio.disk.files import Project
    from leanfolio.figures.history.versions import History
    from leanfolio.model.source import Commit, Content
    from leanfolio.problem import Problem
    from leanfolio.views.built import Built

BASELINE = click.Path(dir_okay=False, path_type=Path)
FORMATS = ("text", "json", "github", "gitlab", "azure", "sarif", "junit")


ORDER = "field-order"  # what --fix --select takes besides rules: no rule asks for it


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@format_option(*FORMATS)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--select", multiple=True, metavar="RULES", help="Report and fix these rules alone.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Pass over these rules.")
@click.option("-q", "--quiet", is_flag=True, help="Report errors alone.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--fix", is_flag=True, help="Fix what is safe to fix, then report the rest.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; write nothing.")
@click.option("--baseline", type=BASELINE, help="Keep quiet about the faults that this file knows.")
@click.option("--write-baseline", type=BASELINE, help="Write all faults of now to this file.")
@click.option(
    "--against",
    metavar="REVISION",
    help="Tell too what has changed that should stay, since the content parted from a revision.",
)
@click.option(
    "--history", is_flag=True, help="Ask git too: where it disagrees with what items declare."
)
@click.option("--no-cache", is_flag=True, help="Check anew, whatever an earlier run has kept.")
@revision_option
@as_of_option
@click.pass_obj
def check(
    project: "Project",
    files: tuple[Path, ...],
    form: str,
    strict: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    quiet: bool,
    exit_zero: bool,
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    against: str | None,
    history: bool,
    no_cache: bool,
    revision: str | None,
    as_of: date | None,
) -> None:
    """Report every problem of the content, or of these FILES and folders of it, in one run.

    All of the content is read, whatever is reported. RULES are names with commas between them;
    `--fix --select field-order` puts fields in the order of the format.
    """
    chosen = choice_of(select, ignore)
    if revision is not None and (fix or diff):
        fail(USAGE, "what a revision holds cannot be fixed", "leave out --rev, or --fix and --diff")
    commit = commit_at(project, revision)
    if fix or diff:
        apply_fixes(project, *loaded(project, as_of), files, chosen, diff=diff)
    content = content_of(project, commit)
    within = files_within(project, content, files)
    result = check_result(project, content, as_of, against, commit, anew=no_cache, history=history)
    if write_baseline is not None:
        save_baseline(write_baseline, result.problems)
        return
    problems = result.problems if baseline is None else beyond_baseline(baseline, result.problems)
    reported: list[Problem] = []
    left_out: list[Problem] = []
    for problem in problems:
        asked = (
            chosen.holds(problem.rule)
            and (within is None or problem.at.path in within)
            and not (quiet and problem.severity != "error")
        )
        (reported if asked else left_out).append(problem)
    if not diff:
        print_problems(form, reported, content, result, left_out)
    failing = any(strict or problem.severity == "error" for problem in reported)
    if failing and not exit_zero:
        raise SystemExit(PROBLEMS)


def print_problems(
    form: str,
    reported: "Sequence[Problem]",
    content: "Content",
    result: "CheckResult",
    left_out: "Sequence[Problem]" = (),
) -> None:
    """Print these problems of a result in one of FORMATS; without one, how many were left out."""
    from leanfolio.output import problems

    text = problems.render(
        form, reported, content.texts, prefix="content/",
        as_of=result.as_of, colour=colours(sys.stdout), laws=result.laws, left_out=left_out,
    )  # fmt: skip
    click.echo(text, nl=False)


def check_result(
    project: "Project",
    content: "Content",
    as_of: date | None,
    against: str | None,
    top: "Commit | None" = None,
    *,
    anew: bool,
    history: bool = False,
) -> "CheckResult":
    """The result of check for this content: from an earlier run, or computed.

    `top` is the commit that the content is of; without it, it is that of the work tree.
    """
    from leanfolio.cache.check_result import CheckResult, keep_result, key_of, load_result
    from leanfolio.cache.store import Store, own_cache, project_name
    from leanfolio.disk.git import own_day, tree_at

    ready_git(project, as_of)
    otherwise, committed = own_day(project.content, as_of, top)
    commit = None if against is None else commit_against(project, against, top)
    tree = tree_at(project.content, commit) if commit else None
    landed = landed_history(project, top) if history else None
    newest = landed.commits[-1].id if landed else None
    key = key_of(content, as_of, otherwise, tree, committed=committed, landed=newest)
    with Store(None if anew else own_cache()) as store:
        result = load_result(store, key)
        if result is None:
            from leanfolio.cache.front_matters import front_matters
            from leanfolio.cache.prose_links import scanning
            from leanfolio.check import summaries_of, without_changes
            from leanfolio.disk.project import build_content, portfolio_at

            earlier = portfolio_at(project.content, commit) if commit and tree else None
            name = project_name(project.content, own_cache())
            with front_matters(store, name) as fields_of:
                built = build_content(
                    content, as_of, otherwise, earlier=earlier, scan=scanning(store),
                    fields_of=fields_of, committed=committed, history=landed,
                )  # fmt: skip
            result = CheckResult(built.as_of, built.problems, summaries_of(built.problems))
            keep_result(store, key, result)
            plain = without_changes(built.portfolio, built.problems) if tree else None
            if landed is None and plain is not None:  # what `build` takes over
                kept = CheckResult(built.as_of, plain, summaries_of(plain))
                keep_result(store, key_of(content, as_of, otherwise, committed=committed), kept)
    cache_note(store.problem)
    return result


def landed_history(project: "Project", top: "Commit | None" = None) -> "History":
    """What git says of earlier days. Ends the command where it cannot say, or not all of it."""
    from leanfolio.disk.git import is_shallow
    from leanfolio.disk.git_history import revisions

    if is_shallow(project.content):
        hint = "`git fetch --unshallow` brings the rest; in CI, a clone of full depth"
        fail(ENVIRONMENT, "this clone is shallow: git does not know all of the history", hint)
    history = revisions(project.content, revision=top.id if top else "HEAD")
    if history is None:
        hint = "commit the content first, or leave out --history"
        fail(USAGE, "no commit holds this content, so git has no history of it", hint)
    return history


def commit_against(project: "Project", revision: str, top: "Commit | None" = None) -> str:
    """The commit that a change is held against. Ends the command where there is none."""
    from leanfolio.disk.git import merge_base
    from leanfolio.output.visible import visible

    commit = merge_base(project.content, revision, top.id if top else "HEAD")
    if commit is None:
        fail(
            USAGE,
            f"this content has no commit in common with {visible(revision)}",
            "name a branch or a commit that is here: `git fetch`, and in CI a clone of full depth",
        )
    return commit


class Choice(Struct, frozen=True):
    """Which rules count: those selected, or all; less those ignored."""

    selected: frozenset[str]
    ignored: frozenset[str]

    def holds(self, rule: str) -> bool:
        return rule not in self.ignored and (not self.selected or rule in self.selected)


def choice_of(select: tuple[str, ...], ignore: tuple[str, ...]) -> Choice:
    """The rules that flags name. Ends the command where one is no rule."""
    selected, ignored = (
        frozenset(name.strip() for text in texts for name in text.split(",") if name.strip())
        for texts in (select, ignore)
    )
    if selected or ignored:
        from leanfolio.check import RULES
        from leanfolio.read.suggestions import did_you_mean

        for name in sorted((selected | ignored) - RULES.keys() - {ORDER}):
            hint = did_you_mean(name, RULES, "`leanfolio explain` lists them")
            fail(USAGE, f"there is no rule {name}", hint)
    return Choice(selected, ignored)


def files_within(
    project: "Project", content: "Content", files: tuple[Path, ...]
) -> "frozenset[PurePosixPath] | None":
    """The files of content that these paths name, folders with all in them; None for all of them.

    Ends the command where a path names none. Paths start where the command runs.
    """
    if not files:
        return None
    root = project.content.absolute()
    refused = [problem.at.path for problem in content.problems]
    known = [*(source.path for source in (*content.sources, *content.records)), *content.assets]
    within: set[PurePosixPath] = set()
    for file in files:
        full = Path(os.path.normpath(file.absolute()))
        if not full.is_relative_to(root):
            fail(USAGE, f"{file} is no file of {project.content}", "name files or folders in it")
        here = PurePosixPath(full.relative_to(root).as_posix())
        matches = {path for path in (*known, *refused) if path == here or here in path.parents}
        if not matches:
            fail(USAGE, f"{file} is no file of content", "name files or folders that are there")
        within |= matches
    return frozenset(within)


def apply_fixes(
    project: "Project",
    content: "Content",
    built: "Built",
    files: tuple[Path, ...],
    chosen: Choice,
    *,
    diff: bool,
) -> None:
    """Fix what is safe to fix, and say what; with `diff` show it instead."""
    from leanfolio.disk.write import WriteError, replace
    from leanfolio.editor.fixes import mended
    from leanfolio.editor.workspace import Workspace
    from leanfolio.output.visible import visible

    workspace = Workspace.from_sources(content.sources, built.as_of, built.as_of)
    workspace.furnish(content.assets, content.problems, content.records)
    within = files_within(project, content, files)
    result = mended(workspace, within, chosen.holds, order=ORDER in chosen.selected)
    made = result.made
    changed = [
        entry
        for entry in content.sources
        if workspace.documents[entry.path].source.data != entry.data
    ]
    number = f"{len(made)} fix{'es' if len(made) != 1 else ''}"
    if diff:
        for source in changed:
            after = workspace.documents[source.path].source.data
            show_difference(f"content/{source.path}", source.data, after)
        in_files = f"{len(changed)} file{'s' if len(changed) != 1 else ''}"
        click.echo(f"{number} in {in_files}; --fix makes them", err=True)
        return
    for source in changed:
        try:
            replace(
                project.content,
                source.path,
                source.data,
                workspace.documents[source.path].source.data,
            )
        except WriteError as why:
            click.echo(f"not fixed: {visible(str(why))}", err=True)
            made = [entry for entry in made if entry.path != source.path]
        except OSError as error:
            what = f"content/{visible(str(source.path))} could not be written"
            raise SystemExit(end_with(error, what)) from None
    for entry in made:
        click.echo(visible(f"fixed: content/{entry.path}:{entry.line}: {entry.title}"), err=True)
    for fix, left in result.failed.values():
        place = f"content/{fix.path}:{fix.line}"
        click.echo(visible(f"not fixed: {place}: once {fix.title}, {left.message}"), err=True)


def show_difference(name: str, before: bytes | None, after: bytes) -> None:
    """A unified diff that `git apply` takes; for a terminal, without what could move its cursor.

    `before` is None of a new file.
    """
    from difflib import unified_diff
    from io import StringIO

    from leanfolio.output.visible import visible

    texts = ((before or b"").decode("utf-8"), after.decode("utf-8"))
    old, new = ([*StringIO(text, newline="\n")] for text in texts)
    first = "/dev/null" if before is None else f"a/{name}"
    for line in unified_diff(old, new, first, f"b/{name}"):
        whole = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        if sys.stdout.isatty():
            whole = f"{visible(line.rstrip(chr(13) + chr(10)))}\n"
        click.echo(whole.encode("utf-8"), nl=False)


def save_baseline(file: Path, problems: "Sequence[Problem]") -> None:
    """Write the baseline: every fault of now, a line each."""
    from leanfolio.check.baseline import baseline_of
    from leanfolio.disk.write import WriteError, overwrite

    try:
        overwrite(file, baseline_of(problems).encode("utf-8"))
    except WriteError as why:
        fail(USAGE, str(why), "name a plain file, or one that does not exist yet")
    except OSError as error:
        raise SystemExit(end_with(error, f"{file} could not be written")) from None
    number = len(problems)
    text = f"{number} known fault{'s' if number != 1 else ''} in {file}"
    click.echo(f"{text}; next: leanfolio check --baseline {file}", err=True)


def beyond_baseline(file: Path, problems: "Sequence[Problem]") -> "tuple[Problem, ...]":
    """The problems that the baseline does not know."""
    from leanfolio.check.baseline import beyond

    try:
        result = beyond(problems, file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        fail(USAGE, f"{file} cannot be read", "`leanfolio check --write-baseline FILE` writes one")
    if result.known:
        click.echo(f"not shown, as {file} knows them: {len(result.known)}", err=True)
    if result.gone:
        click.echo(f"fixed since {file} was written: {len(result.gone)}; write it anew", err=True)
    return tuple(result.new)

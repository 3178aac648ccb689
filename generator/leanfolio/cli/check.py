"""What can be asked of check: all problems, the safe ones mended, a baseline, a revision."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import (
    ENVIRONMENT,
    PROBLEMS,
    USAGE,
    as_of_option,
    colours,
    content_of,
    fail,
    loaded,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leanfolio.cache.check_result import CheckResult
    from leanfolio.disk.files import Project
    from leanfolio.model.source import Content
    from leanfolio.problem import Problem
    from leanfolio.views.built import Built

BASELINE = click.Path(dir_okay=False, path_type=Path)
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")


@click.command()
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, then report the rest.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; write nothing.")
@click.option("--baseline", type=BASELINE, help="Keep quiet about the faults that this file knows.")
@click.option("--write-baseline", type=BASELINE, help="Write all faults of now to this file.")
@click.option(
    "--against",
    metavar="REVISION",
    help="Tell too what has changed that should stay, since the content parted from a revision.",
)
@click.option("--no-cache", is_flag=True, help="Check anew, whatever an earlier run has kept.")
@as_of_option
@click.pass_obj
def check(
    project: "Project",
    form: str,
    strict: bool,
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    against: str | None,
    no_cache: bool,
    as_of: date | None,
) -> None:
    """Report every problem of the content in one run."""
    from leanfolio.output import problems

    if fix or diff:
        mend(project, *loaded(project, as_of), diff=diff)
    content = content_of(project)
    result = check_result(project, content, as_of, against, anew=no_cache)
    if write_baseline is not None:
        write_known(write_baseline, result.problems)
        return
    found = result.problems if baseline is None else beyond_known(baseline, result.problems)
    if not diff:
        text = problems.render(
            form,
            found,
            texts_of(content),
            prefix="content/",
            as_of=result.as_of,
            colour=colours(sys.stdout),
            laws=result.laws,
        )
        click.echo(text, nl=False)
    if any(strict or each.severity == "error" for each in found):
        raise SystemExit(PROBLEMS)


def check_result(
    project: "Project",
    content: "Content",
    as_of: date | None,
    against: str | None,
    *,
    anew: bool,
) -> "CheckResult":
    """The result of check for this content: from an earlier run, or computed."""
    from leanfolio.cache.check_result import CheckResult, keep_result, key_of, load_result
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.git import standing, tree_at

    otherwise = standing(project.content)
    commit = None if against is None else commit_against(project, against)
    tree = tree_at(project.content, commit) if commit else None
    key = key_of(content, as_of, otherwise, tree)
    with Store(None if anew else own_cache()) as store:
        result = load_result(store, key)
        if result is None:
            from leanfolio.cache.prose_links import scanning
            from leanfolio.check import laws_of
            from leanfolio.disk.project import built_of, portfolio_at

            earlier = portfolio_at(project.content, commit) if commit and tree else None
            if tree and earlier is None:
                said = "a clone of full depth, without --filter, has them"
                fail(USAGE, f"git lacks files of {against}", said)
            built = built_of(content, as_of, otherwise, earlier=earlier, scan=scanning(store))
            result = CheckResult(built.as_of, built.problems, laws_of(built.problems))
            keep_result(store, key, result)
    return result


def commit_against(project: "Project", revision: str) -> str:
    """The commit that a change is held against. Ends the command where there is none."""
    from leanfolio.disk.git import parting
    from leanfolio.output.visible import visible

    commit = parting(project.content, revision)
    if commit is None:
        fail(
            USAGE,
            f"this content has no commit in common with {visible(revision)}",
            "name a branch or a commit that is here: `git fetch`, and in CI a clone of full depth",
        )
    return commit


def mend(project: "Project", content: "Content", built: "Built", *, diff: bool) -> None:
    """Mend what is safe to mend, and say what; with `diff` show it instead."""
    from leanfolio.disk.write import NotSaved, replace
    from leanfolio.editor.fixes import mend as mend_all
    from leanfolio.editor.workspace import Desk
    from leanfolio.output.visible import visible

    desk = Desk.of(content.sources, built.as_of, built.as_of)
    desk.furnish(frozenset(content.assets), content.problems, content.records)
    made = mend_all(desk)
    changed = [each for each in content.sources if desk.sheets[each.path].source.data != each.data]
    number = f"{len(made)} fix{'es' if len(made) != 1 else ''}"
    if diff:
        for source in changed:
            after = desk.sheets[source.path].source.data
            show_difference(f"content/{source.path}", source.data, after)
        files = f"{len(changed)} file{'s' if len(changed) != 1 else ''}"
        click.echo(f"{number} in {files}; --fix makes them", err=True)
        return
    for source in changed:
        try:
            replace(project.content, source.path, source.data, desk.sheets[source.path].source.data)
        except NotSaved as why:
            click.echo(f"not fixed: {visible(str(why))}", err=True)
            made = [each for each in made if each.path != source.path]
        except OSError as error:
            fail(
                ENVIRONMENT,
                f"content/{visible(str(source.path))} could not be written: {error.strerror}",
            )
    for each in made:
        click.echo(visible(f"fixed: content/{each.path}:{each.line}: {each.title}"), err=True)


def show_difference(name: str, before: bytes, after: bytes) -> None:
    """A unified diff that `git apply` takes; for a terminal, without what could move its cursor."""
    from difflib import unified_diff
    from io import StringIO

    from leanfolio.output.visible import visible

    old, new = ([*StringIO(data.decode("utf-8"), newline="\n")] for data in (before, after))
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        whole = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        if sys.stdout.isatty():
            whole = f"{visible(line.rstrip(chr(13) + chr(10)))}\n"
        click.echo(whole.encode("utf-8"), nl=False)


def write_known(file: Path, problems: "Sequence[Problem]") -> None:
    """Write the baseline: every fault of now, a line each."""
    from leanfolio.check.baseline import baseline_of
    from leanfolio.disk.write import NotSaved, overwrite

    try:
        overwrite(file, baseline_of(problems).encode("utf-8"))
    except NotSaved as why:
        fail(USAGE, str(why), "name a plain file, or one that does not exist yet")
    except OSError as error:
        fail(ENVIRONMENT, f"{file} could not be written: {error.strerror}")
    number = len(problems)
    said = f"{number} known fault{'s' if number != 1 else ''} in {file}"
    click.echo(f"{said}; next: leanfolio check --baseline {file}", err=True)


def beyond_known(file: Path, problems: "Sequence[Problem]") -> "tuple[Problem, ...]":
    """The problems that the baseline does not know."""
    from leanfolio.check.baseline import beyond

    try:
        found = beyond(problems, file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        fail(USAGE, f"{file} cannot be read", "`leanfolio check --write-baseline FILE` writes one")
    if found.known:
        click.echo(f"not shown, as {file} knows them: {len(found.known)}", err=True)
    if found.gone:
        click.echo(f"mended since {file} was written: {len(found.gone)}; write it anew", err=True)
    return tuple(found.new)

"""The site, published whole or not at all: build, and serve while it is written."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import (
    ENVIRONMENT,
    INTERRUPTED,
    PROBLEMS,
    USAGE,
    as_of_option,
    audience_option,
    cache_note,
    commit_at,
    content_of,
    fail,
    loaded,
    ready_git,
    revision_option,
    shallow_note,
    show_errors,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from leanfolio.disk.files import Project
    from leanfolio.disk.standing_site import SiteInputs
    from leanfolio.mkdocs_plugin import LeanfolioPlugin
    from leanfolio.model import Visibility
    from leanfolio.model.source import Commit, Content
    from leanfolio.output.progress import Progress
    from leanfolio.views.built import Built

LAST_PORT = 65535


@click.command()
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; default: site/.",
)
@click.option(
    "--executor",
    "address",
    metavar="ADDRESS",
    help="Make pages on a Dask cluster, such as tcp://10.0.0.1:8786; default: all cores here.",
)
@click.option("--timings", is_flag=True, help="Print how long each stage took.")
@audience_option("Build for these readers; default: the audience in mkdocs.yml, or public.")
@revision_option
@as_of_option
@click.pass_obj
def build(
    project: "Project",
    site_dir: Path | None,
    address: str | None,
    timings: bool,
    audience: "Visibility | None",
    revision: str | None,
    as_of: date | None,
) -> None:
    """Check, then publish the whole site, or nothing."""
    from leanfolio.cli.faults import identity_of, what_stands
    from leanfolio.disk.configuration_text import audience_of
    from leanfolio.disk.git import asked_once
    from leanfolio.disk.standing_site import SiteInputs
    from leanfolio.output.progress import Progress

    click.get_current_context().with_resource(asked_once())
    target = site_dir or project.root / "site"
    standing = partial(what_stands, target, identity_of(target))
    progress = Progress(sys.stderr if shows_progress() else None)
    progress.stage("read")
    with readable(project, standing):
        commit = commit_at(project, revision)
        content = content_of(project, commit)
    ready_git(project, as_of)
    progress.stage("compare with the last build")
    epoch = os.environ.get("SOURCE_DATE_EPOCH")  # which building the site sets
    inputs = SiteInputs(project, content, as_of, audience, epoch) if commit is None else None
    key = key_of(inputs)
    said, problem = said_before(inputs, key, target.absolute())
    problems, readers = [problem], audience
    if said is None:
        progress.stage("check")
        with readable(project, standing):
            built = without_errors(project, as_of, commit, content, standing)
        shallow_note(project)
        with (
            ended_in_words(target, standing, progress),
            executor_at(address) as executor,
            warnings_of_mkdocs() as warnings,
        ):
            plugin = published(
                project, content, built, target.absolute(), progress, commit, executor, audience
            )
            problems.append(plugin.cache_problem)
        readers = plugin.config.audience
        said = len(plugin.site.slots), len(built.problems), plugin.beyond_commit
        if not warnings:
            keep_said(inputs, key, target.absolute(), said)
    progress.close()
    if timings:
        click.echo(progress.table(), nl=False, err=True)
    for problem in problems:
        cache_note(problem)
    whose = whose_site(readers or audience_of(project), named=audience is not None)
    click.echo(what_was_built(*said, target=target, whose=whose), err=True)


def key_of(inputs: "SiteInputs | None") -> bytes | None:
    """The key over all that a site is made from; None where that cannot be told.

    Raises GitError.
    """
    with suppress(OSError):  # building the site says what is wrong
        return inputs.key() if inputs is not None else None
    return None


def said_before(
    inputs: "SiteInputs | None", key: bytes | None, target: Path
) -> tuple[tuple[int, int, bool] | None, str]:
    """What a build of these inputs said, and what is wrong with the cache, or "".

    That is the pages and warnings of the site in this folder, and whether it is of more than its
    commit; None where it has to be made.
    """
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.standing_site import standing_record

    if inputs is None or key is None:
        return None, ""
    with Store(own_cache()) as store:
        record = standing_record(store, key, inputs, target)
    if record is None:
        return None, store.problem
    return (record.pages, record.warnings, record.beyond_commit), store.problem


def keep_said(
    inputs: "SiteInputs | None", key: bytes | None, target: Path, said: tuple[int, int, bool]
) -> None:
    """Keep what this build says of its site, if nothing has changed since it began."""
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.git import GitError, asked_once
    from leanfolio.disk.standing_site import keep_record

    # Without the record the next build makes the site anew.
    with suppress(OSError, GitError), asked_once():
        if key is not None and key_of(inputs) == key:
            with Store(own_cache()) as store:
                keep_record(store, key, target, *said)


@contextmanager
def readable(project: "Project", standing: Callable[[], str]) -> Iterator[None]:
    """End the command where the content is more than this machine can read.

    `standing` says what is in the site's folder then.
    """
    from leanfolio.cli.faults import end_with

    try:
        yield
    except (MemoryError, RecursionError) as error:
        what = f"{project.content} could not be read"
        raise SystemExit(end_with(error, what, standing())) from None


def without_errors(
    project: "Project",
    as_of: date | None,
    commit: "Commit | None",
    content: "Content",
    standing: Callable[[], str],
) -> "Built":
    """What content says. Ends the command where it has errors."""
    built = loaded(project, as_of, commit, content)[1]
    if built.errors:
        show_errors(content, built)
        click.echo(standing(), err=True)
        raise SystemExit(PROBLEMS)
    return built


@contextmanager
def warnings_of_mkdocs() -> Iterator[list[str]]:
    """What MkDocs warns of while the block runs, which is printed as it comes."""
    import logging

    texts: list[str] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            texts.append(record.getMessage())
            if logging.lastResort is not None and not logging.getLogger().handlers:
                logging.lastResort.handle(record)

    handler, logger = Heard(logging.WARNING), logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield texts
    finally:
        logger.removeHandler(handler)


@contextmanager
def ended_in_words(
    target: Path, standing: Callable[[], str], progress: "Progress"
) -> Iterator[None]:
    """End the command with what went wrong, where the block cannot write the site."""
    from leanfolio.cli.faults import end_with, say
    from leanfolio.disk.configuration import WrongConfiguration
    from leanfolio.disk.replace import ForeignFolderError

    quiet_mkdocs()
    try:
        yield
    except ForeignFolderError as error:
        fail(USAGE, str(error), "give another folder with --site-dir, or empty that one yourself")
    except WrongConfiguration as error:
        fail(USAGE, str(error))
    except (OSError, MemoryError, RecursionError) as error:
        what = f"the site could not be written to {target}"
        raise SystemExit(end_with(error, what, standing())) from None
    except KeyboardInterrupt:
        say(f"interrupted: {standing()}")
        raise SystemExit(INTERRUPTED) from None
    finally:
        progress.close()


def whose_site(audience: "Visibility", *, named: bool) -> str:
    """Whom a site is for and what says so: the command line where it is named, else mkdocs.yml.

    Nothing of a public site that nobody named so.
    """
    if not named and audience == "public":
        return ""
    return f" for the audience {audience} ({'--audience' if named else 'mkdocs.yml'})"


def what_was_built(
    pages: int, warnings: int, beyond_commit: bool, *, target: Path, whose: str = ""
) -> str:
    """The line that a build ends with."""
    number = f"{pages} page{'s' if pages != 1 else ''}"
    of_tree = ", with changes that no commit has" if beyond_commit else ""
    words = f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
    visible = "; `leanfolio check` shows " + ("them" if warnings > 1 else "it") if warnings else ""
    index = target / "index.html"
    return f"{number}{whose} in {target}{of_tree}{words}; open {index}{visible}"


def published(
    project: "Project",
    content: "Content",
    built: "Built",
    target: Path,
    progress: "Progress",
    commit: "Commit | None",
    executor: "Executor | None",
    audience: "Visibility | None" = None,
) -> "LeanfolioPlugin":
    """Write the site of the work tree, or of a commit with the configuration that it has.

    Returns the plugin when done, which knows the site.
    """
    from leanfolio.mkdocs_plugin import build_site
    from leanfolio.output.html.settings import Past

    if commit is None:
        return build_site(
            project, content, built, target, progress, executor=executor, audience=audience
        )
    from leanfolio.disk.files import Project
    from leanfolio.disk.git_tree import export

    with TemporaryDirectory(prefix="leanfolio-") as folder:
        source = Project.at(Path(folder))
        export(project.root, commit.id, source.root)
        past = Past(project.content, commit)
        return build_site(
            source, content, built, target, progress, past, executor=executor, audience=audience
        )


@contextmanager
def executor_at(address: str | None) -> "Iterator[Executor | None]":
    """The cluster at this address, for as long as the block runs; None without an address."""
    if address is None:
        yield None
        return
    try:
        from leanfolio.cli.dask_executor import DaskExecutor
    except ImportError:
        fail(ENVIRONMENT, "--executor needs Dask", "install it: pip install 'leanfolio[dask]'")
    try:
        executor = DaskExecutor(address)
    except (OSError, ValueError) as error:
        fail(ENVIRONMENT, f"no cluster answers at {address}: {error}", "start one, or leave it out")
    with executor:
        yield executor


def shows_progress() -> bool:
    """Whether somebody looks on: a terminal that can move its cursor."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def quiet_mkdocs() -> None:
    """Keep MkDocs to warnings: success says one line, and that line is ours."""
    import logging

    logging.getLogger("mkdocs").setLevel(logging.WARNING)


@click.command()
@click.option(
    "--port", type=click.IntRange(1, LAST_PORT), default=8000, show_default=True,
    help="Where the browser finds it: http://127.0.0.1:PORT.",
)  # fmt: skip
@audience_option("Build for these readers; default: the audience in mkdocs.yml, or public.")
@click.pass_obj
def serve(project: "Project", port: int, audience: "Visibility | None") -> None:
    """Build, serve on this machine alone, and rebuild on every change."""
    import logging
    import signal

    from leanfolio.disk.configuration import WrongConfiguration
    from leanfolio.mkdocs_preview import serve as serve_site

    content_of(project)
    ready_git(project, None)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    logging.getLogger("mkdocs.plugins").setLevel(logging.INFO)
    signal.signal(signal.SIGTERM, terminate)
    try:
        serve_site(project, port, audience)
    except WrongConfiguration as error:
        fail(USAGE, str(error))
    except OSError as error:
        other = port + 1 if port < LAST_PORT else port - 1
        hint = f"give another with --port, such as `leanfolio serve --port {other}`"
        fail(ENVIRONMENT, f"cannot serve on port {port}: {error.strerror or error}", hint)


def terminate(signum: int, _: object) -> None:
    """End on SIGTERM as on Ctrl-C: what was begun is cleared away first."""
    raise SystemExit(128 + signum)

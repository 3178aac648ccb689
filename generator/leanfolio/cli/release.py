"""Publish an increment under its permanent address: release."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from msgspec import Struct

from leanfolio.cli.command import (
    ENVIRONMENT,
    PROBLEMS,
    USAGE,
    audience_option,
    fail,
    git_answers,
    megabytes,
    show_errors,
)
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.model.source import Commit
    from leanfolio.releasing.increment_site import IncrementSite
    from leanfolio.releasing.record import Before, Release
    from leanfolio.releasing.release import Differences, Plan
    from leanfolio.releasing.tree import Place

TRIES = 5  # how often a publication is made anew because another one came first
STANDS = "the last publication stands"
SHOWN = 10  # files that differ, which are named


class Wanted(Struct, frozen=True):
    """What is to be published, and where: the arguments of the command."""

    increment: str | None
    folder: Path | None
    branch: str | None
    keep_history: bool
    replace: bool
    reason: str | None
    plan: bool
    verify: bool
    audience: "Visibility | None"

    @property
    def why(self) -> str | None:
        """Why a publication is replaced; None where nothing is said."""
        return (self.reason or "").strip() or None


@click.command(epilog="Example: leanfolio release PI-2026-4 --branch releases")
@click.argument("increment", required=False)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Publish in this folder; default: releases/.",
)
@click.option("--branch", metavar="NAME", help="Publish on this branch of the repository.")
@click.option("--keep-history", is_flag=True, help="Keep the branch's earlier commits.")
@click.option("--replace", is_flag=True, help="Replace what is published of it with other bytes.")
@click.option("--reason", help="Why it is replaced; the index shows it.")
@click.option("--plan", is_flag=True, help="Show what would stay and go, and how large; no more.")
@click.option("--verify", is_flag=True, help="Build it again and compare; publish nothing.")
@audience_option("Publish for these readers; default: the audience in its mkdocs.yml, or public.")
@click.pass_obj
def release(project: "Project", /, **flags: Any) -> None:
    """Publish the site of an INCREMENT, from its tag pi/INCREMENT, beside those published before.

    It is built from what git holds; the work tree is neither read nor touched. Published again,
    nothing changes.
    """
    wanted = Wanted(**flags)
    refuse_together(wanted)
    ready_for_release(project)
    place = place_of(project, wanted)
    if wanted.increment is None:
        show_present_plan(project, place)
    elif wanted.verify:
        verify_release(project, place, wanted.increment, wanted.audience)
    else:
        publish_release(project, place, wanted)


def refuse_together(wanted: Wanted) -> None:
    """End the command where flags contradict one another."""
    if wanted.folder is not None and wanted.branch is not None:
        fail(USAGE, "an increment goes to a folder or to a branch", "leave out --to or --branch")
    if wanted.keep_history and wanted.branch is None:
        fail(USAGE, "only a branch has a history to keep", "name it with --branch")
    if wanted.replace != (wanted.why is not None):
        fail(USAGE, "what is replaced needs a reason", 'write --replace --reason "..."')
    if wanted.verify and (wanted.plan or wanted.replace):
        fail(USAGE, "--verify publishes nothing", "leave out the other flags")
    if wanted.increment is None and not wanted.plan:
        fail(USAGE, "release needs an increment", "as in `leanfolio release PI-2026-4`")


def ready_for_release(project: "Project") -> None:
    """End the command without a repository, or with one that lacks its past."""
    from leanfolio.disk.git import is_shallow, repository_above

    if not project.content.is_dir():
        hint = "give the folder that holds content/ with -C"
        fail(USAGE, f"there is no folder {project.content}", hint)
    if repository_above(project.root) is None:
        fail(
            ENVIRONMENT,
            "no git repository holds this portfolio, and increments are built from git",
            "`git init`, commit the portfolio, and tag it",
        )
    git_answers(project.content.absolute())
    if is_shallow(project.content):
        fail(
            ENVIRONMENT,
            "this clone is shallow: a site would lack what came before its first commit",
            "`git fetch --unshallow` brings it; in CI, a clone of full depth",
        )


def place_of(project: "Project", wanted: Wanted) -> "Place":
    """Where increments are published. Ends the command where nothing can be."""
    from leanfolio.releasing.branch_place import BranchPlace
    from leanfolio.releasing.folder_place import FolderPlace
    from leanfolio.releasing.tree import PlaceError

    try:
        if wanted.branch is not None:
            return BranchPlace(project.root, wanted.branch, keep_history=wanted.keep_history)
        return FolderPlace((wanted.folder or project.root / "releases").absolute())
    except PlaceError as error:
        fail(USAGE, str(error), error.fix)


def records_of(place: "Place") -> "tuple[bytes | None, tuple[Release, ...]]":
    """What is published. Ends the command where the list of it is damaged."""
    from leanfolio.releasing.record import WrongRecords
    from leanfolio.releasing.release import records

    try:
        return records(place)
    except WrongRecords as error:
        fail(ENVIRONMENT, f"{place}: {error}", "bring back the last good one")


def tagged(project: "Project", id: str) -> "Commit":
    """The commit of an increment's tag. Ends the command where there is none."""
    from leanfolio.disk.git_revision import find_commit
    from leanfolio.disk.git_tree import tag_names
    from leanfolio.model.increment import RELEASE_TAGS, release_tag
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean

    names, name = tag_names(project.root, RELEASE_TAGS), release_tag(id)
    if id not in names:
        hint = visible(f"tag the commit that closes it: `git tag {name} COMMIT`")
        fail(USAGE, f"there is no tag {visible(name)}", did_you_mean(id, names, hint))
    commit = find_commit(project.root, f"refs/tags/{name}")
    if commit is None:
        fail(PROBLEMS, f"the tag {name} names no commit", f"`git show {name}` shows what it does")
    return commit


def built_site(
    project: "Project",
    id: str,
    commit: "Commit",
    before: "Before | None",
    folder: str,
    *,
    anew: bool = False,
    audience: "Visibility | None" = None,
) -> "IncrementSite":
    """The site of an increment. Ends the command where its commit gives none."""
    from leanfolio.cli.build import quiet_mkdocs
    from leanfolio.disk.configuration import WrongConfiguration
    from leanfolio.releasing.increment_site import ContentError, NoSiteError, increment_site

    quiet_mkdocs()
    try:
        return increment_site(
            project, id, commit, before, Path(folder), anew=anew, audience=audience
        )
    except ContentError as error:
        show_errors(error.content, error.built)
        fail(PROBLEMS, f"the content of pi/{id} has errors: nothing was published")
    except NoSiteError as error:
        fail(PROBLEMS, f"pi/{id}: {error}", error.fix)
    except WrongConfiguration as error:
        fail(USAGE, f"pi/{id}: {error}")
    except OSError as error:
        raise SystemExit(end_with(error, "the site could not be built", STANDS)) from None


def publish_release(project: "Project", place: "Place", wanted: Wanted) -> None:
    """Build an increment and publish it; a plan says what this would do."""
    from leanfolio.releasing.release import by_other_version, published_one
    from leanfolio.releasing.tree import ConflictError, PlaceError

    id, reason = wanted.increment or "", wanted.why
    commit = tagged(project, id)
    _, releases = records_of(place)
    refuse_alike(releases, id)
    old = published_one(releases, id)
    if old and reason is None and old.commit == commit.id and by_other_version(old):
        click.echo(
            f"{id} is published already, by leanfolio {old.leanfolio}: nothing was changed",
            err=True,
        )
        return
    with tempfile.TemporaryDirectory(prefix="leanfolio-") as folder:
        before = old.before if old and reason is None else before_of(releases, project, id, commit)
        site = built_site(project, id, commit, before, folder, audience=wanted.audience)
        try:
            publish_in_turn(place, site, commit, reason, dry=wanted.plan)
        except ConflictError:
            fail(ENVIRONMENT, f"others publish in {place} all the time", "run this again")
        except PlaceError as error:
            fail(USAGE, str(error), error.fix)
        except OSError as error:
            raise SystemExit(end_with(error, "nothing was published", STANDS)) from None


def publish_in_turn(
    place: "Place", site: "IncrementSite", commit: "Commit", reason: str | None, *, dry: bool
) -> None:
    """Publish; where another release came first, over what that has published.

    Raises ConflictError where that happens again and again.
    """
    from leanfolio.releasing.tree import ConflictError

    for _ in range(TRIES):
        with suppress(ConflictError):
            publish_once(place, site, commit, reason, dry=dry)
            return
    raise ConflictError


def refuse_alike(releases: "tuple[Release, ...]", id: str) -> None:
    """End the command for an id that differs from a published one in case alone."""
    for entry in releases:
        if entry.id != id and entry.id.casefold() == id.casefold():
            fail(PROBLEMS, f"{entry.id} is published already, and many disks take {id} for it")


def before_of(
    releases: "tuple[Release, ...]", project: "Project", id: str, commit: "Commit"
) -> "Before | None":
    """The published increment before this one, by the days that its own content states."""
    from leanfolio.disk.git_history import sources_at
    from leanfolio.model import Increment
    from leanfolio.read import read
    from leanfolio.read.links import link
    from leanfolio.releasing.record import Before, before, placeholder

    wanted = sources_at(project.content, commit.id, lambda name: name.startswith(b"increments/"))
    item = link(read(wanted or ()))[0].items.get(id)
    start = item.start if isinstance(item, Increment) else None
    found = before(releases, placeholder(id, start, commit))
    return Before(found.id, found.title, found.commit) if found else None


def publish_once(
    place: "Place", site: "IncrementSite", commit: "Commit", reason: str | None, *, dry: bool
) -> None:
    """Publish over what stands now. Raises ConflictError where that has just changed."""
    from leanfolio.releasing.release import DifferentError, planned, tree_of

    id = site.release.id
    seen, releases = records_of(place)
    published = place.digests(f"pi/{id}") if seen is not None else {}
    try:
        plan = planned(releases, site.release, reason, published, site.digests)
    except DifferentError as error:
        refuse_different(error.published, site.release, error.differences)
    if dry:
        show_plan(plan, releases)
        return
    if plan.unchanged:
        click.echo(f"{id} is published already, byte for byte: nothing was changed", err=True)
        return
    place.publish(tree_of(plan, site, commit), seen)
    for entry in plan.going:
        click.echo(f"{entry.id}: its pages went; a page with its tag and commit stays", err=True)
    click.echo(f"{id} is published in {place}: pi/{id}/index.html", err=True)
    warn_of_size(plan.size)


def refuse_different(old: "Release", new: "Release", found: "Differences") -> NoReturn:
    """End the command for an increment that is published with other bytes."""
    click.echo(f"error: {old.id} is published already, with other bytes", err=True)
    if old.commit != new.commit:
        click.echo(f"  published: commit {old.short}; the tag now names {new.short}", err=True)
    show_differences(found)
    click.echo('hint: to publish this one instead: --replace --reason "..."', err=True)
    raise SystemExit(PROBLEMS)


def show_differences(found: "Differences") -> None:
    """Name the files that differ, the first of each kind."""
    from leanfolio.output.visible import visible

    for words, paths in (
        ("differs", found.changed),
        ("only published", found.only_published),
        ("only built now", found.only_built),
    ):
        for path in paths[:SHOWN]:
            click.echo(f"  {words}: {visible(path)}", err=True)
        if paths[SHOWN:]:
            click.echo(f"  {words}: {len(paths) - SHOWN} more", err=True)


def verify_release(
    project: "Project", place: "Place", id: str, audience: "Visibility | None"
) -> None:
    """Build a published increment again and compare; exit code 1 where it differs.

    It is built for the audience that it was published for, where no other is named.
    """
    from leanfolio.disk.git_revision import find_commit
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean
    from leanfolio.releasing.release import by_other_version, published_one, verified

    _, releases = records_of(place)
    old = published_one(releases, id)
    if old is None:
        names = [entry.id for entry in releases]
        hint = did_you_mean(id, names, f"`leanfolio release {visible(id)}` publishes it")
        fail(USAGE, f"{visible(id)} is not published in {place}", hint)
    if old.gone:
        fail(USAGE, f"the pages of {id} were taken away", f"its commit is {old.commit}")
    if by_other_version(old):
        from leanfolio import __version__

        text = f"{id} was made by leanfolio {old.leanfolio}, and this is {__version__}"
        fail(ENVIRONMENT, text, f"install leanfolio {old.leanfolio} to build it again")
    commit = find_commit(project.root, old.commit)
    if commit is None:
        fail(ENVIRONMENT, f"git has no commit {old.commit}", "fetch it, or a clone of full depth")
    now = tagged(project, id)
    with tempfile.TemporaryDirectory(prefix="leanfolio-") as folder:
        whose = audience or old.audience
        site = built_site(project, id, commit, old.before, folder, anew=True, audience=whose)
        found = verified(place, old, site)
    if found:
        click.echo(f"error: {id} is not what commit {old.short} gives", err=True)
        show_differences(found)
        raise SystemExit(PROBLEMS)
    if now.id != old.commit:
        fail(PROBLEMS, f"{id} is commit {old.short}, but its tag now names {now.short}")
    click.echo(f"{id}: {len(site.files)} files, all as commit {old.short} gives them", err=True)


def show_present_plan(project: "Project", place: "Place") -> None:
    """What the rule in the portfolio as it is now keeps of what is published."""
    from leanfolio.cli.command import loaded
    from leanfolio.releasing.record import thinned
    from leanfolio.releasing.release import Plan, size_of

    _, releases = records_of(place)
    rule = loaded(project, None)[1].portfolio.policy.releases
    kept = thinned(releases, rule.keep, rule.keep_years)
    standing = {entry.id for entry in releases if not entry.gone}
    going = tuple(entry for entry in kept if entry.gone and entry.id in standing)
    show_plan(Plan(kept, going, size_of(kept), not going), releases)


def show_plan(plan: "Plan", before: "tuple[Release, ...]") -> None:
    """Print what would stand, what would go, and how large all of it is."""
    from leanfolio.releasing.record import newest_first

    known = {entry.id for entry in before}
    going = {entry.id for entry in plan.going}
    for entry in newest_first(plan.releases):
        what = "goes" if entry.id in going else "is gone" if entry.gone else "stays"
        what = what if entry.id in known else "is new"
        size = "" if entry.gone and entry.id not in going else f"  {megabytes(entry.size)}"
        click.echo(f"{entry.id}  {what}  {entry.day}  {entry.short}{size}")
    click.echo(f"together {megabytes(plan.size)}")
    warn_of_size(plan.size)


def warn_of_size(size: int) -> None:
    """Warn where hosts of pages may soon refuse what is published."""
    from leanfolio.releasing.release import HOST_LIMIT, NEARLY_FULL

    if size >= NEARLY_FULL:
        click.echo(
            f"warning: {megabytes(size)} is {size * 100 // HOST_LIMIT} % of the 1 GB that GitHub "
            "Pages publishes; `releases: {keep: 12}` in content/portfolio.md keeps the newest",
            err=True,
        )

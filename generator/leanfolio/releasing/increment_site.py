"""The site of one increment, built from the commit of its tag: its files, and what they are."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from json import dumps
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from leanfolio import __version__
from leanfolio.disk import files
from leanfolio.disk.files import Project
from leanfolio.disk.git_tree import export
from leanfolio.disk.project import build_content
from leanfolio.disk.replace import MANIFEST, read_manifest
from leanfolio.disk.templates import templates_folder
from leanfolio.mkdocs_plugin import LeanfolioPlugin, build_site
from leanfolio.model import Increment, Visibility
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Content
from leanfolio.output.html.settings import THEME_FILES, Edition, NotForAudienceError, Past
from leanfolio.releasing.record import Before, Release
from leanfolio.views.built import Built

ASSETS = "assets"  # the folder of shared files, beside pi/


class NoSiteError(Exception):
    """Why a tag gives no site; `fix` says what would help."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class ContentError(Exception):
    """The content of a tag has errors, which `built` and `content` hold."""

    def __init__(self, content: Content, built: Built) -> None:
        super().__init__("the content has errors")
        self.content, self.built = content, built


class IncrementSite(Struct, frozen=True):
    """The site of an increment: its record, its files below `pi/ID/`, and the shared files."""

    release: Release
    files: Mapping[str, Path | bytes]
    digests: Mapping[str, str]  # the SHA-256 of each of these files
    assets: Mapping[str, bytes]  # by their name in the folder of shared files


def theme_assets() -> dict[str, tuple[str, bytes]]:
    """Each style sheet and script: its file, with its name by content and its bytes."""
    result = {}
    for name in THEME_FILES.values():
        data = (templates_folder() / "theme" / name).read_bytes()
        stem, _, suffix = name.rpartition(".")
        result[name] = f"{stem}-{sha256(data).hexdigest()[:16]}.{suffix}", data
    return result


def increment_site(
    project: Project,
    id: str,
    commit: Commit,
    before: Before | None,
    folder: Path,
    *,
    anew: bool = False,
    audience: Visibility | None = None,
) -> IncrementSite:
    """Build the site of an increment from a commit, in an empty folder.

    `project` is where the repository holds it; nothing of its work tree is read. It is for the
    audience that the commit's own mkdocs.yml names, or for another one. Raises NoSiteError,
    ContentError, GitError, and what a build raises.
    """
    source = Project.at(folder / "source")
    source.root.mkdir()
    export(project.root, commit.id, source.root)
    try:
        content = files.load(source.content)
    except (FileNotFoundError, NotADirectoryError):
        raise NoSiteError(
            f"commit {commit.short} has no folder content/",
            "tag a commit that holds the portfolio",
        ) from None
    built = build_content(content, None, commit.day)
    if built.errors:
        raise ContentError(content, built)
    increment = increment_of(built.portfolio, id, commit)
    shared = theme_assets()
    moved = {name: f"../../{ASSETS}/{new}" for name, (new, _) in shared.items()}
    title_before = (before.id, before.title) if before else None
    edition = Edition(id, increment.title, title_before, moved)
    past = Past(project.content, commit, edition, before.commit if before else None)
    target = folder / "site"
    try:
        with commit_time(commit):
            plugin = build_site(
                source, content, built, target, None, past, anew=anew, audience=audience
            )
    except NotForAudienceError as error:
        raise NoSiteError(
            f"{id} is {increment.visibility}, and this site is for the audience {error}",
            "change `visibility` of the increment or `audience` in mkdocs.yml, and tag that commit;"
            " or name the audience with --audience",
        ) from None
    site = collected(plugin, target, increment, commit, before)
    return replace(site, release=replace(site.release, audience=audience))


def increment_of(portfolio: Portfolio, id: str, commit: Commit) -> Increment:
    item = portfolio.items.get(id)
    if not isinstance(item, Increment):
        raise NoSiteError(
            f"the content of commit {commit.short} has no increment {id}",
            f"write content/increments/{id}.md, commit it, and tag that commit",
        )
    return item


@contextmanager
def commit_time(commit: Commit) -> Iterator[None]:
    """A build that asks for the time gets that of the commit, for as long as this lasts."""
    earlier = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(commit.time)
    try:
        yield
    finally:
        if earlier is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = earlier


def collected(
    plugin: LeanfolioPlugin,
    target: Path,
    increment: Increment,
    commit: Commit,
    before: Before | None,
) -> IncrementSite:
    """The files of a built site with its record; shared files are taken out of it."""
    settings = plugin.site.factory.parts.settings
    edition = settings.edition
    used = theme_assets() if edition and edition.theme else {}
    known = read_manifest(target)["files"]
    assert isinstance(known, dict)
    digests = {path: digest for path, digest in sorted(known.items()) if path not in used}
    manifest = dumps({"leanfolio": __version__, "files": digests}, indent=1) + "\n"
    sizes = sum((target / path).stat().st_size for path in digests)
    policy = plugin.site.built.portfolio.policy
    address = (settings.site_url or "").removesuffix(f"pi/{increment.id}/")
    release = Release(
        id=increment.id,
        title=increment.title,
        start=increment.start.isoformat() if increment.start else "",
        commit=commit.id,
        day=commit.day.isoformat(),
        leanfolio=__version__,
        tree=tree_hash(digests),
        size=sizes + len(manifest.encode()),
        site_name=settings.name,
        language=settings.language,
        site_url=address,
        assets=tuple(sorted(name for name, _ in used.values())),
        pages=tuple(sorted(path for path in digests if path.endswith(".html") and "/" not in path)),
        before=before,
        keep=policy.releases.keep,
        keep_years=policy.releases.keep_years,
    )
    paths: dict[str, Path | bytes] = {path: target / path for path in digests}
    paths[MANIFEST] = manifest.encode()
    digests[MANIFEST] = sha256(manifest.encode()).hexdigest()
    return IncrementSite(release, paths, digests, dict(used.values()))


def tree_hash(digests: Mapping[str, str]) -> str:
    """The SHA-256 of a list of files, each with its own."""
    lines = "".join(f"{path}\0{digest}\n" for path, digest in sorted(digests.items()))
    return sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()

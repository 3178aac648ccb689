"""Where templates lie: ours in the package or its repository, a portfolio's own beside it."""

import os
from pathlib import Path


def templates_folder() -> Path:
    """The folder of the templates, with the theme and the starter in it."""
    packaged = Path(__file__).parents[1] / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "templates"


def first_link(folder: Path, root: Path) -> Path | None:
    """The first symbolic link in a folder, or on the way to it from a root; None without any.

    Of a folder outside of the root only itself is on the way. Raises OSError of the disk.
    """
    on_the_way = [folder]
    if folder.is_relative_to(root):
        on_the_way += [path for path in folder.parents if path != root and root in path.parents]
    for path in reversed(on_the_way):
        if path.is_symlink():
            return path

    def refuse(error: OSError) -> None:
        raise error

    for here, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        for name in sorted((*folders, *names)):
            if Path(here, name).is_symlink():
                return Path(here, name)
    return None

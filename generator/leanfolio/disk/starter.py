"""The door that starts a portfolio: a small one that is right, in a folder that held nothing.

The starter lies among the templates. Its dates are written as `{{today-20d}}`, so that what is due,
late or stale in it is so on whichever day somebody begins.
"""

import re
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from leanfolio import __version__

KEPT = frozenset((".git",))  # a repository that was just made, or cloned, is still empty
PLACEHOLDER = re.compile(
    r"\{\{(?:(?P<base>today|monday)(?P<shift>[+-]\d{1,4}[dw])?|half(?P<halves>[+-]\d)?|version)\}\}"
)


class NotEmptyError(Exception):
    """The folder holds something already; a starter never overwrites."""


def write_starter(folder: Path, today: date) -> int:
    """Write the starter as of a day, whole or not at all. Returns the number of files.

    Raises NotEmpty where the folder holds anything, and OSError where the disk refuses.
    """
    refuse_full(folder)
    new = not folder.exists()
    beside = folder.resolve().parent if new else folder
    beside.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".leanfolio-", dir=beside))
    try:
        stage.chmod(0o755)
        written = write_files(stage, today)
        if new:
            stage.rename(folder.resolve())
        else:
            move_into(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return written


def refuse_full(folder: Path) -> None:
    """Go on only where nothing could be overwritten."""
    if folder.is_symlink() and not folder.exists():
        raise NotEmptyError(f"{folder} is a broken symbolic link")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotEmptyError(f"{folder} is a file")
    result = sorted(path.name for path in folder.iterdir() if path.name not in KEPT)
    if result:
        raise NotEmptyError(f"{folder} is not empty: it holds {result[0]}")


def write_files(target: Path, today: date) -> int:
    """Every file of the starter, its placeholders filled in."""
    source = starter_folder()
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    for path in paths:
        new = target / path.relative_to(source)
        new.parent.mkdir(parents=True, exist_ok=True)
        text = filled_in(path.read_bytes().decode("utf-8"), today)
        new.write_bytes(text.encode("utf-8"))
    return len(paths)


def move_into(stage: Path, folder: Path) -> None:
    """Bring what stands in the stage into an empty folder; if one file cannot be moved, none is."""
    moved: list[Path] = []
    try:
        for path in sorted(stage.iterdir()):
            target = folder / path.name
            if target.exists():
                raise FileExistsError(f"{target} has come to be meanwhile")
            path.rename(target)
            moved.append(target)
    except OSError:
        for entry in moved:
            entry.rename(stage / entry.name)
        raise


def starter_folder() -> Path:
    """The starter's files: inside the installed package, or in its repository."""
    packaged = Path(__file__).parents[1] / "templates"
    templates = packaged if packaged.is_dir() else Path(__file__).parents[3] / "templates"
    return templates / "starter"


def filled_in(text: str, today: date) -> str:
    """The text with each placeholder replaced.

    `{{today}}` and `{{monday}}`, the Monday of its week, take a shift in days or weeks:
    `{{monday-3w}}`. `{{half}}` is the half year, `{{half+1}}` the next. `{{version}}` is ours.
    """
    return PLACEHOLDER.sub(lambda result: value_of(result, today), text)


def value_of(result: re.Match[str], today: date) -> str:
    """What one placeholder stands for."""
    if result["base"]:
        day = today if result["base"] == "today" else today - timedelta(days=today.weekday())
        return (day + shift_of(result["shift"])).isoformat()
    if result[0] == "{{version}}":
        return __version__
    year, half = divmod(today.year * 2 + (today.month > 6) + int(result["halves"] or 0), 2)
    return f"{year}-H{half + 1}"


def shift_of(text: str | None) -> timedelta:
    """A shift as it is written: -20d, +3w."""
    if text is None:
        return timedelta(0)
    return timedelta(days=int(text[:-1]) * (7 if text[-1] == "w" else 1))

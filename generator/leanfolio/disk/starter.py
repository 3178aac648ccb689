"""The door that starts a portfolio: a small one that is right, in a folder that held nothing.

The starter lies among the templates. Its dates are written as `{{today-20d}}`, so that what is due,
late or stale in it is so on whichever day somebody begins.
"""

import re
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from leanfolio import __version__
from leanfolio.cache.temporary import temporary_path
from leanfolio.disk.templates import templates_folder

KEPT = frozenset((".git",))  # a repository that was just made, or cloned, is still empty
PLACEHOLDER = re.compile(
    r"\{\{(?:(?P<base>today|monday)(?P<shift>[+-]\d{1,4}[dw])?|half(?P<halves>[+-]\d)?|version|leanfolio)\}\}"
)


class NotEmptyError(Exception):
    """The folder holds something already; a starter never overwrites."""


Tracker = Literal["jira", "azure"]


def write_starter(
    folder: Path,
    today: date,
    requirement: str = f"leanfolio=={__version__}",
    beside: Sequence[tuple[str, bytes]] = (),
    tracker: Tracker | None = None,
) -> int:
    """Write the starter as of a day, whole or not at all. Returns the number of its own files.

    `requirement` is what requirements.txt says of leanfolio, and `beside` are more files, each with
    its path and content. With a `tracker` come the CI files of a nightly import from it. Raises
    NotEmpty where the folder holds anything, and OSError where the disk refuses.
    """
    refuse_full(folder)
    new = not folder.exists()
    parent = folder.resolve().parent if new else folder
    parent.mkdir(parents=True, exist_ok=True)
    stage = temporary_path(parent, ".leanfolio-")
    try:
        stage.mkdir(0o700)
        stage.chmod(0o755)
        written = write_files(stage, today, requirement)
        if tracker is not None:
            written += write_nightly_import(stage, tracker)
        for name, data in beside:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(data)
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


def write_files(target: Path, today: date, requirement: str) -> int:
    """Every file of the starter, its placeholders filled in. Returns how many."""
    source = starter_folder()
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    for path in paths:
        new = target / path.relative_to(source)
        new.parent.mkdir(parents=True, exist_ok=True)
        text = filled_in(path.read_bytes().decode("utf-8"), today, requirement)
        new.write_bytes(text.encode("utf-8"))
    return len(paths)


def write_nightly_import(target: Path, tracker: Tracker) -> int:
    """The CI files of an import from a tracker each night. Returns how many are new."""
    source = templates_folder() / "tracker"
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    for path in paths:
        new = target / path.relative_to(source)
        new.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes().decode("utf-8")
        new.write_bytes(for_tracker(text, tracker).encode("utf-8"))
    with (target / ".gitlab-ci.yml").open("ab") as stream:
        stream.write(b"\ninclude:\n  - local: .gitlab/import.yml\n")
    return len(paths)


def for_tracker(text: str, tracker: Tracker) -> str:
    """A CI file of Jira as one of this tracker. Azure DevOps asks for no name beside its token."""
    if tracker == "jira":
        return text
    lines = [line for line in text.splitlines(keepends=True) if "JIRA_EMAIL" not in line]
    other = "".join(lines).replace("LEANFOLIO_JIRA", "LEANFOLIO_AZURE")
    return re.sub(r"\bJira\b", "Azure DevOps", other.replace("jira", "azure"))


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
    """The starter's files."""
    return templates_folder() / "starter"


def filled_in(text: str, today: date, requirement: str = "") -> str:
    """The text with each placeholder replaced.

    `{{today}}` and `{{monday}}`, the Monday of its week, take a shift in days or weeks:
    `{{monday-3w}}`. `{{half}}` is the half year, `{{half+1}}` the next. `{{version}}` is ours, and
    `{{leanfolio}}` what installs it.
    """
    return PLACEHOLDER.sub(lambda result: value_of(result, today, requirement), text)


def value_of(result: re.Match[str], today: date, requirement: str) -> str:
    """What one placeholder stands for."""
    if result["base"]:
        day = today if result["base"] == "today" else today - timedelta(days=today.weekday())
        return (day + shift_of(result["shift"])).isoformat()
    if result[0] == "{{version}}":
        return __version__
    if result[0] == "{{leanfolio}}":
        return requirement
    year, half = divmod(today.year * 2 + (today.month > 6) + int(result["halves"] or 0), 2)
    return f"{year}-H{half + 1}"


def shift_of(text: str | None) -> timedelta:
    """A shift as it is written: -20d, +3w."""
    if text is None:
        return timedelta(0)
    return timedelta(days=int(text[:-1]) * (7 if text[-1] == "w" else 1))

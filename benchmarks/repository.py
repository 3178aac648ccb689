"""A generated portfolio in git, with a history: input of the benchmarks."""

import random
import re
import shutil
import subprocess
from pathlib import Path

import corpus

COMMITS = 500  # of its history, each of which edits one or two items
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "gc.auto=0")
IGNORED = "/site/\n/.site-*\n/cache/\n/.cache/\n"


def generated(work: Path, size: int) -> Path:
    """A portfolio of so many items, with records of spending and a history of commits."""
    folder = work / str(size)
    corpus.write(folder, size)
    (folder / "content" / "actuals").mkdir()
    epics = sorted((folder / "content" / "epics").glob("*.md"))
    rows = [
        f"2026-{7 + each % 4:02}-15,{epic.stem},{1000 + each},EUR"
        for each, epic in enumerate(epics)
    ]
    (folder / "content" / "actuals" / "2026-H2.csv").write_text(
        "date,item,amount,currency\n" + "\n".join(rows) + "\n"
    )
    (folder / ".gitignore").write_text(IGNORED)
    git(folder, "init", "--quiet")
    commit(folder, "Write the portfolio")
    dice = random.Random(size)
    for number in range(COMMITS):
        for path in dice.sample(epics, dice.randint(1, 2)):
            change_score(path, dice.choice(corpus.SCALE))
        commit(folder, f"Score anew, {number}")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, "-C", str(folder), *arguments], check=True)


def commit(folder: Path, words: str) -> None:
    """Commit all of a folder, also where nothing has changed."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", words)


def change_score(path: Path, value: int) -> None:
    text = re.sub(r"business_value: \d+", f"business_value: {value}", path.read_text())
    path.write_text(text)


def edit_body(path: Path, number: int) -> None:
    path.write_text(f"{path.read_text()}\nRevision {number} of this text.\n")


def fresh_checkout(folder: Path, to: Path) -> None:
    """What CI has: a new clone, with the cache and the site of the last run put back."""
    shutil.rmtree(to, ignore_errors=True)
    git(folder, "clone", "--quiet", "--no-hardlinks", str(folder), str(to))
    for name in ("site", "cache"):
        shutil.copytree(folder / name, to / name)

"""One commit gives one site, to the byte, whatever surrounds the build that makes it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import Figure
from making import GIT, git

# Everything that leanfolio writes for one portfolio, in one process: the site into `site`, and what
# commands print into `printed`. Bodies are few here, so processes are started for any number.
DRIVER = """
import contextlib, os, sys
os.umask(int(os.environ.get("MASK", "022"), 8))
workers = int(os.environ.get("WORKERS", "2"))
os.cpu_count = lambda: workers
from leanfolio.cli import main
from leanfolio.output.html import bodies
bodies.POOL_FROM = 0
folder, out = sys.argv[1:]
for number, command in enumerate((
    ["build", "--site-dir", f"{out}/site"], ["check", "--format", "json", "--exit-zero"],
    ["check", "--exit-zero"], ["check", "--format", "sarif", "--exit-zero"],
    ["show", "ranking"], ["show", "funding", "--format", "csv"], ["show", "okr", "--format=json"],
    ["export", "xlsx", f"{out}/funding.xlsx"], ["explain"],
    ["export", "sqlite", f"{out}/portfolio.db"], ["explain", "link-unknown"],
    ["schema"], ["schema", "epic", "--draft", "7"], ["--help"], ["check", "--help"],
    ["import", "csv", "--help"], ["export", "workbook", f"{out}/scores.xlsx"],
    ["export", "jira-csv", f"{out}/jira.csv", "--all"],
    ["export", "azure-csv", f"{out}/azure.csv", "--all"],
)):
    sys.argv = ["leanfolio", "-C", folder, *command]
    with open(f"{out}/{number}.txt", "w", encoding="utf-8", newline="") as file:
        with contextlib.redirect_stdout(file), contextlib.suppress(SystemExit):
            main()
"""
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if name in ("PATH", "HOME", "LANG", "PYTHONPATH", "SYSTEMROOT")
}


@dataclass(frozen=True)
class Surroundings:
    """What is around a build and may not be seen in what it makes."""

    variables: dict[str, str] = field(default_factory=dict)
    elsewhere: bool = False  # another folder, whose files were written in reverse, years ago
    again: bool = False  # a second time, over the first site and with the cache of the first


VARIATIONS = {
    "optimized": Surroundings({"PYTHONOPTIMIZE": "1"}),
    "without docstrings": Surroundings({"PYTHONOPTIMIZE": "2"}),
    **{f"hash seed {seed}": Surroundings({"PYTHONHASHSEED": seed}) for seed in ("0", "1", "4242")},
    **{
        f"time zone {zone}": Surroundings({"TZ": zone})
        for zone in ("Pacific/Kiritimati", "Pacific/Honolulu", "UTC-13:37")
    },
    **{
        f"locale {name}": Surroundings({"LC_ALL": name, "LANGUAGE": name[:2]})
        for name in ("C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1")
    },
    "no UTF-8 mode": Surroundings({"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1:replace"}),
    "private files": Surroundings({"MASK": "077"}),
    "open files": Surroundings({"MASK": "000"}),
    **{f"{count} workers": Surroundings({"WORKERS": count}) for count in ("1", "3", "16")},
    "another folder": Surroundings(elsewhere=True),
    "built before": Surroundings(again=True),
    "no bytecode": Surroundings({"PYTHONDONTWRITEBYTECODE": "1"}),
    "dumb terminal": Surroundings({"TERM": "dumb", "FORCE_COLOR": ""}),
    "variables of git": Surroundings(
        {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/", "GIT_CONFIG_COUNT": "nonsense"}
    ),
}
AT_ONCE = Surroundings(
    {
        "PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C",
        "MASK": "077", "WORKERS": "3",
    },
    elsewhere=True,
    again=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The sample, with a few mistakes that are warnings, in a repository with one commit."""
    folder = tmp_path_factory.mktemp("portfolio") / "mine"
    shutil.copytree(root / "content", folder / "content")
    shutil.copy(root / "mkdocs.yml", folder)
    (folder / "content" / "unused.pdf").write_bytes(b"%PDF-")
    (folder / "content" / "ätt.md").write_text("---\ntitle: Ärger\n---\nProse.\n", "utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    later = {name: "2026-11-24T23:30:00-05:00" for name in GIT if name.endswith("_DATE")}
    subprocess.run(
        ["git", "-C", str(folder), "commit", "--quiet", "--message=all"],
        env=GIT | later, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def moved(folder: Path, into: Path) -> Path:
    """A copy whose files were written in another order, with other times and another name."""
    target = into / "ein Ordner, ü"
    shutil.copytree(folder / ".git", target / ".git")
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and ".git" not in path.relative_to(folder).parts:
            copy = target / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            os.utime(copy, (10**9, 10**9))
    return target


def everything(folder: Path, around: Surroundings, work: Path) -> dict[str, str]:
    """The SHA-256 of every file that is made in these surroundings, by its path."""
    out = work / "out"
    out.mkdir()
    project = moved(folder, work) if around.elsewhere else folder
    for _ in range(2 if around.again else 1):
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(project), str(out)],
            env=PLAIN | {"LEANFOLIO_CACHE": str(work / "cache"), "NO_COLOR": "1"}
            | around.variables,
            cwd=work if around.elsewhere else None,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return {
        path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def plain(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    made = everything(repository, Surroundings(), tmp_path_factory.mktemp("plain"))
    assert len([path for path in made if path.startswith("site/")]) > 200
    assert "funding.xlsx" in made
    return made


def different(one: dict[str, str], two: dict[str, str]) -> list[str]:
    return sorted(path for path in one.keys() | two.keys() if one.get(path) != two.get(path))


def test_all_surroundings_at_once_change_no_byte(
    repository: Path, plain: dict[str, str], tmp_path: Path
) -> None:
    assert different(plain, everything(repository, AT_ONCE, tmp_path)) == []


@pytest.mark.acceptance
def test_each_of_the_surroundings_changes_no_byte(
    repository: Path, plain: dict[str, str], tmp_path: Path, figure: Figure
) -> None:
    hashes = {sha256(repr(plain).encode()).hexdigest()}
    for number, (name, around) in enumerate(VARIATIONS.items()):
        work = tmp_path / str(number)
        work.mkdir()
        made = everything(repository, around, work)
        assert different(plain, made) == [], name
        hashes.add(sha256(repr(made).encode()).hexdigest())
    figure(f"builds in other surroundings: {len(VARIATIONS) + 1}, hashes: {len(hashes)}")
    assert len(hashes) == 1

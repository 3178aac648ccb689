"""What is installed from a wheel, in an empty environment elsewhere, starts and builds a site."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

import leanfolio

ROOT = Path(__file__).parents[1]
NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", ".cache", "dist", "site"
)


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, or fail with all that it said."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source archive from a copy: nothing is written here."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCE)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", cwd=source)
    (found,) = (folder / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="session")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what it asks for, in the versions of this one."""
    folder = tmp_path_factory.mktemp("elsewhere")
    versions = [f"{each.name}=={each.version}\n" for each in distributions()]
    (folder / "versions.txt").write_text("".join(sorted(versions)))
    run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    install = ("-m", "pip", "install", "--quiet", "--constraint", folder / "versions.txt")
    run(programs(folder) / "python", *install, wheel, cwd=folder)
    return folder


def programs(folder: Path) -> Path:
    """Where the programs of the environment lie: bin, or Scripts on Windows."""
    return folder / "env" / Path(sysconfig.get_path("scripts")).name


def test_the_wheel_holds_templates_and_starter_and_nothing_of_ours(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    own = {name.removeprefix("leanfolio/templates/") for name in names}
    expected = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - own == set()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"leanfolio", f"leanfolio-{leanfolio.__version__}.dist-info"}
    assert "leanfolio/py.typed" in names


def test_init_and_build_work_far_from_the_repository(elsewhere: Path) -> None:
    """One test for all of it: it takes half a minute to come this far."""
    program = programs(elsewhere) / "leanfolio"
    apart = {
        "PATH": f"{program.parent}{os.pathsep}{os.defpath}",
        "HOME": str(elsewhere / "home"),
        "XDG_CACHE_HOME": str(elsewhere / "cache"),
        "PYTHONPATH": "",
    }
    (elsewhere / "home").mkdir()
    run(program, "init", "mine", cwd=elsewhere, **apart)
    assert (elsewhere / "mine" / ".github" / "workflows" / "check.yml").is_file()
    assert (elsewhere / "mine" / ".gitignore").is_file()
    run(program, "-C", "mine", "build", cwd=elsewhere, **apart)
    site = elsewhere / "mine" / "site"
    assert 'class="' in (site / "index.html").read_text(encoding="utf-8")
    assert (site / "style.css").stat().st_size > 1000
    assert "<svg" in (site / "trace.html").read_text(encoding="utf-8")
    assert len(list(site.rglob("*.html"))) > 20
    python = programs(elsewhere) / "python"
    said = run(python, "-c", "import leanfolio; print(leanfolio.__file__)", cwd=elsewhere, **apart)
    assert Path(said.stdout.strip()).is_relative_to(elsewhere)

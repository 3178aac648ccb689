"""The project's mkdocs.yml; where it has none, the usual one."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from leanfolio.disk.files import Project

NAMES = ("mkdocs.yml", "mkdocs.yaml")
USUAL = """site_name: {name}
docs_dir: {docs}
plugins: [leanfolio]
"""


class WrongConfiguration(Exception):
    """mkdocs.yml cannot be used; the message says why."""


@contextlib.contextmanager
def configuration_file(project: Project, title: str) -> Iterator[Path]:
    """The path of the project's own file, or of the usual one for as long as the block lasts."""
    for name in NAMES:
        if (project.root / name).is_file():
            yield project.root / name
            return
    with tempfile.TemporaryDirectory(prefix="leanfolio-") as folder:
        path = Path(folder) / NAMES[0]
        docs = json.dumps(str(project.content.resolve()))
        path.write_text(USUAL.format(name=json.dumps(title), docs=docs), encoding="utf-8")
        yield path

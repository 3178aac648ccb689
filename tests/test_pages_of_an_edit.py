"""After an edit few pages are made that come out as they were."""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

from leanfolio.cache.store import Store
from leanfolio.model.source import Content, Source
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.pipeline import build
from making import TODAY
from pages import COMPILED, Columns

ITEMS = 200
EDITS = {
    "the body of an epic": ("epics", r"\Z", "More text.\n"),
    "the title of an epic": ("epics", r"(?m)^# .*$", "# Another title"),
    "the owner of an epic": ("epics", r"owner: .*", "owner: Somebody Else"),
    "the cost of an epic": ("epics", r"\ncost: .*", "\ncost: 777"),
    "a score of an epic": ("epics", r"job_size: .*", "job_size: 4"),
    "the state of an epic": ("epics", r"state: .*", "state: analyzing"),
    "a score of a feature": ("features", r"job_size: .*", "job_size: 4"),
    "the state of a feature": ("features", r"state: .*", "state: analyzing"),
    "a value of a key result": ("key-results", r"value: \d+", "value: 41"),
}


def files_of(folder: Path) -> dict[str, str]:
    """The files of a generated portfolio, by path."""
    code = f"import corpus, pathlib, sys; corpus.write(pathlib.Path(sys.argv[1]), {ITEMS})"
    benchmarks = Path(__file__).parents[1] / "benchmarks"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=benchmarks, check=True)
    content = folder / "content"
    return {
        path.relative_to(content).as_posix(): path.read_text()
        for path in sorted(content.rglob("*.md"))
    }


def edited(files: dict[str, str], folder: str, what: str, into: str) -> dict[str, str]:
    """The same, but for the first file of a folder that is in no state, or is ready for work."""
    path, text = next(
        (path, text)
        for path, text in files.items()
        if path.startswith(folder) and ("\nstate: ready" in text or "\nstate: " not in text)
    )
    return files | {path: re.sub(what, into, text, count=1)}


def pages_made(store: Store, files: dict[str, str]) -> dict[str, str]:
    """The pages of this portfolio that are made anew, by address."""
    found = tuple(Source(PurePosixPath(path), text.encode()) for path, text in files.items())
    content, whole = Content(found), build(found, as_of=TODAY, otherwise=TODAY)
    assert not whole.errors
    site = Site(
        whole, SiteSettings("Any", workers=1), Columns(), store, cache=Path(COMPILED.name),
        content=content, project="/here",
    )  # fmt: skip
    made = {slot.url: site.html(slot) for slot in site.slots if slot.url not in site.unchanged}
    site.close()
    return made


def test_at_most_twice_as_many_pages_are_made_as_come_out_different(tmp_path: Path) -> None:
    files = files_of(tmp_path)
    with Store(tmp_path / "cache") as store:
        texts = pages_made(store, files)
        assert len(texts) > ITEMS / 3
        for edit, words in EDITS.items():
            files = edited(files, *words)
            made = pages_made(store, files)
            same = sorted(url for url, text in made.items() if text == texts[url])
            assert len(same) * 2 <= len(made) > 0, (edit, same)
            texts |= made

"""The answer that is kept: only the very same content gets it, and check would give no other."""

import json
import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leanfolio.cache.check_result import CheckResult, keep_result, key_of, load_result
from leanfolio.cache.store import FILE, Store
from leanfolio.check import check as rules
from leanfolio.check import summaries_of
from leanfolio.cli.check import check_result
from leanfolio.cli.command import loaded
from leanfolio.disk.files import Project, load
from leanfolio.model.source import Content, Source
from leanfolio.problem import Place, Problem, Related, Severity
from making import written

DAY = date(2026, 11, 20)
CONTENT = Content(
    sources=(Source(PurePosixPath("a.md"), b"A"), Source(PurePosixPath("b/c.md"), b"C")),
    assets={PurePosixPath("one.png"): 3},
    records=(Source(PurePosixPath("actuals/2026.csv"), b"item,amount\n"),),
)


def changed() -> Iterator[Content]:
    """The same content but for one thing, each time another."""
    first, second = CONTENT.sources
    fault = Problem(Place(PurePosixPath("x.svg")), "asset-refused", "is refused", "remove it")
    yield replace(CONTENT, sources=(first,))
    yield replace(CONTENT, sources=(first, Source(second.path, b"c")))
    yield replace(CONTENT, sources=(first, Source(PurePosixPath("b/d.md"), b"C")))
    yield replace(CONTENT, assets={})
    yield replace(CONTENT, assets={PurePosixPath("one.png"): 4})
    yield replace(CONTENT, problems=(fault,))
    yield replace(CONTENT, records=())
    yield replace(CONTENT, sources=(*CONTENT.sources, *CONTENT.records), records=())
    # The same bytes in a row, cut elsewhere.
    yield replace(CONTENT, sources=(Source(PurePosixPath("a.m"), b"dA"), second))


def test_any_change_of_content_asks_anew() -> None:
    keys = [key_of(each, DAY, DAY) for each in (CONTENT, *changed())]
    assert len(set(keys)) == len(keys)


def test_another_day_asks_anew() -> None:
    later = date(2026, 11, 21)
    assert key_of(CONTENT, DAY, DAY) != key_of(CONTENT, later, DAY)
    assert key_of(CONTENT, None, DAY) != key_of(CONTENT, None, later)
    assert key_of(CONTENT, later, DAY) == key_of(CONTENT, later, later)
    assert key_of(CONTENT, DAY, DAY) != key_of(CONTENT, DAY, later)  # it is looked back at


texts = st.text(st.characters(codec=None), max_size=20)  # halves of characters too
places = st.builds(
    Place,
    st.sampled_from([PurePosixPath("a.md"), PurePosixPath("b/ü.md"), PurePosixPath("\udcff.md")]),
    st.integers(1, 10**6), st.integers(1, 500), st.integers(1, 80),
)  # fmt: skip
severities: st.SearchStrategy[Severity] = st.sampled_from(["error", "warning"])
problems = st.builds(
    Problem, places, st.sampled_from(["link-unknown", "made-up"]), texts, texts, severities,
    st.lists(st.builds(Related, places, texts), max_size=3).map(tuple),
)  # fmt: skip


@given(st.lists(problems, max_size=5).map(tuple))
def test_what_is_kept_comes_back_whole(found: tuple[Problem, ...]) -> None:
    values: dict[bytes, bytes] = {}

    class Memory(Store):
        def get_many(self, keys: object) -> dict[bytes, bytes]:
            return values

        def put_many(self, kept: object) -> None:
            values.update(kept)  # type: ignore[call-overload]

    result = CheckResult(DAY, found, summaries_of(found))
    keep_result(Memory(None), b"key", result)
    assert repr(load_result(Memory(None), b"key")) == repr(result)  # repr tells `length` too


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"\0", b"[]", b"{}", b'{"paths": []}',
        b'{"as_of": 1, "paths": [], "problems": [], "laws": {}}',
        b'{"as_of": "2026-11-20", "paths": [], "problems": [[1]], "laws": {}}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_answer(damage: bytes, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put_many({b"raw": damage, b"packed": zlib.compress(damage)})
        assert load_result(store, b"raw") is None
        assert load_result(store, b"packed") is None


def test_a_result_that_was_altered_by_hand_is_no_answer(tmp_path: Path) -> None:
    fault = Problem(Place(PurePosixPath("a.md"), 3), "link-unknown", "is unknown", "correct it")
    with Store(tmp_path) as store:
        keep_result(store, b"key", CheckResult(DAY, (fault,), {}))
        data = zlib.decompress(store.get_many([b"key"])[b"key"])
        altered = data.replace(b"is unknown", b"is not ok!")
        assert altered != data
        store.put_many({b"key": zlib.compress(altered)})
        assert load_result(store, b"key") is None


# What build takes over -----------------------------------------------------------------------


def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows with every run of the rules from now on."""
    runs: list[int] = []

    def counted(*given: Any, **named: Any) -> list[Problem]:
        runs.append(1)
        return rules(*given, **named)

    monkeypatch.setattr("leanfolio.pipeline.check", counted)
    return runs


def test_check_and_then_build_judge_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "kept"))
    project = Project.at(written(tmp_path / "p", {"epics/EP-2.md": "title: B\nstate: funel"}))
    runs = judged(monkeypatch)
    checked = check_result(project, load(project.content), None, None, anew=False)
    assert len(runs) == 1
    _, built = loaded(project, None)
    assert len(runs) == 1
    assert built.problems == checked.problems
    assert built.errors
    (project.content / "epics/EP-2.md").write_text("---\ntitle: B\nstate: funnel\n---\n")
    loaded(project, None)
    assert len(runs) == 2, "other content is judged anew"
    check_result(project, load(project.content), None, None, anew=False)
    assert len(runs) == 2, "what build found is taken over by check"


@pytest.mark.parametrize("waived", [False, True])
def test_check_against_a_revision_and_then_build_judge_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waived: bool
) -> None:
    """Unless a waiver names a rule of changes: without the comparison it would be unused."""
    waiver = (
        "\nwaivers: [{rule: item-removed, reason: R, approver: A, until: 2099-01-01}]"
        if waived
        else ""
    )
    files = {"epics/EP-2.md": f"title: B\nstate: funnel{waiver}", "epics/EP-3.md": "title: C"}
    folder = written(tmp_path / "p", files)
    git = ("git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.com")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *command], check=True)
    (folder / "content/epics/EP-3.md").unlink()
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "kept"))
    project = Project.at(folder)
    runs = judged(monkeypatch)
    compared = check_result(project, load(project.content), None, "main", anew=False)
    assert "item-removed" in {problem.rule for problem in compared.problems}
    _, built = loaded(project, None)
    assert len(runs) == 1 + waived
    monkeypatch.setenv("LEANFOLIO_CACHE", str(tmp_path / "empty"))
    assert built.problems == loaded(project, None)[1].problems


# The command ---------------------------------------------------------------------------------


def check(folder: Path, cache: Path, *more: str) -> str:
    environment = {**os.environ, "NO_COLOR": "1", "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "leanfolio", "-C", str(folder), "check",
         "--as-of", "2026-11-20", *more],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    read = "leanfolio.read" in modules
    assert read == ("pydantic" in modules)  # the models, which cost as much as the rest
    return f"{'read' if read else 'kept'} {done.returncode}\n{done.stdout}"


def told(said: str) -> str:
    return said.partition(" ")[2]


def test_a_second_run_says_the_same_without_reading_the_items(tmp_path: Path) -> None:
    folder, cache = written(tmp_path / "p", {"epics/EP-2.md": "title: B\nstate: funel"}), tmp_path
    first, second = check(folder, cache), check(folder, cache)
    assert (first.split()[0], second.split()[0]) == ("read", "kept")
    assert told(first) == told(second)
    assert "state-unknown" in second
    assert check(folder, cache, "--no-cache") == first


def test_every_form_is_made_of_the_kept_answer(tmp_path: Path) -> None:
    folder, cache = written(tmp_path / "p", {"epics/EP-2.md": "title: B\nstate: funel"}), tmp_path
    check(folder, cache)
    for form in ("json", "github", "gitlab", "sarif", "junit"):
        kept, anew = (
            told(check(folder, cache, "--format", form, *more)) for more in ([], ["--no-cache"])
        )
        assert kept == anew
    assert json.loads(told(check(folder, cache, "--format", "json")).partition("\n")[2])["problems"]


def test_an_edit_is_seen_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", {"epics/EP-2.md": "title: B\nstate: funel"})
    assert "funel" in check(folder, tmp_path)
    file = folder / "content/epics/EP-2.md"
    before = file.stat()
    file.write_text(file.read_text().replace("funel", "fummel"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "fummel" in check(folder, tmp_path)


def test_a_damaged_store_costs_time_alone(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", {"epics/EP-2.md": "title: B\nstate: funel"})
    first = check(folder, tmp_path)
    with sqlite3.connect(tmp_path / "leanfolio" / FILE) as database:
        database.execute("UPDATE kept SET value = x'00'")
    assert check(folder, tmp_path) == first

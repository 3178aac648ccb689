"""The result of check, kept between runs: the same content on the same day gives the same result.

The key is a digest of everything that `check` reads: every file, the day, our own code and the
versions of the libraries that read for us. So a result that is kept is what a new run would give:
`check` prints it again, and `build` takes it over instead of running every rule. It is kept with a
digest of its own, and one that was altered does not count.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.cache.digest import digest, generator_digest
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.model.source import Content
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording.told_json import as_json, from_json

READERS = ("pydantic", "pydantic_core", "PyYAML", "rapidfuzz")  # problems carry their words


class CheckResult(Struct, frozen=True):
    """Every problem of a content folder as of a day, and the first line of each rule among them."""

    as_of: date
    problems: tuple[Problem, ...]
    laws: Mapping[str, str]


def key_of(
    content: Content,
    as_of: date | None,
    otherwise: date,
    against: str | None = None,
    *,
    committed: bool = True,
    landed: str | None = None,
) -> bytes:
    """The key of the result for this content, compared with the tree of an earlier one.

    `otherwise` is the day of the content: that of the figures where neither the caller nor the
    portfolio names one, and what an earlier one is told from, if it is that of a commit.
    `landed` is the commit whose history was asked.
    """
    day = None if as_of and as_of >= otherwise else (otherwise, committed)
    days = (as_of, day, against, landed)
    return RESULTS.key(*parts_of(content, days))


def parts_of(content: Content, days: tuple[object, ...]) -> Iterator[bytes]:
    """All that a result is computed from, each part whole."""
    yield generator_digest()
    yield repr((sys.version_info, [version_of(name) for name in READERS])).encode()
    yield repr(days).encode()
    yield repr((content.problems, content.assets)).encode("utf-8", "surrogatepass")
    for group in (content.sources, content.records):
        yield b"%d" % len(group)
        for source in group:
            yield str(source.path).encode("utf-8", "surrogatepass")
            yield source.data


@cache
def version_of(name: str) -> str:
    """The version of a package that is installed, or ""."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def load_result(store: Store, key: bytes) -> CheckResult | None:
    """The result under this key; None where there is none, or none that can be read."""
    return RESULTS.get_many(store, [key]).get(key)


def keep_result(store: Store, key: bytes, result: CheckResult) -> None:
    """Keep a result for the next run."""
    RESULTS.put_many(store, {key: result})


def encode(result: CheckResult) -> bytes:
    """The result as JSON in which each path stands once."""
    paths: dict[PurePosixPath, int] = {}

    def place(at: Place) -> list[int]:
        return [paths.setdefault(at.path, len(paths)), at.line, at.column, at.length]

    problems = [
        [
            place(problem.at), problem.rule, as_json(problem.message), as_json(problem.hint),
            problem.severity,
            [[place(other.at), other.note] for other in problem.related],
        ]
        for problem in result.problems
    ]  # fmt: skip
    fields = {
        "as_of": result.as_of.isoformat(),
        "laws": dict(result.laws),
        "problems": problems,
        "paths": [str(path) for path in paths],
    }
    data = json.dumps(fields, separators=(",", ":")).encode()
    return digest(data) + data


def decode(data: bytes) -> CheckResult:
    """The result again. Raises ValueError, TypeError, KeyError or IndexError for anything else."""
    size = len(digest(b""))
    if digest(data[size:]) != data[:size]:
        raise ValueError("this is not what was written")
    kept = json.loads(data[size:])
    paths = [PurePosixPath(entry) for entry in kept["paths"]]

    def place(at: list[int]) -> Place:
        path, line, column, length = at
        return Place(paths[path], line, column, length)

    problems = tuple(
        Problem(
            place(at), rule, from_json(message), from_json(hint), severity,
            tuple(Related(place(other), note) for other, note in related),
        )
        for at, rule, message, hint, severity, related in kept["problems"]
    )  # fmt: skip
    return CheckResult(date.fromisoformat(kept["as_of"]), problems, kept["laws"])


RESULTS = CacheEntry("check", encode, decode, compressed=True)

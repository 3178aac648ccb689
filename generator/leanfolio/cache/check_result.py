"""What check said, kept between runs: the same content on the same day gets the same answer.

The key is the digest of everything that `check` sees: every file, the day, our own code and that of
the libraries that read for us. So an answer that is kept is the one that a new run would give.
"""

import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import Any

from leanfolio.cache.store import Store, making
from leanfolio.model.source import Content
from leanfolio.problem import Place, Problem, Related

READERS = ("pydantic", "pydantic_core", "PyYAML", "rapidfuzz")  # what they say, we say


@dataclass(frozen=True, slots=True)
class Answer:
    """Every problem of a content folder as of a day, and the law behind each rule among them."""

    as_of: date
    problems: tuple[Problem, ...]
    laws: Mapping[str, str]


def key_of(
    content: Content, as_of: date | None, otherwise: date, against: str | None = None
) -> bytes:
    """The key of the answer to this content, held against the tree of an earlier one.

    `otherwise` is the day where neither the caller nor the portfolio names one.
    """
    found = blake2b(digest_size=32)
    for part in parts_of(content, (as_of, None if as_of else otherwise, against)):
        found.update(b"%d:" % len(part))
        found.update(part)
    return b"answer" + found.digest()


def parts_of(content: Content, asked: tuple[object, ...]) -> Iterator[bytes]:
    """All that an answer rests on, each part whole."""
    yield making()
    yield repr((sys.version_info, [version_of(name) for name in READERS])).encode()
    yield repr(asked).encode()
    yield repr((content.problems, content.assets)).encode("utf-8", "surrogatepass")
    for group in (content.sources, content.records):
        yield b"%d" % len(group)
        for source in group:
            yield str(source.path).encode("utf-8", "surrogatepass")
            yield source.data


def version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def recalled(store: Store, key: bytes) -> Answer | None:
    """What is kept under this key; None where nothing is, or nothing that can be read."""
    data = store.get_many([key]).get(key)
    if data is None:
        return None
    try:
        return decoded(json.loads(zlib.decompress(data)))
    except (zlib.error, ValueError, TypeError, KeyError, IndexError):
        return None


def keep(store: Store, key: bytes, answer: Answer) -> None:
    """Keep an answer for the next run."""
    text = json.dumps(encoded(answer), separators=(",", ":"))
    store.put_many({key: zlib.compress(text.encode(), 1)})


def encoded(answer: Answer) -> dict[str, Any]:
    """The answer in plain lists; each path once."""
    paths: dict[PurePosixPath, int] = {}

    def place(at: Place) -> list[int]:
        return [paths.setdefault(at.path, len(paths)), at.line, at.column, at.length]

    problems = [
        [
            place(problem.at), problem.rule, problem.message, problem.hint, problem.severity,
            [[place(other.at), other.note] for other in problem.related],
        ]
        for problem in answer.problems
    ]  # fmt: skip
    return {
        "as_of": answer.as_of.isoformat(),
        "laws": dict(answer.laws),
        "problems": problems,
        "paths": [str(path) for path in paths],
    }


def decoded(kept: Mapping[str, Any]) -> Answer:
    """The answer again. Raises ValueError, TypeError, KeyError or IndexError for anything else."""
    paths = [PurePosixPath(each) for each in kept["paths"]]

    def place(at: list[int]) -> Place:
        path, line, column, length = at
        return Place(paths[path], line, column, length)

    problems = tuple(
        Problem(
            place(at), rule, message, hint, severity,
            tuple(Related(place(other), note) for other, note in related),
        )
        for at, rule, message, hint, severity, related in kept["problems"]
    )  # fmt: skip
    return Answer(date.fromisoformat(kept["as_of"]), problems, kept["laws"])

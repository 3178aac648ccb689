"""What `releases.json` says: every increment that was published, and what replaced what."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import astuple, replace

from leanfolio import __version__
from leanfolio.model import Visibility
from leanfolio.model.increment import release_tag
from leanfolio.model.source import Commit
from leanfolio.model.visibility import AUDIENCES

FILE = "releases.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,199}")  # an id, which is a folder's name here

Kind = Callable[[object], bool]  # whether a value of the file is of this kind
SURROGATE = re.compile("[\ud800-\udfff]")  # half of a character, which no file can hold


class WrongRecords(Exception):
    """`releases.json` was not written by leanfolio, or is damaged."""


class Replaced(Struct, frozen=True):
    """An earlier publication of an increment, and why another took its place."""

    commit: str
    day: str
    leanfolio: str
    tree: str
    reason: str

    @property
    def short(self) -> str:
        return self.commit[:8]


class Before(Struct, frozen=True):
    """The increment before, as it was when this one was published."""

    id: str
    title: str
    commit: str


class Release(Struct, frozen=True):
    """A published increment.

    `day` is that of the commit, in ISO. `tree` is the SHA-256 of its list of files: one line of
    path, zero byte and SHA-256 for each. `size` counts bytes. `gone` says that its pages were taken
    away, and only a page with tag and commit is left.
    """

    id: str
    title: str
    start: str  # the first day of the increment, or "" where it states none
    commit: str
    day: str
    leanfolio: str
    tree: str
    size: int
    site_name: str
    language: str
    site_url: str = ""
    assets: tuple[str, ...] = ()  # the shared files that its pages use
    pages: tuple[str, ...] = ()  # its pages that lie in no folder
    before: Before | None = None
    replaced: tuple[Replaced, ...] = ()
    keep: int | None = None  # the rule for what stays, as this increment's portfolio has it
    keep_years: int | None = None
    gone: bool = False
    audience: Visibility | None = None  # where the command line named it, and not mkdocs.yml

    @property
    def short(self) -> str:
        return self.commit[:8]

    @property
    def tag(self) -> str:
        return release_tag(self.id)

    @property
    def order(self) -> tuple[str, str, str]:
        """What increments are put in order by, the earliest first."""
        return (self.start or self.day, self.day, self.id)


def placeholder(id: str, start: date | None, commit: Commit) -> Release:
    """A release as far as it is known before its site is built: enough to put it in order."""
    first = start.isoformat() if start else ""
    return Release(id, id, first, commit.id, commit.day.isoformat(), __version__, "", 0, "", "en")


def as_json(releases: Iterable[Release]) -> str:
    """The file, the newest increment first."""
    rows = [to_builtins(release) for release in newest_first(releases)]
    answer = {"leanfolio": __version__, "increments": rows}
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def from_json(data: bytes | None) -> tuple[Release, ...]:
    """What the file says; nothing where there is none. Raises WrongRecords."""
    if data is None:
        return ()
    try:
        answer = json.loads(data)
        return tuple(release_of(row) for row in answer["increments"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WrongRecords(f"{FILE} cannot be read: {error}") from error


def release_of(row: Mapping[str, Any]) -> Release:
    """One row of the file. Keys that a later version added are passed over."""
    known = set(Release.__struct_fields__)
    values = {name: value for name, value in row.items() if name in known}
    values["assets"], values["pages"] = tuple(row["assets"]), tuple(row["pages"])
    values["before"] = Before(**row["before"]) if row.get("before") else None
    values["replaced"] = tuple(Replaced(**entry) for entry in row.get("replaced", ()))
    release = Release(**values)
    for name in (release.id, *release.assets, *([release.before.id] if release.before else [])):
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name")
    wrong = next((name for name, kind in KINDS.items() if not kind(getattr(release, name))), None)
    if wrong is not None:
        raise ValueError(f"{wrong} of {release.id} is of another kind")
    starts = (release.start,) if release.start else ()
    for day in (*starts, release.day, *(old.day for old in release.replaced)):
        date.fromisoformat(day)
    return release


def is_text(value: object) -> bool:
    return isinstance(value, str) and not SURROGATE.search(value)


def is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_record(value: object) -> bool:
    """Whether this is an earlier increment or publication, of texts alone."""
    if not isinstance(value, Before | Replaced):
        return False
    return all(is_text(part) for part in astuple(value))


def tuple_of(kind: Kind) -> Kind:
    """The kind of a tuple of values of a kind."""
    return lambda value: isinstance(value, tuple) and all(map(kind, value))


def optional(kind: Kind) -> Kind:
    """The kind of a value of a kind, or None."""
    return lambda value: value is None or kind(value)


KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("id", "title", "start", "commit", "day", "leanfolio", "tree", "site_name", "language",
         "site_url"),
        is_text,
    ),
    **dict.fromkeys(("assets", "pages"), tuple_of(is_text)),
    **dict.fromkeys(("keep", "keep_years"), optional(is_number)),
    "before": optional(is_record),
    "replaced": tuple_of(is_record),
    "size": is_number,
    "gone": lambda value: isinstance(value, bool),
    "audience": lambda value: value is None or value in AUDIENCES,
}  # fmt: skip


def newest_first(releases: Iterable[Release]) -> list[Release]:
    return sorted(releases, key=lambda release: release.order, reverse=True)


def before(releases: Iterable[Release], new: Release) -> Release | None:
    """The published increment that comes before a new one; None where there is none."""
    earlier = [entry for entry in releases if entry.order < new.order and entry.id != new.id]
    return max(earlier, key=lambda entry: entry.order, default=None)


def with_release(releases: Sequence[Release], new: Release) -> tuple[Release, ...]:
    """The same with a new increment, in the place of an earlier publication of it."""
    return (*(entry for entry in releases if entry.id != new.id), new)


def thinned(
    releases: Sequence[Release], keep: int | None, keep_years: int | None
) -> tuple[Release, ...]:
    """The same, with all marked as gone that a rule does not keep.

    Years count back from the day of the newest. The newest always stays; what is gone stays gone.
    """
    order = newest_first(releases)
    if not order:
        return ()
    last = earliest_kept(date.fromisoformat(order[0].day), keep_years)
    result = []
    standing = 0
    for number, entry in enumerate(order):
        standing += not entry.gone
        stays = number == 0 or (
            (keep is None or standing <= keep) and date.fromisoformat(entry.day) >= last
        )
        result.append(entry if stays else replace(entry, gone=True))
    return tuple(result)


def earliest_kept(newest: date, years: int | None) -> date:
    """The first day that is not too long ago; of 29 February in other years the 28th."""
    if years is None or years >= newest.year:
        return date.min
    try:
        return newest.replace(year=newest.year - years)
    except ValueError:
        return newest.replace(year=newest.year - years, day=28)

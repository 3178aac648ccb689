"""What comes in: files as paths and bytes, commits as ids and times; and what is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.problem import Place, Problem
from leanfolio.wording import listed, tell

KILOBYTE, MEGABYTE = 1_000, 1_000_000  # bytes: what KB and MB mean wherever a size is said
MAX_FILE_BYTES = MEGABYTE
MAX_RECORD_BYTES = 8 * MEGABYTE  # of one table: a hundred thousand records and more
ASSETS = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".pdf", ".csv", ".txt", ".xlsx")
)
RECORDS: Mapping[str, tuple[str, ...]] = {
    "actuals": (".csv",),
    "ballots": (".csv", ".yml", ".yaml"),
    "brand": (".svg",),  # a logo, which is looked through before it is published
    "scenarios": (".yml", ".yaml"),
}


class Source(Struct, frozen=True):
    """One file of content: its path below the content folder, and its bytes."""

    path: PurePosixPath
    data: bytes


class Content(Struct, frozen=True):
    """All files of a content folder: Markdown to read, and what stands beside it."""

    sources: tuple[Source, ...]
    assets: Mapping[PurePosixPath, int] = field(default_factory=dict)
    """Pictures and documents by their path, each with its size in bytes."""
    problems: tuple[Problem, ...] = ()
    records: tuple[Source, ...] = ()  # tables and scenarios to read; they are not published

    @property
    def texts(self) -> dict[str, bytes]:
        """The bytes of every file that problems may be in, by its path."""
        return {str(source.path): source.data for source in (*self.sources, *self.records)}


def is_hidden(path: PurePosixPath) -> bool:
    """Whether the name of a file, or of a folder on the way to it, begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def record_kind(path: PurePosixPath) -> str | None:
    """Which kind of record a file below the content folder holds; None of any other file."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    return folder if path.suffix.lower() in RECORDS.get(folder, ()) else None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the main line: its full id, its committer's day in UTC, and its author."""

    id: str
    time: int  # seconds since 1970
    author: str = field(default="", compare=False)  # the name alone; "" where nobody asked

    @property
    def short(self) -> str:
        return self.id[:8]

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.time, UTC).date()


# The rules of the door. Each tells its problem; its docstring is its page. ---------------------


def file_refused(
    path: PurePosixPath, why: str, hint: str = "put a plain file here, or remove it"
) -> Problem:
    """Content is made of plain files and folders: no links, no devices.

    A link can lead out of the folder, and would publish whatever it points to.

    Fix: put the file itself there, or remove the link.
    """
    return Problem(Place(path), "file-refused", f"{path} {why}", hint)


def content_empty() -> Problem:
    """A content folder holds at least one Markdown file.

    A wrong path would otherwise publish an empty site, and every check would pass.

    Fix: look at the folder given with `-C`; `leanfolio init` writes a portfolio to start from.
    """
    return Problem(
        Place(PurePosixPath("portfolio.md")),
        "content-empty",
        "the content folder holds no Markdown file",
        "write content/portfolio.md; `leanfolio init` shows one",
    )


def asset_refused(path: PurePosixPath, kinds: Iterable[str]) -> Problem:
    """Beside Markdown, content holds pictures and documents of a few harmless kinds.

    An HTML, script or SVG file would run as a part of the published site. The one SVG file that is
    taken is a logo in `brand/`, which is looked through.

    Fix: convert the file to one of these kinds, or keep it outside of the content folder.
    """
    message = tell("{path} is of a kind that is not published", path=path)
    hint = tell(
        "convert it to one of {kinds}, or move it out of content", kinds=" ".join(sorted(kinds))
    )
    endings = RECORDS.get(path.parts[0], ()) if len(path.parts) > 1 else ()
    if endings:
        message = tell(
            "{path} is not read: records in {folder}/ are {endings} files",
            path=path,
            folder=path.parts[0],
            endings=listed(endings),
        )
        hint = tell(
            "save it as {name}, or move it out of content", name=path.with_suffix(endings[0]).name
        )
    return Problem(Place(path), "asset-refused", message, hint, "warning")


RULES = (content_empty, file_refused, asset_refused)

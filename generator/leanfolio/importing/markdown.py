"""Markdown of others on disk: read here, made into items, and written or brought up to date."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct, field

from leanfolio.disk import files, write
from leanfolio.importing.disk import map_in, read_text
from leanfolio.importing.last_import import BASE_SUFFIX
from leanfolio.importing.mapping import MapError
from leanfolio.importing.markdown_items import (
    ItemText,
    LeftOut,
    MarkdownItems,
    Place,
    import_documents,
)
from leanfolio.importing.markdown_map import read_markdown_map
from leanfolio.importing.markdown_merge import Last, Merged, imported, merged
from leanfolio.model.source import MAX_FILE_BYTES, Source
from leanfolio.problem import Problem
from leanfolio.read.reading import Reading
from leanfolio.read.text import decode

VERSION = 1  # of the file that says what was imported last
PASSED_OVER = ("asset-refused", "content-empty")  # in a folder that is not ours
Change = tuple[PurePosixPath, bytes | None, bytes]  # a file with its bytes before and after


class MarkdownReport(Struct):
    """What an import of Markdown did, or would do."""

    items: MarkdownItems
    made: list[ItemText] = field(default_factory=list)
    changed: list[tuple[ItemText, tuple[str, ...]]] = field(default_factory=list)
    unchanged: int = 0
    kept: list[tuple[ItemText, tuple[str, ...]]] = field(default_factory=list)
    """Fields that both the source and somebody here have changed; they stay as they are here."""
    removed: list[ItemText] = field(default_factory=list)  # by somebody here; not made again
    gone: list[PurePosixPath] = field(default_factory=list)  # no longer in the source

    @property
    def whole(self) -> bool:
        """Whether all that the map names came over."""
        return not (self.items.left or self.kept)


def import_markdown(
    sources: Sequence[Path], map_file: Path, into: Path, dry: bool = False
) -> MarkdownReport:
    """Write an item for each file and row that the map takes, and bring earlier ones up to date.

    What was imported last lies beside the map, in NAME.base.json. All is written or nothing; with
    `dry` nothing is. Raises MapError, WriteError, OSError.
    """
    map = map_in(map_file, read_markdown_map)
    texts, refused = texts_of(sources)
    report = MarkdownReport(import_documents(texts, map))
    report.items.left += refused
    base_file = map_file.with_suffix(BASE_SUFFIX)
    base = read_base(base_file)
    changes: list[Change] = []
    now = dict(base)
    for item in report.items.made:
        change = change_of(report, item, base.get(str(item.path)), into)
        changes += [change] if change else []
        if change or str(item.path) in base:
            now[str(item.path)] = imported(item.text, item.at.file)
    report.gone = gone(report.items, base)
    report.items.left.sort(key=lambda each: (each.at.file, each.at.line))
    if not dry:
        write.replace_all(into, changes)
        if now != base:
            write.overwrite(base_file, base_text(now).encode())
    return report


def change_of(
    report: MarkdownReport, item: ItemText, last: Last | None, into: Path
) -> Change | None:
    """What has to be written for an item; None where nothing has. It is told in the report."""
    file = write.within(into, item.path)
    new = item.text.encode()
    if not file.exists() and not file.is_symlink():
        if last is None:
            report.made.append(item)
            return item.path, None, new
        report.removed.append(item)
        return None
    if file.is_symlink() or not file.is_file():
        report.items.left.append(LeftOut(item.at, str(item.path), "no plain file is there"))
        return None
    here = file.read_bytes()
    if here == new:
        report.unchanged += 1
        return None
    if last is None:
        why = "it is there already, and no import made it"
        report.items.left.append(LeftOut(item.at, str(item.path), why))
        return None
    return followed(report, item, here, merged(last, here.decode("utf-8", "replace"), item.text))


def followed(report: MarkdownReport, item: ItemText, here: bytes, result: Merged) -> Change | None:
    """Note what follows the source and what stays, and return what has to be written."""
    if result.kept:
        report.kept.append((item, result.kept))
    if result.changed:
        report.changed.append((item, result.changed))
        return item.path, here, result.text.encode()
    report.unchanged += not result.kept
    return None


def gone(items: MarkdownItems, base: Mapping[str, Last]) -> list[PurePosixPath]:
    """The files that were imported once, and that the source does not have any more.

    What could not be read now is not gone.
    """
    made = {str(item.path) for item in items.made}
    failed = {each.at.file for each in items.left}
    absent = {path for path, last in base.items() if path not in made and last.source not in failed}
    return [PurePosixPath(path) for path in sorted(absent)]


# Reading -------------------------------------------------------------------------------------


def texts_of(sources: Sequence[Path]) -> tuple[list[tuple[str, str]], list[LeftOut]]:
    """The text of each Markdown file, by its path from the folder that was named; and what is none.

    Links are not followed. Raises OSError.
    """
    texts: list[tuple[str, str]] = []
    reading = Reading()
    for source in sources:
        for each in files_of(source, reading.problems):
            text = decode(each, reading)
            if text is not None:
                texts.append((str(each.path), text))
    refused = [
        LeftOut(Place(str(problem.at.path), problem.at.line), "the file", problem.message)
        for problem in reading.problems
    ]
    return texts, refused


def files_of(source: Path, problems: list[Problem]) -> tuple[Source, ...]:
    """The Markdown files that somebody named: one, or all in a folder; no others in it."""
    if not source.is_dir():
        with source.open("rb") as stream:
            return (Source(PurePosixPath(source.name), stream.read(MAX_FILE_BYTES + 1)),)
    content = files.load(source)
    problems += [each for each in content.problems if each.rule not in PASSED_OVER]
    return content.sources


# What was imported last ----------------------------------------------------------------------


def read_base(file: Path) -> dict[str, Last]:
    """What was imported last, by the file that it went to. Raises MapError, OSError."""
    if not file.exists():
        return {}
    try:
        said = json.loads(read_text(file))
        if said["version"] != VERSION:
            raise MapError(f"{file.name} is of version {said['version']}, not of {VERSION}")
        return {str(path): last_of(entry) for path, entry in said["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise MapError(
            f"{file.name} is not what an import left; restore it from git, or remove it"
        ) from None


def last_of(entry: Mapping[str, Any]) -> Last:
    fields = {str(name): str(lines) for name, lines in entry["fields"].items()}
    return Last(fields, str(entry["prose"]), str(entry["source"]))


def base_text(base: Mapping[str, Last]) -> str:
    """What is kept for the next import, in the order of the files."""
    entries = {
        path: {"source": last.source, "fields": dict(last.fields), "prose": last.prose}
        for path, last in sorted(base.items())
    }
    return json.dumps({"version": VERSION, "files": entries}, ensure_ascii=False, indent=1) + "\n"

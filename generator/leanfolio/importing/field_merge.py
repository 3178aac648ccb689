"""All fields of one file, merged with what its source says."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from leanfolio.editor.front_matter import value_in
from leanfolio.importing.content_index import ContentFile
from leanfolio.importing.exchange_map import HISTORY
from leanfolio.importing.item_file import normal, prose_above, with_prose
from leanfolio.importing.last_import import digest
from leanfolio.importing.mapping import BODY
from leanfolio.importing.merge import How, merged
from leanfolio.importing.source_prose import RAW, SourceProse
from leanfolio.importing.wanted import Wanted
from leanfolio.output.table_guard import guard
from leanfolio.read.yaml import split


class FileMerge(Struct):
    """What becomes of a file: new values (None removes), new prose, what is told, the new base."""

    values: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Sequence[Any]] = field(default_factory=dict)
    prose: str | None = None
    told: dict[str, tuple[How, str, str]] = field(default_factory=dict)
    said: dict[str, str | None] = field(default_factory=dict)

    def with_prose(self, text: str) -> str:
        """The text of the file with the new prose above the line of the import."""
        return with_prose(text, body_in(text), self.prose or "")


def body_in(text: str) -> str:
    """The body of a file as it stands in its text, with its own line breaks."""
    body = split(text.removeprefix("\ufeff").replace("\r\n", "\n")).body
    return "\n".join(text.split("\n")[-body.count("\n") - 1 :]) if body else ""


def merge_file(
    file: ContentFile, wanted: Wanted, new: Mapping[str, str | None], said: Mapping[str, str]
) -> FileMerge:
    """Merge every field that the source speaks of; of all others the base stays as it was.

    `new` holds the values as they are written, `said` what the source said last time.
    """
    result = FileMerge(said=dict(said))
    for name, source in new.items():
        if name == BODY:
            merge_prose(result, file, wanted, source, said.get(BODY))
        else:
            merge_field(result, file, wanted, name, said.get(name))
    return result


def merge_field(
    result: FileMerge, file: ContentFile, wanted: Wanted, name: str, base: str | None
) -> None:
    """Merge one field of the front matter."""
    value, there = wanted.values[name], value_in(file.values, tuple(name.split(".")))
    if name == HISTORY and wanted.item.is_history_cut:
        value = with_older(value, there)
    value = without_guard(value, there)
    same_links = isinstance(there, dict) and isinstance(value, list)  # with words of ours to each
    here, source = normal(list(there) if same_links else there), normal(value)
    outcome = merged(base, here, source, wanted.owners.get(name, "source"))
    result.said[name] = outcome.base
    if outcome.how is not None:
        result.told[name] = (outcome.how, normal(there) or "", source or "")
    if outcome.here != here:
        result.values[name] = value
        result.entries[name] = there if isinstance(there, list) else ()


def without_guard(value: Any, there: Any) -> Any:
    """A value of the source; what stands here where they differ by the guard of an export alone."""
    if isinstance(value, str) and isinstance(there, str):
        return there if value == guard(there) else value
    if isinstance(value, list) and isinstance(there, list) and len(value) == len(there):
        return [without_guard(*pair) for pair in zip(value, there, strict=True)]
    return value


def with_older(value: list[dict[str, Any]] | None, there: Any) -> Any:
    """A history whose oldest entries are missing, behind those that the file has from before."""
    if not value or not isinstance(there, list):
        return value
    first = str(value[0]["on"])
    older = [each for each in there if isinstance(each, dict) and str(each.get("on")) < first]
    return [*older, *value]


def merge_prose(
    result: FileMerge, file: ContentFile, wanted: Wanted, source: str | None, base: str | None
) -> None:
    """Merge the prose above the line of the import. Prose without that line is left alone."""
    body = body_in(file.text)
    prose: SourceProse = wanted.values[BODY]
    above = prose_above(body.replace("\r\n", "\n"))
    if above is None and body.strip():
        result.said |= {BODY: source, RAW: prose.raw or None}
        if source != base and base is not None:
            result.told[BODY] = (
                "kept",
                "its own prose, without the line of an import",
                short(prose.markdown),
            )
        return
    here = digest(above.encode()) if above else None
    outcome = merged(base, here, source, wanted.owners.get(BODY, "source"))
    result.said[BODY] = outcome.base
    if outcome.base == source:
        result.said[RAW] = prose.raw or None
    if outcome.how is not None:
        result.told[BODY] = (outcome.how, short(above or ""), short(prose.markdown))
    if outcome.here != here:
        result.prose = prose.markdown


def short(text: str) -> str:
    """The beginning of a text, enough to know it by."""
    words = " ".join(text.split())
    return words if len(words) <= 200 else f"{words[:199]}…"

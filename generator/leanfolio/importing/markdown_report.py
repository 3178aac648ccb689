"""What an import of Markdown did, as lines for a terminal, as Markdown, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator

from leanfolio import __version__
from leanfolio.importing.markdown import MarkdownReport
from leanfolio.importing.markdown_items import MarkdownItems
from leanfolio.model import TYPES
from leanfolio.output.change.inert import inert
from leanfolio.output.visible import visible
from leanfolio.wording import listed


def number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def summary(report: MarkdownReport, dry: bool) -> str:
    """The counts, in one line."""
    folders = Counter(item.path.parts[0] for item in report.items.made)
    words = {model.FOLDER: type for type, model in TYPES.items()}
    said = ", ".join(number(n, words[each], each) for each, n in folders.items()) or "no item"
    tense = ("to make", "to change") if dry else ("made", "changed")
    return (
        f"{number(report.items.files, 'file')}: {said}; {len(report.made)} {tense[0]},"
        f" {len(report.changed)} {tense[1]}, {report.unchanged} as before"
    )


def told(report: MarkdownReport) -> Iterator[tuple[str, str, str]]:
    """Each thing that happened: what kind it is of, where in the source, and what it is."""
    for item in report.made:
        yield "made", str(item.at), str(item.path)
    for item, fields in report.changed:
        yield "changed", str(item.at), f"{item.path}: {listed(fields)}"
    for item, fields in report.kept:
        yield "kept", str(item.at), f"{item.path}: {listed(fields)}; the source says something else"
    for item in report.removed:
        yield "removed here", str(item.at), f"{item.path}: it is not made again"
    for path in report.gone:
        yield "gone", "", f"{path}: the source does not have it any more; the file stays"
    for left in report.items.left:
        yield "left out", str(left.at), f"{left.what}: {left.why}"
    yield from not_mapped(report.items)


def not_mapped(items: MarkdownItems) -> Iterator[tuple[str, str, str]]:
    """What no entry of the map names, the most frequent first."""
    for what, found in sorted(items.unmapped.items(), key=lambda each: (-each[1].count, each[0])):
        often = f", {found.count} times, first here" if found.count > 1 else ""
        yield "not mapped", str(found.first), f"{what}{often}"
    for path in items.not_taken:
        yield "not taken", path, "no entry of the map takes this file"


def as_text(report: MarkdownReport, dry: bool) -> Iterator[str]:
    """Lines for a terminal: all but what was made, which the summary counts."""
    for kind, at, what in told(report):
        if kind != "made":
            yield visible(f"{f'{at}: ' if at else ''}{kind} {what}")
    yield summary(report, dry)


def as_markdown(report: MarkdownReport, dry: bool) -> Iterator[str]:
    """The same as Markdown, in which no text of the source does anything."""
    yield f"**{summary(report, dry)}**"
    last = ""
    for kind, at, what in told(report):
        if kind != last:
            yield f"\n{kind[:1].upper()}{kind[1:]}:\n"
        last = kind
        yield f"- {f'{inert(at)}: ' if at else ''}{inert(what)}"


def as_json(report: MarkdownReport, dry: bool) -> Iterator[str]:
    """The same as JSON: counts, and what happened, each with its place in the source."""
    answer = {
        "leanfolio": __version__,
        "dry_run": dry,
        "counts": {
            "files": report.items.files, "made": len(report.made), "changed": len(report.changed),
            "unchanged": report.unchanged, "kept": len(report.kept),
            "removed_here": len(report.removed), "gone": len(report.gone),
            "left_out": len(report.items.left),
        },
        "entries": [
            {"kind": kind.replace(" ", "_"), "at": at or None, "what": what}
            for kind, at, what in told(report)
        ],
    }  # fmt: skip
    yield json.dumps(answer, ensure_ascii=False, indent=1)


FORMS = {"text": as_text, "markdown": as_markdown, "json": as_json}

"""Problems as people, editors and CI systems read them. All forms are made of the same values.

Content is written by strangers. Whatever it says, a line here is one line of ours: nothing in it
can forge a command of the system that reads it, or move the cursor of the terminal that shows it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from typing import Any

from leanfolio import __version__
from leanfolio.output.problems.report import Report, dumped
from leanfolio.output.visible import visible, width
from leanfolio.problem import Place, Problem
from leanfolio.wording import Message, Text, listed, message, plural

FORMS = ("text", "json", "github", "gitlab", "azure", "sarif", "junit")
WIDEST = 160  # characters of a source line that are shown
MOST_RELATED = 8
MOST_UNREAD = 8
UNREAD = frozenset((
    "file-unreadable", "file-refused", "front-matter-unclosed", "front-matter-unreadable",
    "front-matter-refused",
))  # fmt: skip
NO_LAWS: Mapping[str, str] = {}


def render(
    form: str,
    problems: Iterable[Problem],
    texts: Mapping[str, bytes],
    *,
    prefix: str = "",
    as_of: date | None = None,
    colour: bool = False,
    laws: Mapping[str, str] = NO_LAWS,
    left_out: Iterable[Problem] = (),
) -> str:
    """The problems in one of FORMS. Raises KeyError for another.

    `laws` are those of the rules among them: what the summary of the text says of each. `left_out`
    are problems that were found and not asked for: without others, the text says how many.
    """
    report = Report(tuple(problems), texts, prefix, as_of, tuple(left_out))
    if form == "text":
        return text_of(report, laws, colour=colour)
    return json_of(report) if form == "json" else formatter_for(form)(report)


def formatter_for(form: str) -> Callable[[Report], str]:
    """The function that makes a form; loaded when it is asked for, as some load every rule."""
    function = {
        "github": "annotations",
        "gitlab": "code_quality",
        "azure": "logging_commands",
        "sarif": "sarif_log",
        "junit": "suites",
    }[form]
    maker: Callable[[Report], str] = getattr(
        import_module(f"leanfolio.output.problems.{form}"), function
    )
    return maker


def as_text(
    problems: Iterable[Problem],
    texts: Mapping[str, bytes],
    *,
    prefix: str = "",
    colour: bool = False,
    laws: Mapping[str, str] = NO_LAWS,
) -> str:
    """The problems as a terminal shows them."""
    return render("text", problems, texts, prefix=prefix, colour=colour, laws=laws)


# JSON ----------------------------------------------------------------------------------------


def json_of(report: Report) -> str:
    """The contract of interface.md."""
    return dumped(
        {
            "leanfolio": __version__,
            "as_of": report.as_of.isoformat() if report.as_of else None,
            "problems": [
                {
                    "rule": problem.rule,
                    "severity": problem.severity,
                    **where(report, problem.at),
                    "length": problem.at.length,
                    "message": problem.message,
                    "hint": problem.hint,
                    "related": [
                        {**where(report, other.at), "note": other.note} for other in problem.related
                    ],
                }
                for problem in report.problems
            ],
            "counts": {"error": report.counts["error"], "warning": report.counts["warning"]},
        }
    )


def where(report: Report, place: Place) -> dict[str, Any]:
    return {"file": report.path(place), "line": place.line, "column": place.column}


# Text ----------------------------------------------------------------------------------------

PLAIN = {"error": "", "warning": "", "path": "", "dim": "", "hint": "", "end": ""}
COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "path": "\x1b[1m",
    "dim": "\x1b[2m",
    "hint": "\x1b[36m",
    "end": "\x1b[0m",
}


def text_of(report: Report, laws: Mapping[str, str], *, colour: bool = False) -> str:
    """Each problem with its line, a caret under the field, and what to do; then a summary."""
    paint = COLOURS if colour else PLAIN
    blocks = [
        "".join(f"{line}\n" for line in problem_lines(report, problem, paint))
        for problem in report.problems
    ]
    return "\n".join([*blocks, "".join(f"{line}\n" for line in summary(report, laws, paint))])


def problem_lines(report: Report, problem: Problem, paint: Mapping[str, str]) -> Iterator[str]:
    """One problem in a few lines."""
    severity, end = paint.get(problem.severity, ""), paint["end"]
    place = problem.at
    yield (
        f"{paint['path']}{visible(report.path(place))}:{place.line}:{place.column}{end}:"
        f" {severity}{problem.rule}{end}: {visible(problem.message)}"
    )
    source = report.source(place)
    gutter = " " * len(str(place.line))
    if source is not None and source.strip():
        line, before, under = excerpt(source, place)
        yield f"{paint['dim']}{place.line} |{end} {line}".rstrip()
        yield (
            f"{paint['dim']}{gutter} |{end} {' ' * before}"
            f"{severity}{'^' * under} {problem.severity}{end}"
        )
    else:
        yield f"{paint['dim']}{gutter} |{end} {severity}{problem.severity}{end}"
    for other in problem.related[:MOST_RELATED]:
        at = other.at
        yield (
            f"{gutter} {paint['dim']}see{end} {visible(report.path(at))}:{at.line}:{at.column}:"
            f" {visible(other.note)}"
        )
        related = report.source(at)
        if related is not None and related.strip() not in ("", "---"):
            line, _, _ = excerpt(related.strip(), Place(at.path))
            yield f"{gutter}     {paint['dim']}{at.line} |{end} {line}"
    more = len(problem.related) - MOST_RELATED
    if more > 0:
        yield f"{gutter} {paint['dim']}see{end} {more} more places"
    yield f"{gutter} {paint['hint']}hint:{end} {visible(problem.hint)}"


def excerpt(source: str, place: Place) -> tuple[str, int, int]:
    """A source line as it may be printed, the cells before the field, and those under it."""
    start = min(max(place.column - 1, 0), len(source))
    end = min(start + place.length, len(source))
    cut = 0 if len(source) <= WIDEST else max(0, min(start - 40, len(source) - WIDEST))
    last = min(len(source), cut + WIDEST)
    head = ("… " if cut else "") + printable(source[cut:start])
    field = printable(source[start : min(end, last)])
    tail = printable(source[min(end, last) : last]) + (" …" if last < len(source) else "")
    return head + field + tail, width(head), max(width(field), 1)


def printable(text: str) -> str:
    return visible(text.replace("\t", "    "))


def summary(report: Report, laws: Mapping[str, str], paint: Mapping[str, str]) -> Iterator[str]:
    """How many of each rule, most severe first; then how many in all."""
    if not report.problems:
        yield str(nothing_to_print(report))
        return
    tally = Counter((problem.severity, problem.rule) for problem in report.problems)
    rows = sorted(tally.items(), key=lambda row: (row[0][0], -row[1], row[0][1]))
    wide = max(len(str(number)) for _, number in rows)
    name = max(len(rule) for (_, rule), _ in rows)
    for (severity, rule), number in rows:
        law = laws.get(rule, "")
        yield (
            f"{number:>{wide}} {paint.get(severity, '')}{severity:<7}{paint['end']}"
            f" {rule:<{name}}  {paint['dim']}{law}{paint['end']}"
        ).rstrip()
    files = len({problem.at.path for problem in report.problems})
    yield str(message("{counts} in {files}", counts=counts_of(report), files=files_of(files)))
    unread = dict.fromkeys(
        report.path(problem.at) for problem in report.problems if problem.rule in UNREAD
    )
    if unread:
        yield (
            "fix first, as they could not be read, and what depends on them is not judged:"
            f" {', '.join(visible(path) for path in [*unread][:MOST_UNREAD])}"
            f"{f' and {len(unread) - MOST_UNREAD:,} more' if len(unread) > MOST_UNREAD else ''}"
        )


def nothing_to_print(report: Report) -> Text:
    """What is said without a problem; of those that were not asked for, how many there are."""
    if not report.left_out:
        return message("no problems")
    others: Counter[str] = Counter(problem.severity for problem in report.left_out)
    if others["error"]:
        return message("nothing of what was asked for; not shown: {counts}", counts=counted(others))
    warnings = plural("{n:grouped} warning", "{n:grouped} warnings", others["warning"])
    return message("no errors; not shown: {counts}", counts=warnings)


def counts_of(report: Report) -> Text:
    """How many errors and warnings there are: "no errors, 2 warnings"."""
    return counted(report.counts)


def counted(counts: Counter[str]) -> Text:
    """How many errors and warnings these are."""
    errors, warnings = counts["error"], counts["warning"]
    of_errors = plural("{n:grouped} error", "{n:grouped} errors", errors)
    of_warnings = plural("{n:grouped} warning", "{n:grouped} warnings", warnings)
    if errors and warnings:
        return listed((of_errors, of_warnings))
    return of_errors if errors else message("no errors, {warnings}", warnings=of_warnings)


def files_of(number: int) -> Message:
    return plural("{n:grouped} file", "{n:grouped} files", number)

"""Problems as GitHub annotates a change with them: one workflow command a line."""

from leanfolio.output.problems.report import Report, most_severe_first
from leanfolio.output.visible import visible

LEVEL = {"error": "error", "warning": "warning", "off": "notice"}


def annotations(report: Report) -> str:
    """One command for each problem, errors first, since only the first ten of a kind are shown."""
    return "".join(f"{annotation(report, number)}\n" for number in most_severe_first(report))


def annotation(report: Report, number: int) -> str:
    """`::error file=...,line=...::message`, in which nothing of the content can end the command."""
    problem = report.problems[number]
    place = problem.at
    properties = {
        "file": report.path(place),
        "line": str(place.line),
        "endLine": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.column + place.length),
        "title": problem.rule,
    }
    stated = ",".join(f"{name}={escaped_property(value)}" for name, value in properties.items())
    text = f"{visible(problem.message)}\nhint: {visible(problem.hint)}"
    return f"::{LEVEL[problem.severity]} {stated}::{escaped(text)}"


def escaped(text: str) -> str:
    """Text as the runner decodes it again; raw, a line end would begin another command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """In a property a colon would end the list, and a comma begin another property."""
    return escaped(visible(text)).replace(":", "%3A").replace(",", "%2C")

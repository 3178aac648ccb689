"""Problems as SARIF 2.1.0: what code scanning and many editors read."""

from typing import Any
from urllib.parse import quote

from leanfolio import __version__
from leanfolio.check import RULES, Rule
from leanfolio.output.problems.report import Report, dumped, most_severe_first
from leanfolio.output.visible import visible
from leanfolio.problem import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000  # a run with more is refused by GitHub
MOST_SHOWN = 5_000  # of these GitHub shows so many
MOST_RELATED = 20
LEVEL = {"error": "error", "warning": "warning", "off": "none"}


def sarif_log(report: Report) -> str:
    """One run, the most severe results first, with a note on what is left out or not shown."""
    order = most_severe_first(report)
    rules = {name: index for index, name in enumerate(RULES)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "leanfolio",
                "semanticVersion": __version__,
                "rules": [rule_entry(rule) for rule in RULES.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [result(report, number, rules) for number in order[:MOST_RESULTS]],
    }
    if len(order) > MOST_SHOWN:
        note = {"level": "warning", "message": {"text": truncation_note(len(order))}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def truncation_note(count: int) -> str:
    """What a reader of the log may not see."""
    note = f"{count:,} problems were found; code scanning shows the {MOST_SHOWN:,} most severe"
    if count > MOST_RESULTS:
        note += f", and {count - MOST_RESULTS:,} are not in this log"
    return f"{note}. `leanfolio check` shows all."


def rule_entry(rule: Rule) -> dict[str, Any]:
    """A rule's page, as code scanning shows it beside each result."""
    return {
        "id": rule.name,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.summary}\n\n{rule.why}\n\nFix: {rule.fix}",
            "markdown": f"**{rule.summary}**\n\n{rule.why}\n\n**Fix:** {rule.fix}",
        },
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        "properties": {"tags": ["portfolio", rule.family]},
    }


def result(report: Report, number: int, rules: dict[str, int]) -> dict[str, Any]:
    """One problem, at the field that it is about."""
    problem = report.problems[number]
    entry: dict[str, Any] = {
        "ruleId": problem.rule,
        "level": LEVEL[problem.severity],
        "message": {"text": of_message(f"{problem.message}\nHint: {problem.hint}")},
        "locations": [{"physicalLocation": location(report, problem.at)}],
        "partialFingerprints": {"leanfolio/v1": report.fingerprints[number]},
    }
    if problem.rule in rules:
        entry["ruleIndex"] = rules[problem.rule]
    if problem.related:
        entry["relatedLocations"] = [
            {
                "id": index,
                "physicalLocation": location(report, other.at),
                "message": {"text": of_message(other.note)},
            }
            for index, other in enumerate(problem.related[:MOST_RELATED])
        ]
    return entry


def location(report: Report, place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(report.path(place), errors="replace")},
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": place.column + place.length,
        },
    }


def of_message(text: str) -> str:
    """Brackets make links in a SARIF message, and braces make placeholders."""
    lines = (visible(line) for line in text.split("\nHint: "))
    escaped = "\nHint: ".join(lines)
    for mark in "\\[]":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped.replace("{", "{{").replace("}", "}}")

"""Problems as JUnit XML: each rule is a test, which fails once for each error."""

from collections import defaultdict
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from leanfolio.check import RULES
from leanfolio.output.problems.report import Report
from leanfolio.output.visible import visible
from leanfolio.problem import Problem


def suites(report: Report) -> str:
    """One suite: errors are failures, warnings are skipped, a rule that is kept has passed."""
    by_rule: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        by_rule[problem.rule].append(problem)
    names = [*RULES, *sorted(by_rule.keys() - RULES.keys())]
    tests = sum(len(by_rule[name]) or 1 for name in names)
    counts = (
        f'tests="{tests}" failures="{report.counts["error"]}" errors="0"'
        f' skipped="{report.counts["warning"]}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f'<testsuite name="leanfolio check" {counts}>',
        *(line for name in names for line in cases(report, name, by_rule[name])),
        "</testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def cases(report: Report, rule: str, problems: list[Problem]) -> Iterator[str]:
    """The test cases of one rule: one that passed, or one for each of its problems."""
    family = f"leanfolio.{RULES[rule].family}" if rule in RULES else "leanfolio"
    if not problems:
        yield f"<testcase classname={attribute(family)} name={attribute(rule)}/>"
    for problem in problems:
        place = f"{report.path(problem.at)}:{problem.at.line}:{problem.at.column}"
        kind = "failure" if problem.severity == "error" else "skipped"
        type = f" type={attribute(rule)}" if kind == "failure" else ""
        yield (
            f"<testcase classname={attribute(family)} name={attribute(f'{rule} at {place}')}"
            f' file={attribute(report.path(problem.at))} line="{problem.at.line}">'
            f"<{kind} message={attribute(problem.message)}{type}>"
            f"{escape(visible(f'{place}: {problem.message}'))}\n"
            f"{escape(visible(f'hint: {problem.hint}'))}</{kind}></testcase>"
        )


def attribute(text: str) -> str:
    return quoteattr(visible(text))

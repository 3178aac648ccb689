"""Check: the rules that a portfolio must keep, one function each, and all problems at once.

`check` runs every rule over a linked portfolio and joins the problems of reading and linking, so
that an author sees all at once. `RULES` is the list of all rules by name, `explain` prints one, and
a baseline lets an old repository take on a new rule without stopping work.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from msgspec.structs import replace

from leanfolio import read
from leanfolio.check import (
    addresses as page_addresses,
)
from leanfolio.check import (
    amounts,
    attachments,
    brand,
    changes,
    dependencies,
    estimates,
    health,
    hygiene,
    increments,
    landings,
    limits,
    links,
    measures,
    money,
    okr,
    pages,
    policy,
    records,
    risks,
    states,
    waivers,
)
from leanfolio.check.baseline import baseline_of, beyond
from leanfolio.check.cascades import without_cascades
from leanfolio.check.rule import Rule, Scan, Setting, rule_of, scanned
from leanfolio.check.waivers import waive
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import NO_RECORDS, Records
from leanfolio.figures.history.versions import History
from leanfolio.model import source
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Severity
from leanfolio.read import links as item_links
from leanfolio.read.rules import text_cut

__all__ = [
    "RULES", "Rule", "Setting", "baseline_of", "beyond", "check", "explain", "summaries_of",
    "without_changes",
]  # fmt: skip

FAMILIES = (
    links, attachments, policy, brand, states, limits, estimates, okr, health, measures, money,
    amounts, records, increments, dependencies, risks, hygiene, pages, page_addresses, changes,
    landings, waivers,
)  # fmt: skip


def all_rules() -> Mapping[str, Rule]:
    """Every rule by its name, in the order in which a newcomer would read them."""
    rules = [rule_of(entry, "reading", reading_severity(entry)) for entry in source.RULES]
    rules += [rule_of(entry, "reading", reading_severity(entry)) for entry in read.RULES]
    rules += [rule_of(entry, "reading", "error") for entry in records.READING]
    rules += [rule_of(entry, "reading", "error", entry) for entry in records.LEFT_OUT]
    rules += [rule_of(entry, "linking", "error") for entry in item_links.RULES]
    for family in FAMILIES:
        name = family.__name__.rpartition(".")[2]
        rules += [rule_of(entry, name, "error", entry) for entry in family.ERRORS]
        rules += [rule_of(entry, name, "warning", entry) for entry in family.WARNINGS]
    rules += [rule_of(entry, "waivers", "warning") for entry in waivers.AFTER_ALL_OTHERS]
    return {rule.name: rule for rule in rules}


def reading_severity(function: object) -> Severity:
    """Return error for what the reader refuses, warning for what is left out."""
    return "warning" if function in (source.asset_refused, text_cut) else "error"


RULES: Mapping[str, Rule] = all_rules()


def check(
    portfolio: Portfolio,
    as_of: date,
    problems_so_far: Iterable[Problem] = (),
    *,
    assets: Mapping[PurePosixPath, int] | None = None,
    nav: Collection[PurePosixPath] | None = None,
    earlier: Portfolio | None = None,
    records: Records = NO_RECORDS,
    views: Collection[str] | None = None,
    addresses: Mapping[str, str] | None = None,
    scan: Scan = scanned,
    facts: Facts | None = None,
    written: Portfolio | None = None,
    history: History | None = None,
) -> list[Problem]:
    """Return all problems at once, in reading order, so that they can be fixed in one pass.

    `facts` are the figures of this portfolio, where a caller needs them too; `written` is what its
    files say, where it stands for an earlier day. Rules that are turned
    off run all the same: a waiver of one of them is not unused.
    """
    setting = Setting(
        as_of,
        RULES,
        assets,
        nav,
        earlier,
        records,
        views,
        addresses,
        scan,
        facts,
        written,
        history,
    )
    return apply_policy(
        portfolio, setting, [*problems_so_far, *run_rules(RULES, portfolio, setting)]
    )


# What bears no day, such as a score, is not held against a day before that of the files.
UNDATED = frozenset(("actual-differs", "evidence-missing"))


def without_changes(
    portfolio: Portfolio, problems: Iterable[Problem]
) -> tuple[Problem, ...] | None:
    """Return what the check finds where the portfolio is not compared with an earlier one.

    `problems` are what it found in comparison. None where a waiver names a rule of changes: without
    the comparison that waiver would keep nothing quiet, which is a problem too.
    """
    ours = {name for name, rule in RULES.items() if rule.family == "changes"}
    waived = (entry.rule for item in portfolio.items.values() for entry in item.waivers)
    if not ours.isdisjoint(waived):
        return None
    return tuple(problem for problem in problems if problem.rule not in ours)


def run_rules(names: Iterable[str], portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Yield the problems of the rules of these names, before anything is waived."""
    for name in names:
        rule = RULES[name].check
        if rule is not None and not (portfolio.looking_back and name in UNDATED):
            yield from rule(portfolio, setting)


def apply_policy(
    portfolio: Portfolio, setting: Setting, problems: Iterable[Problem]
) -> list[Problem]:
    """Return the problems that are not waived or off, with the severities of the portfolio; without
    those that follow from another."""
    chosen = portfolio.policy.rules
    told = without_cascades(portfolio, waive(portfolio, problems, setting), setting.as_of)
    remaining = (with_severity(entry, chosen) for entry in told)
    return sorted((entry for entry in remaining if entry.severity != "off"), key=reading_order)


def reading_order(problem: Problem) -> tuple[Any, ...]:
    """Return what problems sort by, as plain values, which compare faster than problems."""
    at = problem.at
    return (
        at.path, at.line, at.column, problem.rule, problem.message, problem.hint,
        problem.severity, problem.related, at.length,
    )  # fmt: skip


def with_severity(problem: Problem, chosen: Mapping[str, Severity]) -> Problem:
    """The problem with the severity that the portfolio chose for its rule, or the usual one."""
    rule = RULES.get(problem.rule)
    if rule is None:
        return problem
    severity = chosen.get(rule.name, rule.severity)
    if severity == "off" and not rule.optional:
        severity = rule.severity
    return problem if problem.severity == severity else replace(problem, severity=severity)


def summaries_of(problems: Iterable[Problem]) -> dict[str, str]:
    """Return what each rule among these problems requires."""
    names = sorted({problem.rule for problem in problems})
    return {name: RULES[name].summary for name in names if name in RULES}


def explain(name: str) -> str | None:
    """Return a rule, why it exists, and the fix; None for a name that is no rule."""
    rule = RULES.get(name)
    if rule is None:
        return None
    return (
        f"{rule.name} ({rule.severity}, {rule.family})\n\n"
        f"{rule.summary}\n\nWhy: {rule.why}\n\nFix: {rule.fix}\n"
    )

"""Check: the laws that a portfolio must keep, one function each, and one answer for all.

`check` runs every rule over a linked portfolio and joins what reading and linking found, so that an
author sees all at once. `RULES` is the list of all rules by name, `explain` tells one, and a
baseline lets an old repository take on a new rule without stopping work.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from leanfolio import read
from leanfolio.check import (
    addresses as page_addresses,
)
from leanfolio.check import (
    amounts,
    changes,
    dependencies,
    estimates,
    hygiene,
    increments,
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
from leanfolio.check.rule import Rule, Scan, Setting, rule_of, scanned
from leanfolio.check.waivers import waive
from leanfolio.figures.funding.records import NO_RECORDS, Records
from leanfolio.model import source
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Severity
from leanfolio.read import links as item_links

__all__ = ["RULES", "Rule", "Setting", "baseline_of", "beyond", "check", "explain", "laws_of"]

FAMILIES = (
    links, policy, states, limits, estimates, okr, measures, money, amounts, records, increments,
    dependencies, risks, hygiene, pages, page_addresses, changes, waivers,
)  # fmt: skip


def all_rules() -> Mapping[str, Rule]:
    """Every rule by its name, in the order in which a newcomer would read them."""
    found = [rule_of(each, "reading", reading_severity(each)) for each in source.RULES]
    found += [rule_of(each, "reading", "error") for each in read.RULES]
    found += [rule_of(each, "reading", "error") for each in records.READING]
    found += [rule_of(each, "reading", "error", each) for each in records.LEFT_OUT]
    found += [rule_of(each, "linking", "error") for each in item_links.RULES]
    for family in FAMILIES:
        name = family.__name__.rpartition(".")[2]
        found += [rule_of(each, name, "error", each) for each in family.ERRORS]
        found += [rule_of(each, name, "warning", each) for each in family.WARNINGS]
    found += [rule_of(each, "waivers", "warning") for each in waivers.TOLD_LATER]
    return {rule.name: rule for rule in found}


def reading_severity(function: object) -> Severity:
    """What the reader refuses is an error; a file that is merely left out of the site is not."""
    return "warning" if function is source.asset_refused else "error"


RULES: Mapping[str, Rule] = all_rules()


def check(
    portfolio: Portfolio,
    as_of: date,
    problems_so_far: Iterable[Problem] = (),
    *,
    assets: Collection[PurePosixPath] | None = None,
    nav: Collection[PurePosixPath] | None = None,
    earlier: Portfolio | None = None,
    records: Records = NO_RECORDS,
    views: Collection[str] | None = None,
    addresses: Mapping[str, str] | None = None,
    scan: Scan = scanned,
) -> list[Problem]:
    """All problems at once, in reading order; the author mends them in one pass.

    Rules that are turned off run all the same: a waiver of one of them is not unused.
    """
    setting = Setting(as_of, RULES, assets, nav, earlier, records, views, addresses, scan)
    return judged(portfolio, setting, [*problems_so_far, *said_by(RULES, portfolio, setting)])


def said_by(names: Iterable[str], portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What the rules of these names say, before anything is waived."""
    for name in names:
        rule = RULES[name].check
        if rule is not None:
            yield from rule(portfolio, setting)


def judged(portfolio: Portfolio, setting: Setting, found: Iterable[Problem]) -> list[Problem]:
    """What is told of all that was found: not waived, as grave as the portfolio says, in order."""
    chosen = portfolio.policy.rules
    loud = (grade(each, chosen) for each in waive(portfolio, found, setting))
    return sorted((each for each in loud if each.severity != "off"), key=reading_order)


def reading_order(problem: Problem) -> tuple[Any, ...]:
    """What problems sort by, told to `sorted` in a way that it compares faster."""
    at = problem.at
    return (
        at.path, at.line, at.column, problem.rule, problem.message, problem.hint,
        problem.severity, problem.related, at.length,
    )  # fmt: skip


def grade(problem: Problem, chosen: Mapping[str, Severity]) -> Problem:
    """The problem with the severity that the portfolio chose for its rule, or the usual one."""
    rule = RULES.get(problem.rule)
    if rule is None:
        return problem
    severity = chosen.get(rule.name, rule.severity)
    if severity == "off" and not rule.optional:
        severity = rule.severity
    return problem if problem.severity == severity else replace(problem, severity=severity)


def laws_of(problems: Iterable[Problem]) -> dict[str, str]:
    """The law behind each rule among these problems."""
    names = sorted({problem.rule for problem in problems})
    return {name: RULES[name].law for name in names if name in RULES}


def explain(name: str) -> str | None:
    """A rule's law, why it stands, and its cure; None of a name that is no rule."""
    rule = RULES.get(name)
    if rule is None:
        return None
    return (
        f"{rule.name} ({rule.severity}, {rule.family})\n\n"
        f"{rule.law}\n\n{rule.why}\n\nCure: {rule.cure}\n"
    )

"""Waivers: a rule is kept quiet for one item, for a reason, by somebody, until a day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from leanfolio.check.rule import Check, Setting
from leanfolio.model import Item, Path
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem
from leanfolio.read.suggestions import did_you_mean
from leanfolio.wording import days, tell


def waiver_expired(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A waiver that has run out is renewed or removed.

    It was granted until a day. After that the rule reports again, and the waiver itself is a
    leftover that looks like a permission.

    Fix: fix what the rule reports, and remove the waiver; or have it approved anew.
    """
    for item, index in waived(portfolio):
        entry = item.waivers[index]
        if entry.until < setting.as_of:
            late = days((setting.as_of - entry.until).days)
            yield Problem(
                item.at("waivers", index, "until"),
                "waiver-expired",
                tell(
                    "the waiver of {rule} for {item} ran out on {until}, {late} ago",
                    rule=entry.rule,
                    item=item.id,
                    until=entry.until,
                    late=late,
                ),
                tell("remove it, or ask {approver} for another", approver=entry.approver),
            )


def waiver_unknown_rule(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A waiver names a rule that exists and that can be waived.

    A misspelt one quiets nothing. What cannot be read cannot be waived either: the figures would
    lack it without a word.

    Fix: correct the name; `leanfolio explain` lists the rules.
    """
    optional = [name for name, rule in setting.rules.items() if rule.optional]
    for item, index in waived(portfolio):
        name = item.waivers[index].rule
        if name not in setting.rules:
            yield Problem(
                item.at("waivers", index, "rule"),
                "waiver-unknown-rule",
                tell("{item} waives {name}, which is no rule", item=item.id, name=name),
                did_you_mean(name, optional, tell("`leanfolio explain` lists the rules")),
            )
        elif not setting.rules[name].optional:
            yield Problem(
                item.at("waivers", index, "rule"),
                "waiver-unknown-rule",
                tell("{item} waives {name}, which cannot be waived", item=item.id, name=name),
                tell("fix the fault, and remove the waiver"),
            )


def waiver_unused(item: Item, index: int) -> Problem:
    """A waiver quiets a problem that is there.

    One without a problem is a permission in reserve: the next fault of its kind would pass
    without anybody having allowed it.

    Fix: remove it.
    """
    entry = item.waivers[index]
    return Problem(
        item.at("waivers", index, "rule"),
        "waiver-unused",
        tell("{item} waives {rule}, but does not break it", item=item.id, rule=entry.rule),
        tell("remove the waiver"),
    )


def waived(portfolio: Portfolio) -> Iterator[tuple[Item, int]]:
    """Every waiver: the item that has it, and its number there."""
    for item in (portfolio.policy, *portfolio.items.values()):
        for index in range(len(item.waivers)):
            yield item, index


def waive(portfolio: Portfolio, problems: Iterable[Problem], setting: Setting) -> list[Problem]:
    """Return the problems that no waiver covers, and a problem for each waiver without one."""
    valid = [
        (item, index)
        for item, index in waived(portfolio)
        if item.waivers[index].until >= setting.as_of
        and item.waivers[index].rule in setting.rules
        and setting.rules[item.waivers[index].rule].optional
    ]
    if not valid:
        return list(problems)
    owners = Owners(portfolio, {item.origin.path for item, _ in valid})
    quiet: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for item, index in valid:
        quiet[item.id, item.waivers[index].rule].append(index)
    used: set[tuple[str, str]] = set()
    remaining = []
    for problem in problems:
        owner = owners.at(problem.at)
        key = (owner.id, problem.rule) if owner else None
        if key in quiet and key is not None:
            used.add(key)
        else:
            remaining.append(problem)
    if portfolio.looking_back:
        return remaining  # a waiver bears no day on which it begins
    remaining += [
        waiver_unused(item, index)
        for item, index in valid
        if (item.id, item.waivers[index].rule) not in used
        and setting.asks(item.waivers[index].rule)
    ]
    return remaining


class Owners:
    """Whose place a place is: an item's own, or that of a child nested in its front matter."""

    def __init__(self, portfolio: Portfolio, paths: set[PurePosixPath]) -> None:
        self.items: defaultdict[PurePosixPath, dict[Path, Item]] = defaultdict(dict)
        self.steps: dict[PurePosixPath, dict[tuple[int, int], Path]] = {}
        for item in (*portfolio.items.values(), portfolio.policy):
            if item.origin.path in paths:
                self.items[item.origin.path][item.origin.prefix] = item

    def at(self, place: Place) -> Item | None:
        """The innermost item of the file to which this line and column belong."""
        items = self.items.get(place.path)
        if items is None:
            return None
        if len(items) == 1:
            return next(iter(items.values()))
        path = self.paths_in(place.path, items).get((place.line, place.column), ())
        while path and path not in items:
            path = path[:-1]
        return items.get(path)

    def paths_in(self, path: PurePosixPath, items: dict[Path, Item]) -> dict[tuple[int, int], Path]:
        """Which field begins at each line and column of a file; of several the innermost."""
        if path not in self.steps:
            origin = next(iter(items.values())).origin
            fields_at: dict[tuple[int, int], Path] = {}
            for fields in (origin.spans, origin.keys):
                for field, span in fields.items():
                    start = (span.line, span.column)
                    if len(field) >= len(fields_at.get(start, ())):
                        fields_at[start] = field
            self.steps[path] = fields_at
        return self.steps[path]


ERRORS = (waiver_expired, waiver_unknown_rule)
WARNINGS: tuple[Check, ...] = ()
AFTER_ALL_OTHERS = (waiver_unused,)  # known only once all other rules have run

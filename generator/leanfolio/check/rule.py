"""What a rule is: its sentence, the reason for it, the fix, and the function that checks it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, TypeVar

from msgspec import Struct

from leanfolio.docstrings import docstring_of
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import NO_RECORDS, Records
from leanfolio.figures.history.versions import History
from leanfolio.markdown.scan import Prose, scan
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Severity
from leanfolio.wording import Message, documented

GRACE = timedelta(days=1)  # a day begins in Auckland before it does in UTC

T = TypeVar("T")
Check = Callable[[Portfolio, "Setting"], Iterator[Problem]]
Scan = Callable[[Sequence[str]], Sequence[Prose]]


def scanned(bodies: Sequence[str]) -> list[Prose]:
    """Each body, read anew."""
    return [scan(body) for body in bodies]


class Rule(Struct, frozen=True):
    """A rule and its page. A rule of the reader has no function: it reports while reading."""

    name: str
    family: str
    severity: Severity
    summary: str  # what it requires, in one sentence
    why: str
    fix: str
    check: Check | None = None

    @property
    def law(self) -> Message:
        """What it requires, to be printed in a reader's language."""
        return documented(self.summary)

    @property
    def optional(self) -> bool:
        """Whether a portfolio may turn it off: what could not be read cannot be wished away."""
        return self.family != "reading"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule needs to know beside the portfolio itself."""

    as_of: date
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Every rule by its name: what a waiver may name."""
    assets: Mapping[PurePosixPath, int] | None = None
    """Every file of content that is no Markdown, with its size in bytes; None if nobody looked."""
    nav: Collection[PurePosixPath] | None = None
    """The prose pages that the site's navigation lists; None where nobody looked."""
    earlier: Portfolio | None = None
    """The portfolio as it was before the change that is checked; None where nobody looked."""
    records: Records = NO_RECORDS
    """What stands beside the items: spending, ballots, scenarios."""
    views: Collection[str] | None = None
    """The views that prose may hold, from the registry of views; None where nobody looked."""
    addresses: Mapping[str, str] | None = None
    """The address of each view's page, with the view's name; None where nobody looked."""
    scan: Scan = scanned
    """What bodies of prose link to, and how they are divided."""
    facts: Facts | None = None
    """The figures of the portfolio that is checked; computed where nobody gives them."""
    written: Portfolio | None = None
    """What the files say, where the portfolio stands for an earlier day; else None."""
    history: History | None = None
    """What git says of earlier days; None where nobody asked it."""
    known: dict[Any, tuple[Portfolio, Any]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, figure: "Callable[[Portfolio, Setting], T]", portfolio: Portfolio) -> "T":
        """A figure that several rules ask for, computed for the first of them."""
        known = self.known.get(figure)
        if known is None or known[0] is not portfolio:
            known = self.known[figure] = (portfolio, figure(portfolio, self))
        value: T = known[1]
        return value

    def asks(self, rule: str) -> bool:
        """Whether a rule can find anything here: those of landings ask git."""
        return self.history is not None or self.rules[rule].family != "landings"

    def facts_of(self, portfolio: Portfolio) -> Facts:
        """Return the figures of this portfolio, the same for every rule that asks."""
        if self.facts is not None and self.facts.portfolio is portfolio:
            return self.facts
        return self.once(new_facts, portfolio)


def new_facts(portfolio: Portfolio, setting: Setting) -> Facts:
    """Return figures of a portfolio, with nothing computed yet."""
    return Facts(portfolio, setting.as_of, setting.records)


def rule_of(
    function: Callable[..., Any], family: str, severity: Severity, check: Check | None = None
) -> Rule:
    """Return the rule that a function checks: its name, and the three parts of its docstring."""
    parts = [" ".join(part.split()) for part in docstring_of(function).split("\n\n")]
    fixes = [part.removeprefix("Fix: ") for part in parts if part.startswith("Fix: ")]
    return Rule(
        name=function.__name__.replace("_", "-"),
        family=family,
        severity=severity,
        summary=parts[0],
        why="\n\n".join(part for part in parts[1:] if not part.startswith("Fix: ")),
        fix=" ".join(fixes),
        check=check,
    )

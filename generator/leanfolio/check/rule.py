"""What a rule is: one law, the reason for it, the cure, and the function that holds it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from inspect import getdoc
from pathlib import PurePosixPath
from typing import Any, TypeVar

from leanfolio.figures.funding.records import NO_RECORDS, Records
from leanfolio.markdown.scan import Prose, scan
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Severity

T = TypeVar("T")
Check = Callable[[Portfolio, "Setting"], Iterator[Problem]]
Scan = Callable[[Sequence[str]], Sequence[Prose]]


def scanned(bodies: Sequence[str]) -> list[Prose]:
    """Each body, read anew."""
    return [scan(body) for body in bodies]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its page. A rule of the reader has no function here: it speaks while reading."""

    name: str
    family: str
    severity: Severity
    law: str
    why: str
    cure: str
    check: Check | None = None

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
    assets: Collection[PurePosixPath] | None = None
    """Every file of content that is no Markdown; None where nobody looked."""
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
    known: dict[Any, tuple[Portfolio, Any]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, figure: "Callable[[Portfolio, Setting], T]", portfolio: Portfolio) -> "T":
        """A figure that several rules ask for, computed for the first of them."""
        found = self.known.get(figure)
        if found is None or found[0] is not portfolio:
            found = self.known[figure] = (portfolio, figure(portfolio, self))
        value: T = found[1]
        return value


def rule_of(
    function: Callable[..., Any], family: str, severity: Severity, check: Check | None = None
) -> Rule:
    """The rule that a function holds: its name, and the three parts of its docstring."""
    parts = [" ".join(part.split()) for part in (getdoc(function) or "").split("\n\n")]
    cures = [part.removeprefix("Cure: ") for part in parts if part.startswith("Cure: ")]
    return Rule(
        name=function.__name__.replace("_", "-"),
        family=family,
        severity=severity,
        law=parts[0],
        why="\n\n".join(part for part in parts[1:] if not part.startswith("Cure: ")),
        cure=" ".join(cures),
        check=check,
    )

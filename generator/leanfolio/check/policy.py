"""Policy: the portfolio's own rules can be kept."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce

from leanfolio.check.rule import Setting
from leanfolio.model import Path, Policy, State
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.read.fields import key_place
from leanfolio.read.suggestions import did_you_mean
from leanfolio.wording import grouped, tell

HUNDRED = Decimal(100)


def scale_unordered(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The steps of a scale are above zero, and each is larger than the one before.

    "One step up" is what sensitivity, hints and the reading of a score rest on.

    Fix: write the steps in order, each once.
    """
    policy = portfolio.policy
    risks = policy.risk_scale
    scales: tuple[tuple[Path, Sequence[Decimal]], ...] = (
        (("scale",), policy.scale),
        (("risk_scale", "probability"), risks.probability),
        (("risk_scale", "impact"), risks.impact),
    )
    for path, steps in scales:
        before = Decimal(0)
        for index, step in enumerate(steps):
            if step <= before:
                fault = (
                    tell("comes after {before:grouped}", before=before)
                    if index
                    else tell("is not above zero")
                )
                name = (
                    tell("the scale")
                    if len(path) == 1
                    else tell("the scale of {path}", path=path[-1])
                )
                yield Problem(
                    policy.at(*path, index),
                    "scale-unordered",
                    tell(
                        "{name} has the step {step:grouped}, which {fault}",
                        name=name,
                        step=step,
                        fault=fault,
                    ),
                    tell("write [{steps}]", steps=in_order(steps)),
                )
            before = max(before, step)


def in_order(scale: Sequence[Decimal]) -> str:
    """The steps of a scale as they are to be: above zero, in order, each once."""
    return ", ".join(
        grouped(step) for step in sorted({entry for entry in scale if entry > 0}) or (1,)
    )


def state_duplicate(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No two columns of a board have the same name, or the same heading.

    Nobody could say in which of the two an item stands, and whose limit it counts against.

    Fix: rename one, or remove it.
    """
    policy = portfolio.policy
    for name, states in boards(policy):
        first: dict[str, int] = {}
        for index, state in enumerate(states):
            before = first.setdefault(label_of(state.name), index)
            if before != index:
                same = state.name.casefold() == states[before].name.casefold()
                yield Problem(
                    policy.at(name, index, "name"),
                    "state-duplicate",
                    tell("`{board}` has a second column {name}", board=name, name=state.name)
                    if same
                    else tell(
                        "`{board}` has a second column {name}, which reads as {other}",
                        board=name,
                        name=state.name,
                        other=states[before].name,
                    ),
                    tell("give one of the two another name, or remove it"),
                    related=(Related(policy.at(name, before, "name"), "the first is here"),),
                )


def and_none_of(missing: str, next: str) -> str:
    return tell("{missing} and none of {next}", missing=missing, next=next)


def label_of(name: str) -> str:
    """A column as its heading has it, without regard to case: in-progress and In Progress."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def board_incomplete(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A board has a column where work is done, and one where it is finished.

    Without an active and a done column there is no flow time, no load, and nothing ever ends.

    Fix: add a state of that category; or correct the category of one.
    """
    policy = portfolio.policy
    for name, states in boards(policy):
        missing = [
            category
            for category in ("active", "done")
            if all(state.category != category for state in states)
        ]
        if missing and name not in policy.origin.faulty:
            yield Problem(
                policy.at(name),
                "board-incomplete",
                tell(
                    "`{name}` has no column of category {missing}",
                    name=name,
                    missing=reduce(and_none_of, missing),
                ),
                tell(
                    "add one, such as {{name: {missing}, category: {missing}}}", missing=missing[0]
                ),
            )


def boards(policy: Policy) -> Iterator[tuple[str, Sequence[State]]]:
    """The boards that the portfolio states itself."""
    for name in ("states", "feature_states", "story_states"):
        states = getattr(policy, name)
        if states and (name,) in policy.origin.keys:
            yield name, states


def rule_unknown(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """`rules:` names rules that exist, and turns none of reading off.

    A misspelt name leaves the rule as it was, and everybody believes otherwise. What could not be
    read is missing from every figure: that stays a problem.

    Fix: correct the name; `leanfolio explain` lists the rules.
    """
    policy = portfolio.policy
    for name, severity in policy.rules.items():
        rule = setting.rules.get(name)
        if rule is None:
            yield Problem(
                key_place(policy.origin, ("rules", name)),
                "rule-unknown",
                tell("`rules` sets {name}, which is no rule", name=name),
                did_you_mean(name, setting.rules, tell("`leanfolio explain` lists the rules")),
            )
        elif severity == "off" and not rule.optional:
            yield Problem(
                policy.at("rules", name),
                "rule-unknown",
                tell("`rules` turns {name} off, which is a rule of reading", name=name),
                tell("set it to warning, or fix the files"),
            )


def and_by(one: str, next: str) -> str:
    return tell("{one} and by {next}", one=one, next=next)


def cut_line_unclear(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The cut line is by count, by size or by money: by one of them.

    With two, or none, nobody can say which epic is the last one funded.

    Fix: write `cut_line: 8`, or {size: 60}, or {money: 4000000}.
    """
    policy = portfolio.policy
    line = policy.cut_line
    if line is None or "cut_line" in policy.origin.faulty:
        return
    by = [name for name in ("count", "size", "money") if getattr(line, name) is not None]
    if len(by) != 1:
        measures = tell("is by {by}", by=reduce(and_by, by)) if by else tell("says not by what")
        yield Problem(
            policy.at("cut_line"),
            "cut-line-unclear",
            tell("the cut line {measures}", measures=measures),
            tell("write a number, or one of {{size: ...}} and {{money: ...}}"),
        )


def guardrail_targets(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The targets of a guardrail add up to 100 percent.

    Shares of a whole that make more or less than the whole can never all be kept.

    Fix: correct the targets.
    """
    policy = portfolio.policy
    rails = policy.guardrails
    for name, rail in (("horizons", rails.horizons), ("capacity", rails.capacity)):
        if rail is None or "guardrails" in policy.origin.faulty:  # a target may be the fault
            continue
        place = policy.at("guardrails", name, "targets")
        total = sum(rail.targets.values(), Decimal(0))
        if total != HUNDRED:
            message = tell(
                "the targets of the guardrail `{name}` add up to {total:grouped}, not 100",
                name=name,
                total=total,
            )
            off = total - HUNDRED
            hint = (
                tell("take {off:grouped} away in all", off=off)
                if off > 0
                else tell("add {off:grouped} in all", off=-off)
            )
            yield Problem(place, "guardrail-targets", message, hint)


def rate_duplicate(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A currency has one rate a day.

    Of two, every total would rest on the one that happens to stand last.

    Fix: keep the one that is right.
    """
    policy = portfolio.policy
    first: dict[tuple[str, object], int] = {}
    for index, rate in enumerate(policy.rates):
        before = first.setdefault((rate.currency, rate.on), index)
        if before != index:
            yield Problem(
                policy.at("rates", index),
                "rate-duplicate",
                tell(
                    "{currency} has a second rate of {on}: {rate:grouped} after {first:grouped}",
                    currency=rate.currency,
                    on=rate.on,
                    rate=rate.rate,
                    first=policy.rates[before].rate,
                ),
                tell("remove the line that is wrong"),
                related=(Related(policy.at("rates", before), "the first is here"),),
            )


ERRORS = (
    scale_unordered,
    state_duplicate,
    rule_unknown,
    cut_line_unclear,
    guardrail_targets,
    rate_duplicate,
)
WARNINGS = (board_incomplete,)

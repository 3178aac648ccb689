"""What is off: what the rules report and what Facts say, in one order. Nothing is judged here."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, partial
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.check import RULES
from leanfolio.check.waivers import Owners
from leanfolio.figures.columns import Column
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.overspending import BudgetLine
from leanfolio.figures.okr.score import KeyResultScore
from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Epic, Feature, HasState, Item, Risk, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place
from leanfolio.views.cell import Tone
from leanfolio.views.figures import Figures
from leanfolio.views.problems import ProblemRow
from leanfolio.views.ref import ref
from leanfolio.wording import (
    Message,
    Money,
    Percent,
    Rounded,
    Text,
    days,
    heading,
    joined,
    many,
    message,
    of_all,
    plural,
    quoted,
    readable,
    some,
)


class OffTrack(Struct, frozen=True):
    """Something that is off: a status, what it is and where it stands, and what is known of it."""

    tone: Tone
    word: Text
    title: Text
    url: str
    note: Text


class Subject(Struct, frozen=True, dict=True):
    """What exceptions are found in: the portfolio, its figures, and its problems by rule."""

    portfolio: Portfolio
    facts: Facts
    figures: Figures

    @cached_property
    def problems(self) -> Mapping[str, tuple[ProblemRow, ...]]:
        """The problems that this audience may see, by rule."""
        by_rule: defaultdict[str, list[ProblemRow]] = defaultdict(list)
        for problem in self.figures.problems.problems:
            by_rule[problem.rule].append(problem)
        return {rule: tuple(rows) for rule, rows in by_rule.items()}

    @cached_property
    def _owners(self) -> Owners:
        paths = {PurePosixPath(row.file) for row in self.figures.problems.problems}
        return Owners(self.portfolio, paths)

    def owner(self, row: ProblemRow) -> Item | None:
        """Return the item at whose place a problem stands."""
        return self._owners.at(Place(PurePosixPath(row.file), row.line, row.column))

    def items(self, rule: str) -> tuple[Item, ...]:
        """Return the items with a problem of a rule, each once."""
        owners = (self.owner(row) for row in self.problems.get(rule, ()))
        return tuple({item.id: item for item in owners if item is not None}.values())

    def severity(self, rule: str) -> str:
        """Return how grave a rule is here: error, warning or off."""
        return self.portfolio.policy.rules.get(rule, RULES[rule].severity)


Kind = Callable[[Subject], Iterator[OffTrack]]
Kinds = tuple[tuple[Kind, tuple[str, ...]], ...]  # with the rules that each speaks for


def exceptions(
    portfolio: Portfolio, facts: Facts, figures: Figures, *, first: Kinds = (), last: Kinds = ()
) -> tuple[OffTrack, ...]:
    """Return everything that is off: first what is an error here, then the worst first.

    That is what `first` tells, what is bad, and what may become so; within each, in the order of
    KINDS. `first` and `last` are further kinds, before and after those.
    """
    subject = Subject(portfolio, facts, figures)
    kinds, alerts = (*first, *KINDS, *last), [kind for kind, _ in first]
    entries: list[tuple[bool, bool, OffTrack]] = []
    for kind, rules in kinds:
        severities = {subject.severity(rule) for rule in rules}
        if severities != {"off"}:
            warning = "error" not in severities
            entries += [
                (warning, kind not in alerts and value.tone != "bad", value)
                for value in kind(subject)
            ]
    spoken_for = {rule for _, rules in kinds for rule in rules}
    entries += (
        (warning, value.tone != "bad", value)
        for warning, value in other_problems(subject, spoken_for)
    )
    entries.sort(key=lambda entry: entry[:2])  # stable: within each, the order of the kinds
    return tuple(value for _, _, value in entries)


# Work ------------------------------------------------------------------------------------------


def columns_over(subject: Subject) -> Iterator[OffTrack]:
    """Columns with more in them than their limit allows, waived or not."""
    for column in subject.facts.columns:
        if not column.over:
            continue
        state, title = column.state, column_title(column)
        holds = (
            message("{column} holds {count}, its limit is {limit}",
                    column=title, count=column.count, limit=state.limit)
            if column.beyond_limit
            else message("{column} holds job size {size}, its limit is {limit}",
                         column=title, size=column.size, limit=state.limit_size)
        )  # fmt: skip
        waived = waivers(column, subject.facts.as_of)
        note = joined(waived, " ") if waived else message("No waiver.")
        here = f"board.html#state-{state.name}"
        url = here if column.model is Epic else "problems.html#rule-wip-exceeded"
        yield OffTrack("bad", message("over the limit"), holds, url, note)


def waivers(column: Column, as_of: date) -> list[Message]:
    """Who let which items stand in a column that is over its limit, and until when."""
    return [
        message("{item} has a waiver of {approver}, until {day}.",
                item=item.id, approver=waiver.approver, day=waiver.until)
        for item in column.items
        for waiver in item.waivers
        if waiver.rule in LIMITS and waiver.until >= as_of
    ]  # fmt: skip


def column_title(column: Column) -> Text:
    """Return what a column is called; one of another board than the epics' with its items."""
    title = heading(column.state.name)
    if column.model is Feature:
        return message("{column} of the features", column=title)
    return title if column.model is Epic else message("{column} of the stories", column=title)


def blocked_epics(subject: Subject) -> Iterator[OffTrack]:
    """Epics that need what is not done, or are said to be blocked."""
    needs, blocks = subject.facts.blocked, subject.facts.lasting_blocks
    blocked = dict.fromkeys((*blocks, *needs))
    if blocked:
        pairs = (
            message("{item} waits for {what}", item=id, what=quoted(blocks[id].why))
            if id in blocks
            else message("{item} needs {needed}", item=id, needed=some(needs[id]))
            for id in blocked
        )
        title = plural("{n:spelled} epic is blocked", "{n:spelled} epics are blocked", len(blocked))
        yield OffTrack(
            "warn", message("blocked"), title.sentence(), "board.html",
            message("{blocked}.", blocked=some(pairs, 3)),
        )  # fmt: skip


def items_too_old(subject: Subject) -> Iterator[OffTrack]:
    """Items that stay longer than their column allows."""
    for item in subject.items("age-exceeded"):
        age = subject.facts.too_old.get(item.id)
        if isinstance(item, HasState) and age is not None:
            word = message("{age} in {state}", age=days(age), state=readable(str(item.state)))
            yield off("warn", word, item, message("Longer than the column allows."))


def dates_passed(subject: Subject) -> Iterator[OffTrack]:
    """Work whose date has passed."""
    for item in subject.items("due-passed"):
        if isinstance(item, Scored) and item.due is not None:
            late = days((subject.facts.as_of - item.due).days)
            note = message("Due on {day}, {late} ago; still in {state}.",
                           day=item.due, late=late, state=readable(str(item.state)))  # fmt: skip
            yield off("bad", message("date passed"), item, note)


def waivers_ending(subject: Subject) -> Iterator[OffTrack]:
    """Waivers that end within two weeks."""
    for item in subject.portfolio.items.values():
        for waiver in item.waivers:
            left = waiver.until - subject.facts.as_of
            if timedelta(0) <= left <= DUE_SOON:
                word = plural("ends in {n} day", "ends in {n} days", left.days)
                note = message(
                    "The waiver of {rule}, by {approver}, holds until {day}.",
                    rule=waiver.rule, approver=waiver.approver, day=waiver.until,
                )  # fmt: skip
                yield off("warn", word if left else message("ends today"), item, note)


# Risks -----------------------------------------------------------------------------------------


def risks_overdue(subject: Subject) -> Iterator[OffTrack]:
    """Open risks whose date has passed."""
    for item in subject.items("risk-overdue"):
        if isinstance(item, Risk) and item.due is not None:
            late = days((subject.facts.as_of - item.due).days)
            note = message("Due on {day}, {late} ago.", day=item.due, late=late)
            yield off("bad", message("overdue"), item, note)


def risks_due_soon(subject: Subject) -> Iterator[OffTrack]:
    """Open risks that are due within two weeks."""
    for id, left in subject.facts.risks_due_soon.items():
        item = subject.portfolio[id]
        word = plural("due in {n} day", "due in {n} days", left) if left else message("due today")
        action = item.action if isinstance(item, Risk) and item.action else message("No action.")
        yield off("warn", word, item, action)


# Money -----------------------------------------------------------------------------------------


def epics_overspent(subject: Subject) -> Iterator[OffTrack]:
    """Epics that spent more than was approved for them."""
    for item in subject.items("epic-overrun"):
        over = subject.facts.overspent.get(item.id)
        if not isinstance(item, Epic) or over is None:
            continue
        amount = Money(over.over, item.currency or subject.facts.currency)
        note = (
            message("Spent {amount} more than was approved for it in all ({share}).",
                    amount=amount, share=Percent(over.over / over.approved))
            if over.approved
            else message("Spent {amount}; nothing was approved.", amount=amount)
        )  # fmt: skip
        yield off("bad", message("overspent"), item, note)


def forecasts_over_budget(subject: Subject) -> Iterator[OffTrack]:
    """Value streams that are forecast to need more than was approved for a period."""
    streams = {item.id for item in subject.items("forecast-over-budget")}
    for budget, over in subject.facts.forecasts_over_budget:
        if budget.stream.id in streams:
            amount = Money(over.over, budget.line.currency or subject.facts.currency)
            note = message("{amount} more than approved.", amount=amount)
            yield OffTrack("warn", message("forecast over budget"), named(budget),
                           "funding.html", note)  # fmt: skip


def named(budget: BudgetLine) -> Text:
    """Return the value stream of a budget line with its period."""
    return joined((budget.stream.title, str(budget.line.period)), ", ")


def guardrails_broken(subject: Subject, rule: str) -> Iterator[OffTrack]:
    """Guardrails of one rule that do not hold, where that is reported."""
    for guardrail in subject.figures.funding.guardrails:
        if guardrail.pass_ is False and guardrail.rule == rule and rule in subject.problems:
            yield OffTrack(
                "warn", message("guardrail"), guardrail.name, "guardrails.html", guardrail.detail
            )


# Objectives and key results --------------------------------------------------------------------


def key_results_red(subject: Subject) -> Iterator[OffTrack]:
    """Key results of this period that are red and behind their pace; but for those whose epics
    are all done: that is said by itself."""
    running = (entry for entry in subject.facts.running_objectives if entry.begun)
    for scored in (result for entry in running for result in entry.key_results):
        id = scored.key_result.id
        ahead = scored.pace is not None and (scored.score or 0) >= scored.pace
        if scored.band == "red" and not ahead and id not in subject.facts.without_outcome:
            yield off("bad", message("red"), subject.portfolio[id], score_against_pace(scored))


def score_against_pace(scored: KeyResultScore) -> Message:
    score = Rounded(scored.score or Fraction(0))
    if scored.pace is None:
        return message("Scores {score}.", score=score)
    return message("Scores {score} where {pace} is expected by now.",
                   score=score, pace=Rounded(scored.pace))  # fmt: skip


def outputs_without_outcome(subject: Subject) -> Iterator[OffTrack]:
    """Key results that did not move, though their epics are done."""
    for item in subject.items("output-without-outcome"):
        epics = subject.facts.without_outcome.get(item.id)
        if epics:
            note = plural(
                "Its {n:spelled} epic is done; its score is {score}.",
                "Its {n:spelled} epics are done; its score is {score}.",
                len(epics), score=Rounded(subject.facts.key_results[item.id].score or Fraction(0)),
            )  # fmt: skip
            yield off("warn", message("output without outcome"), item, note)


def check_ins_stale(subject: Subject) -> Iterator[OffTrack]:
    """Key results that were not measured for too long."""
    for item in subject.items("check-in-stale"):
        scored = subject.facts.key_results.get(item.id)
        if scored is not None and scored.stale_days is not None and scored.latest is not None:
            word = message("stale, {age}", age=days(scored.stale_days))
            note = message("Last check-in on {day}.", day=scored.latest.on)
            yield off("warn", word, item, note)


def objectives_behind(subject: Subject) -> Iterator[OffTrack]:
    """Objectives that score less than is expected by now, in one entry."""
    behind = [entry for entry in subject.facts.running_objectives if entry.is_behind]
    if not behind:
        return
    worst = min(behind, key=lambda entry: (entry.score or 0) - (entry.pace or 0))
    number, whole = len(behind), len(subject.facts.running_objectives)
    counted = plural(
        "{n:spelled} objective is behind its pace",
        "{n:spelled} objectives are behind their pace",
        number,
    )
    title = counted if subject.portfolio.partial else of_all(
        number,
        whole,
        empty=message("there are no objectives"),
        only=message("the one objective is behind its pace"),
        only_not=message("the one objective keeps its pace"),
        both=message("both objectives are behind their pace"),
        neither=message("both objectives keep their pace"),
        every=many("all {n:spelled} objectives are behind their pace", whole),
        none=many("all {n:spelled} objectives keep their pace", whole),
        some=plural(
            "{n:pronoun} of {whole:spelled} objectives is behind its pace",
            "{n:pronoun} of {whole:spelled} objectives are behind their pace",
            number, whole=whole,
        ),
    )  # fmt: skip
    name = quoted(worst.objective.title)
    score, pace = Rounded(worst.score or Fraction(0)), Rounded(worst.pace or Fraction(0))
    note = (
        message(
            "{objective} stands at {score} where {pace} is expected by now.",
            objective=name, score=score, pace=pace,
        )
        if number == 1
        else message(
            "Furthest behind is {objective}: {score} where {pace} is expected by now.",
            objective=name, score=score, pace=pace,
        )
    )  # fmt: skip
    yield OffTrack("warn", message("behind pace"), title.sentence(), "objectives.html", note)


# All else --------------------------------------------------------------------------------------


def other_problems(subject: Subject, spoken_for: Set[str]) -> Iterator[tuple[bool, OffTrack]]:
    """Yield an entry for each rule that no kind speaks for; with whether it is no error."""
    for rule, rows in sorted(
        subject.problems.items(), key=lambda entry: (-len(entry[1]), entry[0])
    ):
        if rule not in spoken_for:
            warning = rows[0].severity != "error"
            yield warning, problems_of_rule(subject, rule, rows, warning=warning)


def problems_of_rule(
    subject: Subject, rule: str, rows: Sequence[ProblemRow], *, warning: bool
) -> OffTrack:
    """Return the problems of a rule as one entry; a single one with its item and its message."""
    word = (
        plural("{n:spelled} warning", "{n:spelled} warnings", len(rows))
        if warning
        else plural("{n:spelled} error", "{n:spelled} errors", len(rows))
    )
    tone: Tone = "warn" if warning else "bad"
    if len(rows) > 1:
        asked = message("What the rule asks for: {summary}", summary=RULES[rule].law)
        named = [item.id for item in subject.items(rule) if item.id in subject.portfolio]
        where = message("Not so at {items}.", items=some(named, 3)) if named else None
        note: Text = joined((asked, where), " ") if where else asked
        return OffTrack(tone, word, rule, f"problems.html#rule-{rule}", note)
    owner, note = subject.owner(rows[0]), message("{problem}.", problem=rows[0].said)
    if owner is None or owner.id not in subject.portfolio:
        return OffTrack(tone, word, rule, f"problems.html#rule-{rule}", note)
    return off(tone, word, owner, note)


def off(tone: Tone, word: Text, item: Item, note: Text) -> OffTrack:
    """Return an entry about an item, which leads to its page."""
    return OffTrack(tone, word, ref(item).name, ref(item).url, note)


LIMITS = ("wip-exceeded", "wip-size-exceeded")
GUARDRAILS = tuple(rule for rule in RULES if rule.startswith("guardrail-")
                   and rule != "guardrail-targets")  # fmt: skip

# In the order of the page, each with the rules that it speaks for; none for what no rule reports.
KINDS: Kinds = (
    (columns_over, LIMITS),
    (epics_overspent, ("epic-overrun",)),
    (forecasts_over_budget, ("forecast-over-budget",)),
    *((partial(guardrails_broken, rule=rule), (rule,)) for rule in GUARDRAILS),
    (dates_passed, ("due-passed",)),
    (risks_overdue, ("risk-overdue",)),
    (key_results_red, ()),
    (outputs_without_outcome, ("output-without-outcome",)),
    (check_ins_stale, ("check-in-stale",)),
    (objectives_behind, ()),
    (blocked_epics, ()),
    (risks_due_soon, ()),
    (items_too_old, ("age-exceeded",)),
    (waivers_ending, ()),
)

"""Money: what is stated adds up, in one currency, and somebody said yes to it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from leanfolio.check.increments import is_known
from leanfolio.check.records import ledger_of
from leanfolio.check.rule import Setting
from leanfolio.figures.funding.calendar import days_of
from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.funding.guardrail import Verdict
from leanfolio.figures.funding.guardrails import verdicts
from leanfolio.figures.funding.table import TOTAL, FundingTable, Row, funding
from leanfolio.model import Budget, Epic, Item, Path, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.links import Guesses, instead
from leanfolio.wording import grouped, listed, short_percent, some


def table_of(portfolio: Portfolio, setting: Setting) -> FundingTable:
    return funding(portfolio, setting.as_of, setting.once(ledger_of, portfolio))


def by_stream(portfolio: Portfolio, setting: Setting) -> dict[tuple[str, str], list[Row]]:
    """The rows of the epics under each stream and period."""
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in setting.once(table_of, portfolio).rows:
        if row.level == "epic":
            found[row.stream, row.period].append(row)
    return found


# Value streams -------------------------------------------------------------------------------


def budget_overcommitted(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The epics of a value stream are not promised more money than the stream was given.

    Then the budget does not add up: some money is promised twice, and it shows when the last
    invoice comes. Epics with budgets are held against each period; where an epic has none, all
    that the stream was given is held against all that its epics were.

    Cure: approve more for the stream; or take back an approval.
    """
    epics = setting.once(by_stream, portfolio)
    for row in setting.once(table_of, portfolio).rows:
        free, approved = row.columns.free.amount, row.columns.approved.amount
        if row.level != "value-stream" or free is None or free >= 0:
            continue
        bound = [
            epic.id
            for epic in epics.get((row.stream, row.period), ())
            if epic.columns.committed.amount
        ]
        if period_by_period(portfolio, row.stream, epics) != (row.period != TOTAL):
            continue
        stream = portfolio[row.stream]
        names = [str(line.period) for _, _, line in lines(portfolio, row.stream)]
        period = names[0] if len(names) == 1 else row.period
        when = "in all" if period == TOTAL else f"for {period}"
        place = () if period == TOTAL else (budget_index(stream, period), "approved")
        yield Problem(
            stream.at("budgets", *place),
            "budget-overcommitted",
            f"{row.stream} has {grouped(approved or Decimal(0))} {portfolio.policy.currency}"
            f" approved {when}, and {some(bound)}"
            f" {'has' if len(bound) == 1 else 'together have'}"
            f" {grouped((approved or Decimal(0)) - free)}: {grouped(-free)} more",
            f"approve {grouped(-free)} more for {row.stream}, or take that much from its epics",
            related=tuple(
                Related(portfolio[id].at("approved"), f"{id} is here") for id in bound[:5]
            ),
        )


def period_by_period(
    portfolio: Portfolio, stream: str, epics: Mapping[tuple[str, str], list[Row]]
) -> bool:
    """Whether all committed epics of a stream say in which period their money stands."""
    bound = [epic.id for epic in epics.get((stream, TOTAL), ()) if epic.columns.committed.amount]
    found = [portfolio.items.get(id) for id in bound]
    return bool(found) and all(isinstance(each, Epic) and each.budgets for each in found)


def budget_index(stream: object, period: str) -> int:
    """Where in a stream's budgets the line of this period stands."""
    lines = stream.budgets if isinstance(stream, ValueStream) else ()
    return next((index for index, line in enumerate(lines) if str(line.period) == period), 0)


def budget_overlap(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Two budget lines of a value stream or an epic have no day in common.

    A year and its first half together count that half twice. Only the line written first counts
    until this is mended.

    Cure: split the longer period, or remove one of the lines.
    """
    for each in setting.once(table_of, portfolio).left_out:
        first = list(each.holder.budgets).index(each.first)
        same = str(each.line.period) == str(each.first.period)
        yield Problem(
            each.holder.at("budgets", each.index, "period"),
            "budget-overlap",
            f"{each.holder.id} has a second budget for {each.line.period}"
            if same
            else f"{each.holder.id} has a budget for {each.line.period},"
            f" which shares days with {each.first.period}",
            "remove one of the two"
            if same
            else "write the longer period as those parts of it that have no budget yet, or remove"
            " one of the two",
            related=(Related(each.holder.at("budgets", first), "the first is here"),),
        )


def budget_overrun(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A value stream spends no more than was approved.

    What is spent beyond that was approved by nobody.

    Cure: approve it after all, with a decision; or correct the figure.
    """
    for stream, index, line in lines(portfolio):
        if line.actual is not None and line.approved is not None and line.actual > line.approved:
            yield Problem(
                stream.at("budgets", index, "actual"),
                "budget-overrun",
                f"{stream.id} has spent {grouped(line.actual)} in {line.period},"
                f" {grouped(line.actual - line.approved)} more than the {grouped(line.approved)}"
                " approved",
                f"decide on the rest, and write `approved: {line.actual}`;"
                " or correct `approved:` or `actual:`, where one is mistyped",
                related=(Related(stream.at("budgets", index, "approved"), "approved"),),
            )


def forecast_over_budget(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A value stream is not forecast to need more than was approved.

    While it is a forecast something can still be done about it.

    Cure: decide what to stop or to approve; the waiver of the rule is where that is written.
    """
    for stream, index, line in lines(portfolio):
        forecast, approved = line.forecast, line.approved
        overrun = line.actual is not None and approved is not None and line.actual > approved
        if forecast is None or approved is None or forecast <= approved or overrun:
            continue
        yield Problem(
            stream.at("budgets", index, "forecast"),
            "forecast-over-budget",
            f"{stream.id} is forecast to need {grouped(forecast)} in {line.period},"
            f" {grouped(forecast - approved)} more than the {grouped(approved)} approved",
            "decide what to stop, and forecast anew; or raise `approved:`",
            related=(Related(stream.at("budgets", index, "approved"), "approved"),),
        )


def forecast_below_actual(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A forecast is at least what is already spent.

    The forecast of a period counts what is gone; one below it was not looked at for a while.

    Cure: forecast anew.
    """
    for stream, index, line in lines(portfolio):
        if line.forecast is not None and line.actual is not None and line.forecast < line.actual:
            yield Problem(
                stream.at("budgets", index, "forecast"),
                "forecast-below-actual",
                f"{stream.id} has spent {grouped(line.actual)} in {line.period},"
                f" but is forecast to need {grouped(line.forecast)}",
                f"forecast anew: `forecast: {line.actual}` or more",
                related=(Related(stream.at("budgets", index, "actual"), "spent"),),
            )


def lines(portfolio: Portfolio, id: str = "") -> Iterator[tuple[ValueStream, int, Budget]]:
    """Every budget line of every value stream, or of one."""
    for stream in portfolio.items_of(ValueStream):
        if id not in ("", stream.id):
            continue
        for index, line in enumerate(stream.budgets):
            yield stream, index, line


def spending_unexplained(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The epics of a value stream have not spent more than the stream has.

    Stream and epics tell two stories of the same money; the stream's is shown, and the rest stands
    as a negative amount that belongs to no epic.

    Cure: correct the `actual` of the stream's budgets, or that of the epics.
    """
    for row in setting.once(table_of, portfolio).rows:
        beyond = row.columns.actual
        if row.level != "unallocated" or row.period != TOTAL or not row.stream:
            continue
        if beyond.amount is not None and beyond.amount < 0:
            stream = portfolio[row.stream]
            yield Problem(
                stream.at("budgets"),
                "spending-unexplained",
                f"the epics of {row.stream} have spent {grouped(-beyond.amount)}"
                f" {portfolio.policy.currency} more than its budgets say was spent",
                f"correct `actual:` in these budgets, or in the epics of {row.stream}",
            )


def budget_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A value stream whose epics have approved money has a budget; where they spend, one that has
    begun.

    Without one nobody can say whether that money is there. A budget whose periods are all still to
    come is mostly a slip in a year: 2062-H2.

    Cure: write `budgets: [{period: ..., approved: ...}]`; or correct the period.
    """
    spent = setting.once(spent_on, portfolio)
    for stream in portfolio.items_of(ValueStream):
        epics = portfolio.members_of(stream.id, Epic)
        alive = [epic for epic in epics if portfolio.category_of(epic) != "cancelled"]
        funded = [epic.id for epic in alive if epic.approved]
        if funded and stream.lacks("budgets"):
            yield Problem(
                stream.at(),
                "budget-missing",
                f"{stream.id} has no budget, but {some(funded)} {has(funded)} approved money",
                "add `budgets: [{period: ..., approved: ...}]`",
            )
        spending = [epic.id for epic in epics if spent.get(epic.id)]
        first = first_budget(portfolio, stream) if spending else None
        if first is not None and first[0] > setting.as_of:
            day, index = first
            yield Problem(
                stream.at("budgets", index, "period"),
                "budget-missing",
                f"the first budget of {stream.id}, {stream.budgets[index].period}, begins on {day},"
                f" and {some(spending)} {has(spending)} spent money before it",
                f"correct the period, or add a budget for the one in which {setting.as_of} lies",
            )


def has(ids: Sequence[str]) -> str:
    return "has" if len(ids) == 1 else "have"


def first_budget(portfolio: Portfolio, stream: ValueStream) -> tuple[date, int] | None:
    """The first day for which a stream has a budget, and which one; None where that is not
    known."""
    starts = []
    for index, line in enumerate(stream.budgets):
        days = days_of(portfolio, line.period)
        if days is None:
            return None
        starts.append((days.first, index))
    return min(starts, default=None) if "budgets" not in stream.origin.faulty else None


def budget_differs(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What an epic states as approved or spent is the sum of its budgets.

    Two figures for one thing are one too many; the funding table goes by the budgets.

    Cure: take the field out of the epic: it is then summed; or correct the budgets.
    """
    for epic in portfolio.items_of(Epic):
        for name in ("approved", "actual"):
            stated = [value for line in epic.budgets if (value := getattr(line, name)) is not None]
            own, whole = getattr(epic, name), sum(stated, Decimal(0))
            if stated and own != whole:
                yield Problem(
                    epic.at(name),
                    "budget-differs",
                    f"{epic.id} has {name} {grouped(own)}, and its budgets sum to {grouped(whole)}",
                    f"take `{name}:` out, and it is {grouped(whole)}; or correct the budgets",
                    related=(Related(epic.at("budgets"), "its budgets are here"),),
                )


def reallocation_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A reallocation moves money between value streams that have a budget for its period.

    Otherwise the baseline that it is to tell of cannot be reckoned.

    Cure: correct the id or the period; leave `from` or `to` out where money came or went outside.
    """
    policy = portfolio.policy
    streams = {value_stream.id: value_stream for value_stream in portfolio.items_of(ValueStream)}
    guesses, types = Guesses(portfolio.items), ("value-stream",)
    for index, move in enumerate(policy.reallocations):
        for name, id in (("from", move.from_), ("to", move.to)):
            stream = streams.get(id or "")
            known = [str(line.period) for line in stream.budgets] if stream else []
            if id is None or id in portfolio.broken or id in portfolio.withheld:
                continue
            if stream is None:
                message = f"money moved {name} {id}, which is no value stream"
                hint = guesses.hint(id, types, instead(id, types, guesses))
            elif str(move.period) not in known:
                if any(not is_known(line.period, portfolio) for line in stream.budgets):
                    continue  # that one may be meant; it is told there
                message = f"money moved {name} {id} in {move.period}, for which it has no budget"
                hint = (
                    f"write a period of its budgets: {listed(known, 'or')}"
                    if known
                    else f"write `budgets:` in {id} first"
                )
            else:
                continue
            place = policy.at("reallocations", index, name if stream is None else "period")
            yield Problem(place, "reallocation-unknown", message, hint)


# Currencies ----------------------------------------------------------------------------------


def currency_without_rate(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Money in another currency has a rate of a day that has come.

    Amounts are never summed as if currencies were one: without a rate they stand in no total.

    Cure: add the currency to `rates:` of the portfolio, with the day of the rate.
    """
    rates = exchange(portfolio.policy, setting.as_of)
    stated: list[tuple[Item, Path, str | None]] = [
        (epic, ("currency",), epic.currency) for epic in portfolio.items_of(Epic)
    ]
    stated += [
        (stream, ("budgets", index, "currency"), line.currency)
        for stream, index, line in lines(portfolio)
    ]
    for item, path, currency in stated:
        if rates.lacks(currency) and "rates" not in portfolio.policy.origin.faulty:
            days = [rate.on for rate in portfolio.policy.rates if rate.currency == currency]
            yield Problem(
                item.at(*path),
                "currency-without-rate",
                f"{item.id} is in {currency}, for which there is no rate"
                + (f" as of {setting.as_of}: the first is of {min(days)}" if days else ""),
                f"add `- {{currency: {currency}, rate: ..., on: {setting.as_of}}}` to `rates:` of"
                f" the portfolio: what 1 {currency} is in {portfolio.policy.currency}",
            )


# Epics ---------------------------------------------------------------------------------------


def cost_range_reversed(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An epic's low cost is at most the likely, and the likely at most the high.

    A range turned round makes every forecast that is drawn from it wrong.

    Cure: put the three in order.
    """
    for epic in portfolio.items_of(Epic):
        names = ("cost_low", "cost", "cost_high")
        stated = [(name, value) for name in names if (value := getattr(epic, name)) is not None]
        for (low, less), (high, more) in pairwise(stated):
            if less > more:
                yield Problem(
                    epic.at(low),
                    "cost-range-reversed",
                    f"{epic.id} has {low} {grouped(less)}, above its {high} {grouped(more)}",
                    f"write `{low}: {more}` and `{high}: {less}`, or correct the one that is wrong",
                    related=(Related(epic.at(high), f"{high} is here"),),
                )


def mvp_over_cost(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The MVP of an epic that is not begun costs at most what the epic costs.

    It is a part of it: one of the two figures is old.

    Cure: correct the older figure.
    """
    for epic in portfolio.items_of(Epic):
        if portfolio.category_of(epic) not in ("new", "waiting"):
            continue
        part = epic.mvp.cost if epic.mvp else None
        whole = epic.cost
        if part is not None and whole is not None and part > whole:
            yield Problem(
                epic.at("mvp", "cost"),
                "mvp-over-cost",
                f"{epic.id} has an MVP of {grouped(part)}, but costs {grouped(whole)} in all,"
                " of which the MVP is a part",
                "correct the older of the two figures",
                related=(Related(epic.at("cost"), "its cost is here"),),
            )


def spent_on(portfolio: Portfolio, setting: Setting) -> dict[str, Decimal]:
    """What each epic has spent, in its own currency: as it says, or as it was booked."""
    booked = setting.once(ledger_of, portfolio).of_epic
    found = {}
    for epic in portfolio.items_of(Epic):
        own = booked.get(epic.id) if epic.actual is None else epic.actual
        foreign = epic.currency not in (None, portfolio.policy.currency)
        if own is not None and not (foreign and epic.actual is None):
            found[epic.id] = own
    return found


def epic_overrun(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic spends no more than was approved for it.

    The rest comes out of what another epic was promised.

    Cure: decide whether to go on, and approve what that takes; or correct the figure.
    """
    spent = setting.once(spent_on, portfolio)
    for epic in portfolio.items_of(Epic):
        actual, approved = spent.get(epic.id), epic.approved
        if actual is not None and approved is not None and actual > approved:
            yield Problem(
                epic.at("approved" if epic.actual is None else "actual"),
                "epic-overrun",
                f"{epic.id} has spent {grouped(actual)},"
                f" {grouped(actual - approved)} more than the {grouped(approved)} approved",
                f"decide whether to go on, and write `approved: {actual}` or more; or correct what"
                " was spent",
                related=(Related(epic.at("approved"), "approved"),),
            )


def spent_without_approval(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What an epic spends was approved.

    Money that flows without an approval is in no commitment, so the stream looks richer than it is.

    Cure: write `approved:`; or take the spending to where it belongs.
    """
    spent = setting.once(spent_on, portfolio)
    for epic in portfolio.items_of(Epic):
        state = portfolio.state_of(epic)
        asked = state is not None and "budget" in state.evidence  # evidence-missing says it
        actual = spent.get(epic.id)
        if actual and epic.approved is None and epic.lacks("approved") and not asked:
            yield Problem(
                epic.at() if epic.actual is None else epic.at("actual"),
                "spent-without-approval",
                f"{epic.id} has spent {grouped(actual)}, of which nothing was approved",
                "add `approved:` with what was approved, or correct what was spent",
            )


# Guardrails ----------------------------------------------------------------------------------


def judged(portfolio: Portfolio, setting: Setting) -> dict[str, list[Verdict]]:
    """What each guardrail of the portfolio says, as the funding page shows it."""
    found: defaultdict[str, list[Verdict]] = defaultdict(list)
    table = setting.once(table_of, portfolio)
    for verdict in verdicts(portfolio, table, setting.as_of):
        found[verdict.rule].append(verdict)
    return found


def broken(portfolio: Portfolio, setting: Setting, rule: str) -> list[Verdict]:
    """The verdicts of one guardrail that did not pass."""
    found = setting.once(judged, portfolio).get(rule, [])
    return [each for each in found if not each.passed and not each.information]


def off_target(verdict: Verdict, place: Place, rule: str, what: str, of: str) -> Problem:
    """Which shares are off their target, and the smallest move that would mend it."""
    parts = verdict.mix.parts if verdict.mix else ()
    said = [
        f"{what}{part.name} has {short_percent(part.share)} {of},"
        f" and its target is {short_percent(part.target)} ± {short_percent(part.tolerance)}"
        for part in parts
        if part.standing in ("over", "under") and part.target is not None
    ]
    moves = (verdict.mix.moves if verdict.mix else None) or ()
    hint = str(
        some(
            f"{short_percent(move.share)} from {what}{move.source} to {what}{move.to}"
            for move in moves
        )
    )
    scope = f"in {verdict.scope}: " if verdict.scope else ""
    return Problem(
        place,
        rule,
        f"{scope}{'; '.join(said)}",
        f"move {hint}; or change the target" if hint else "change the targets, or the work",
    )


def adds_up(targets: Mapping[Any, Decimal]) -> bool:
    """Whether targets can be kept at all; if not, guardrail-targets says so."""
    return sum(targets.values(), Decimal(0)) == 100


def guardrail_horizons(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The committed money keeps to the mix of investment horizons, within the tolerance.

    Without it the present always wins: what runs today takes the money of what is to run then.
    While an item cannot be read its money is not known, and the rule is silent.

    Cure: move money as the message says; or change the target, which is a decision of the board.
    """
    rail = portfolio.policy.guardrails.horizons
    if portfolio.broken or rail is None or not adds_up(rail.targets):
        return
    for verdict in broken(portfolio, setting, "guardrail-horizons"):
        place = portfolio.policy.at("guardrails", "horizons", "targets")
        yield off_target(verdict, place, "guardrail-horizons", "horizon ", "of the money")


def guardrail_capacity(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Each value stream shares an increment between features, enablers and maintenance as agreed.

    Enablers and maintenance are what is cut first and paid for last. While an item cannot be read
    its part is not known, and the rule is silent.

    Cure: change the plan of the increment while it can be changed; or the target.
    """
    rail = portfolio.policy.guardrails.capacity
    if portfolio.broken or rail is None or not adds_up(rail.targets):
        return
    for verdict in broken(portfolio, setting, "guardrail-capacity"):
        place = portfolio.policy.at("guardrails", "capacity", "targets")
        yield off_target(verdict, place, "guardrail-capacity", "", "of the size")


def guardrail_threshold(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic at or above the threshold that runs, or has approved money, has a recorded go.

    That is what the threshold is for: from there on it is not one person's decision.

    Cure: record the decision with its day and who took it; or stop the epic.
    """
    for verdict in broken(portfolio, setting, "guardrail-threshold"):
        for breach in verdict.breaches:
            epic = portfolio[breach.items[0]]
            if portfolio.category_of(epic) is None:
                continue  # a state that is no column is told as that; it may be one of the end
            yield Problem(
                epic.at("cost") if epic.lacks("approved") else epic.at("approved"),
                "guardrail-threshold",
                f"{epic.id} comes to {grouped(breach.actual or Decimal(0))}, and from the threshold"
                f" of {grouped(verdict.limit or Decimal(0))} on an epic needs a recorded go",
                "add `- {on: ..., kind: go, by: ..., note: ...}` to its `decisions:`, or stop it",
            )


def guardrail_salami(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Epics of one owner for one objective that together reach the threshold have a go.

    One large investment in slices below the threshold is still one large investment.

    Cure: decide on them together, and record the go in each.
    """
    for verdict in broken(portfolio, setting, "guardrail-salami"):
        for breach in verdict.breaches:
            first, *rest = (portfolio[id] for id in breach.items)
            yield Problem(
                first.at("owner"),
                "guardrail-salami",
                f"{some(breach.items)}, all of {breach.name}, are each below the threshold of"
                f" {grouped(verdict.limit or Decimal(0))},"
                f" and together come to {grouped(breach.actual or Decimal(0))}",
                breach.cure,
                related=tuple(Related(each.at(), f"{each.id} is here") for each in rest[:5]),
            )


def guardrail_concentration_epic(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No epic holds more of the committed money than the guardrail allows.

    A portfolio that hangs on one bet is no portfolio.

    Cure: cut the epic, or fund it in steps.
    """
    yield from concentrated(portfolio, setting, "guardrail-concentration-epic")


def guardrail_concentration_vendor(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No vendor holds more of the committed money than the guardrail allows.

    Who is paid most of it sets the price of the rest.

    Cure: look for a second source; or change the guardrail, which is a decision of the board.
    """
    yield from concentrated(portfolio, setting, "guardrail-concentration-vendor")


def guardrail_engagement(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An increment has dated evidence that its business owners took part.

    Teams that plan alone learn at the end what was wanted at the start.

    Cure: write `engagement: [{on: ..., by: ..., when: before}]` in the increment.
    """
    for verdict in broken(portfolio, setting, "guardrail-engagement"):
        for breach in verdict.breaches:
            increment = portfolio[breach.items[0]]
            place = increment.at() if increment.lacks("engagement") else increment.at("engagement")
            yield Problem(
                place,
                "guardrail-engagement",
                f"{increment.id} has evidence of its business owners for"
                f" {short_percent(breach.share or Fraction(0))} of its moments before, at and after"
                f" planning, and {grouped(verdict.limit or Decimal(0))} % is asked",
                f"{breach.cure}: `engagement: [{{on: ..., by: ..., when: before}}]`",
            )


def concentrated(portfolio: Portfolio, setting: Setting, rule: str) -> Iterator[Problem]:
    for verdict in broken(portfolio, setting, rule):
        for breach in verdict.breaches:
            first = portfolio[breach.items[0]]
            vendor = rule.endswith("vendor")
            yield Problem(
                first.at("vendor" if vendor else "approved"),
                rule,
                f"{breach.name} holds {short_percent(breach.share or Fraction(0))} of the committed"
                f" money, and {grouped(verdict.limit or Decimal(0))} % is allowed",
                breach.cure,
                related=tuple(
                    Related(portfolio[id].at("approved"), f"{id} is here")
                    for id in breach.items[1:6]
                ),
            )


ERRORS = (
    budget_overcommitted,
    budget_overlap,
    budget_differs,
    reallocation_unknown,
    currency_without_rate,
    cost_range_reversed,
    guardrail_threshold,
)
WARNINGS = (
    budget_overrun,
    forecast_over_budget,
    forecast_below_actual,
    spending_unexplained,
    budget_missing,
    mvp_over_cost,
    epic_overrun,
    spent_without_approval,
    guardrail_horizons,
    guardrail_capacity,
    guardrail_salami,
    guardrail_concentration_epic,
    guardrail_concentration_vendor,
    guardrail_engagement,
)

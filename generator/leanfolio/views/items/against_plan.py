"""An increment against its plan, as its page says it: what was planned, what is other now."""

from collections.abc import Iterator
from decimal import Decimal

from leanfolio.figures.increment_plan import FeatureOutcome, ObjectiveChange, PlanComparison
from leanfolio.model import IncrementObjective
from leanfolio.model.increment import plan_tag
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Value, figure, headers
from leanfolio.views.increments.delivered import arithmetic
from leanfolio.views.ref import ref
from leanfolio.wording import Percent, Text, in_context, joined, message, plural

COMMITMENTS = {
    "committed": in_context("commitment of an increment's objective", "committed"),
    "uncommitted": in_context("commitment of an increment's objective", "uncommitted"),
}


def plan_facts(comparison: PlanComparison, id: str) -> Iterator[Fact]:
    """Yield the plan in short: which commit it is, its value, and what became of its features."""
    tag = plan_tag(id)
    where = (
        message("tag {tag}", tag=tag)
        if comparison.tagged
        else message(
            "commit {commit}, the first from the increment's first day on, as no tag {tag} is set",
            commit=comparison.commit[:8],
            tag=tag,
        )
    )
    yield Fact("Planned on", comparison.on, where)
    if comparison.values.planned:
        yield Fact("Planned value then", figure(comparison.planned_value), missing(comparison))
    if comparison.share is not None:
        share = Percent(comparison.share, 1)
        yield Fact("Delivered of that plan", share, arithmetic(comparison.values))
    if comparison.features:
        yield Fact("Features of the plan", comparison.planned_features, what_became(comparison))


def missing(comparison: PlanComparison) -> Text:
    """How many committed objectives had no planned value then."""
    if not comparison.values.unplanned:
        return ""
    return plural(
        "{n:spelled} committed objective had no planned value",
        "{n:spelled} committed objectives had no planned value",
        comparison.values.unplanned,
    )


def what_became(comparison: PlanComparison) -> Text:
    """What became of the features of a plan, and how many came later."""
    counts = (
        message("{n} done", n=comparison.count("done")),
        message("{n} open", n=comparison.count("open")),
        message("{n} moved", n=comparison.count("moved")),
        message("{n} dropped", n=comparison.count("dropped", "gone")),
        message("{n} added since", n=comparison.count("added")),
    )
    return joined(counts, ", ")


def plan_table(portfolio: Portfolio, comparison: PlanComparison, most: int = 150) -> Table:
    """Return what is not as it was planned: objectives, then at most so many features."""
    rows = [objective_row(change) for change in comparison.objectives]
    other = [
        entry
        for entry in comparison.features
        if entry.resized or entry.outcome not in ("done", "open")
    ]
    rows += [feature_row(portfolio, feature) for feature in other[:most]]
    more = len(other) - most
    return Table(
        "Other than planned",
        headers("What", "In the plan", "Now"),
        tuple(rows),
        plural(
            "{n} more is not listed here; {file} has them all.",
            "{n} more are not listed here; {file} has them all.",
            more,
            file="data/increment-outcomes.csv",
        )
        if more > 0
        else "",
        anchor="plan",
    )


def objective_row(change: ObjectiveChange) -> tuple[Value, ...]:
    return change.title, in_words(change.planned), in_words(change.now)


def in_words(objective: IncrementObjective | None) -> Text:
    """An objective's commitment and planned value; what is not there is named."""
    if objective is None:
        return message("not there")
    commitment = COMMITMENTS[objective.commitment]
    if objective.planned_value is None:
        return message("{commitment}, without a value", commitment=commitment)
    value = figure(objective.planned_value)
    return message("{commitment}, {value}", commitment=commitment, value=value)


def feature_row(portfolio: Portfolio, feature: FeatureOutcome) -> tuple[Value, ...]:
    """A feature that moved, was dropped, is gone, was added, or has another size."""
    item = portfolio.items.get(feature.id)
    what: Value = ref(item) if item else message("{id} {title}", id=feature.id, title=feature.title)
    if feature.resized:
        return what, size_in_words(feature.size), size_in_words(feature.size_now)
    if feature.outcome == "added":
        return what, message("not there"), message("added")
    now = {
        "moved": message("moved to {increment}", increment=feature.increment or "")
        if feature.increment
        else message("in no increment"),
        "dropped": message("dropped"),
        "gone": message("no longer there"),
    }[feature.outcome]
    return what, message("planned"), now


def size_in_words(size: Decimal | None) -> Text:
    """The size of a feature; of one without a size, that."""
    if size is None:
        return message("without a size")
    return message("size {size}", size=figure(size))

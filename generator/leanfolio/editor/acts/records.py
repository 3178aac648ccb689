"""Acts that write something down: a check-in, a decision, scores, a waiver, a word on health."""

from collections.abc import Mapping

from leanfolio.check import RULES
from leanfolio.editor.acts.act import (
    Act,
    ActError,
    Moment,
    Row,
    entry_added,
    entry_of,
    entry_set,
    field_set,
    given,
    item_named,
    one_of,
)
from leanfolio.model import CheckIn, Decision, Epic, HasUpdates, Item, KeyResult, Scored, Update
from leanfolio.model.field import Day, NotNegative, Text
from leanfolio.model.item import Dated, SubModel, Waiver
from leanfolio.model.portfolio import Portfolio

SCORES = ("business_value", "time_criticality", "risk_opportunity", "job_size")


def named_alike(*names: str) -> Mapping[str, str]:
    """Columns that have the names of their fields."""
    return {name: name for name in names}


def dated(row: Row, moment: Moment) -> dict[str, str]:
    """The row with a day: that of the moment, where it has none."""
    return {**row, "on": row.get("on") or moment.day.isoformat()}


def checkin(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """One more check-in of a key result."""
    key_result = item_named(portfolio, row["key_result"], "key_result", KeyResult)
    names = named_alike("on", "value", "confidence", "note", "by")
    entry = given(CheckIn, dated(row, moment), names)
    return Act(key_result, (entry_added(key_result, "check_ins", entry),))


def decide(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """One more decision about an epic."""
    epic = item_named(portfolio, row["epic"], "epic", Epic)
    names = named_alike("on", "kind", "by", "note")
    entry = given(Decision, dated(row, moment), names)
    return Act(epic, (entry_added(epic, "decisions", entry),))


def update(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """One more word of a person on the health of an item."""
    item = item_named(portfolio, row["id"], "id", HasUpdates)
    names = named_alike("on", "health", "note", "by")
    entry = given(Update, dated(row, moment), names)
    return Act(item, (entry_added(item, "updates", entry),))


class Scores(SubModel):
    """The parts of a score that were given."""

    business_value: NotNegative | None = None
    time_criticality: NotNegative | None = None
    risk_opportunity: NotNegative | None = None
    job_size: NotNegative | None = None


class Scorers(Dated):
    """When, and by whom."""

    by: Text


def score(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """New scores of an item, with the day and who scored."""
    item = item_named(portfolio, row["id"], "id", Scored)
    scores = entry_of(given(Scores, row, named_alike(*SCORES)))
    if not scores:
        raise ActError(f"no score of {item.id} is given", f"give one of {', '.join(SCORES)}")
    scored = given(Scorers, dated(row, moment), named_alike("on", "by"))
    people = [name for name in map(str.strip, scored.by.split(",")) if name]
    changes = [field_set(item, name, value) for name, value in scores.items()]
    changes.append(field_set(item, "scored_on", scored.on))
    changes.append(field_set(item, "scored_by", people))
    return Act(item, tuple(changes))


class Lasting(SubModel):
    """The last day of what ends."""

    until: Day


def refuse_past(row: Row, moment: Moment) -> None:
    """Stop here for a waiver that would have run out already. Raises ActError."""
    if not row.get("until"):
        return
    until = given(Lasting, row, named_alike("until")).until
    if until < moment.day:
        message = f"a waiver until {until} has run out already"
        raise ActError(message, f"give a day after today, {moment.day}", "until")


def waive(portfolio: Portfolio, row: Row, moment: Moment) -> Act:
    """A rule kept quiet for an item; a waiver of it that has run out is renewed."""
    item = item_named(portfolio, row["id"], "id", Item)
    optional = [name for name, rule in RULES.items() if rule.optional]
    listed = "`leanfolio explain` lists the rules"
    one_of(row.get("rule", ""), optional, "rule", "rule that can be waived:", listed)
    for old in item.waivers:
        if old.rule == row["rule"] and old.until >= moment.day:
            message = f"{item.id} has a waiver of {old.rule} until {old.until}"
            raise ActError(message, f"change that one, in content/{item.origin.path}", "rule")
    refuse_past(row, moment)
    waiver = given(Waiver, row, named_alike("rule", "reason", "approver", "until"))
    for index, old in enumerate(item.waivers):
        if old.rule == waiver.rule:
            new = entry_of(waiver)
            names = ("reason", "approver", "until")
            return Act(
                item, tuple(entry_set(item, "waivers", index, name, new[name]) for name in names)
            )
    return Act(item, (entry_added(item, "waivers", waiver),))

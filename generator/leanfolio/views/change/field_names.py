"""What fields are called in a sentence, by their names in a file with dots: whole-life cost."""

from collections.abc import Mapping

from leanfolio.wording import Message, Text, message

FIELD_NAMES: Mapping[str, Message] = {
    # of all items
    "title": message("title"), "owner": message("owner"), "tags": message("tags"),
    "visibility": message("audience"), "confidential": message("confidential fields"),
    "links": message("links"), "waivers": message("waivers"), "updates": message("words on health"),
    "source": message("source"), "history": message("history"),
    "blocked": message("blocks"), "state": message("state"),
    # of the portfolio
    "as_of": message("day of the figures"), "currency": message("currency"),
    "fiscal_year_start": message("start of the fiscal year"),
    "fiscal_year_named_by": message("naming of the fiscal year"),
    "scale": message("scale of scores"), "ranking": message("form of the ranking"),
    "cut_line.count": message("epics above the cut line"),
    "cut_line.size": message("size above the cut line"),
    "cut_line.money": message("money above the cut line"),
    "states": message("states of epics"), "feature_states": message("states of features"),
    "story_states": message("states of stories"),
    "guardrails.horizons.targets": message("target shares of horizons"),
    "guardrails.horizons.tolerance": message("tolerance of horizons"),
    "guardrails.capacity.targets": message("target shares of capacity"),
    "guardrails.capacity.tolerance": message("tolerance of capacity"),
    "guardrails.epic_threshold": message("epic approval threshold"),
    "guardrails.concentration.epic": message("most of the money for one epic"),
    "guardrails.concentration.vendor": message("most of the money for one vendor"),
    "guardrails.engagement": message("engagement of business owners"),
    "flow.days": message("counting of flow days"),
    "flow.sle.share": message("share of the service level"),
    "flow.sle.days": message("days of the service level"),
    "flow.weeks": message("weeks that forecasts rest on"),
    "flow.days_off": message("days off"), "rates": message("exchange rates"),
    "reallocations": message("reallocations"),
    "releases.keep": message("increments that are kept"),
    "releases.keep_years": message("years that increments are kept"),
    "feed_id": message("id of the feeds"),
    "brand.name": message("name of the site"), "brand.logo": message("logo of the site"),
    "brand.accent": message("accent of the site"),
    "audiences.public.hide": message("fields hidden from the public"),
    "audiences.internal.hide": message("fields hidden from insiders"),
    "max_attachment_mb": message("limit of pictures and documents in MB"),
    "rules": message("severity of rules"), "meetings": message("meetings"),
    "risk_scale.probability": message("scale of probability"),
    "risk_scale.impact": message("scale of impact"),
    # of objectives and key results
    "themes": message("themes"), "parent": message("parent"), "level": message("level"),
    "period": message("period"), "period.start": message("start of the period"),
    "period.end": message("end of the period"), "commitment": message("commitment"),
    "objective": message("objective"), "kind": message("kind"), "unit": message("unit"),
    "start": message("start"), "end": message("end"), "target": message("target"),
    "low": message("lower limit"), "high": message("upper limit"), "weight": message("weight"),
    "cadence_days": message("days between check-ins"), "check_ins": message("check-ins"),
    # of value streams and teams
    "budgets": message("budgets"), "capacity": message("capacity"),
    "limit": message("limit of work in progress"), "lead": message("lead"),
    "limit_size": message("limit by size"), "stream_limit": message("limit by value stream"),
    "max_age_days": message("most days in the state"),
    "value_stream": message("value stream"), "team": message("team"),
    # of epics and features
    "horizon": message("horizon"), "business_value": message("business value"),
    "time_criticality": message("time criticality"),
    "risk_opportunity": message("risk or opportunity"), "job_size": message("job size"),
    "scored_on": message("day of the scores"), "scored_by": message("scorers"),
    "cost_of_delay": message("cost of delay"),
    "cost_of_delay.revenue": message("revenue in the cost of delay"),
    "cost_of_delay.savings": message("savings in the cost of delay"),
    "cost_of_delay.penalties": message("penalties in the cost of delay"),
    "cost_of_delay.other": message("other parts of the cost of delay"),
    "cost_of_delay.per": message("period of the cost of delay"),
    "duration_weeks": message("duration in weeks"), "urgency": message("urgency"),
    "due": message("due date"), "key_results": message("key results"),
    "hypothesis.for": message("customer of the hypothesis"),
    "hypothesis.who": message("need in the hypothesis"),
    "hypothesis.the": message("solution of the hypothesis"),
    "hypothesis.is_a": message("kind of solution in the hypothesis"),
    "hypothesis.that": message("value in the hypothesis"),
    "hypothesis.unlike": message("alternative in the hypothesis"),
    "hypothesis.ours": message("difference in the hypothesis"),
    "hypothesis.outcomes": message("outcomes of the hypothesis"),
    "hypothesis.requirements": message("requirements of the hypothesis"),
    "leading_indicators": message("leading indicators"),
    "mvp.cost": message("cost of the MVP"), "mvp.test": message("test of the MVP"),
    "mvp.features": message("features of the MVP"),
    "cost": message("cost"), "cost_low": message("lowest cost"),
    "cost_high": message("highest cost"), "whole_life_cost": message("whole-life cost"),
    "approved": message("approved money"), "actual": message("money spent"),
    "opening_balance.on": message("day of the opening balance"),
    "opening_balance.amount": message("opening balance"),
    "depends_on": message("dependencies"), "like": message("reference class"),
    "decisions": message("decisions"), "decide_by": message("day of decision"),
    "sponsors": message("sponsors"), "scope_in": message("scope"),
    "scope_out": message("what is out of scope"), "vendor": message("vendor"),
    "epic": message("epic"), "increment": message("increment"), "size": message("size"),
    "feature": message("feature"), "iteration": message("iteration"), "points": message("points"),
    # of increments and risks
    "iterations": message("iterations"), "objectives": message("objectives"),
    "engagement": message("engagement of business owners"),
    "affects": message("what is at risk"), "status": message("status"),
    "action": message("action"), "date": message("date"),
    "probability": message("probability"), "impact": message("impact"),
    "acceptance.on": message("day of acceptance"), "acceptance.by": message("who accepted it"),
    "acceptance.note": message("note on the acceptance"),
    "acceptance.until": message("end of the acceptance"),
    "votes": message("votes of confidence"), "milestones": message("milestones"),
    "capacities": message("capacities of iterations"),
}  # fmt: skip
AMOUNTS = frozenset((
    "guardrails.epic_threshold", "cut_line.money", "cost_of_delay", "cost_of_delay.revenue",
    "cost_of_delay.savings", "cost_of_delay.penalties", "cost_of_delay.other", "mvp.cost", "cost",
    "cost_low", "cost_high", "whole_life_cost", "approved", "actual", "opening_balance.amount",
))  # fmt: skip


def field_name(path: str) -> Text:
    """Return what a field is called, with the key within it that a portfolio chose itself.

    A field that nobody named stands as it is written.
    """
    whole, key = path, ""
    while whole not in FIELD_NAMES and "." in whole:
        whole, _, inner = whole.rpartition(".")
        key = f"{inner}.{key}" if key else inner
    name: Text = FIELD_NAMES.get(whole, whole)
    return message("{field} ({key})", field=name, key=key) if key else name

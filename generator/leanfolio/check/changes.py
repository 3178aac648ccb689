"""Changes: what was promised and recorded is not moved without a word.

These rules compare with the portfolio as it was before; where nobody gives that, they are silent.
"""

from collections.abc import Iterator

from leanfolio.check.rule import Check, Setting
from leanfolio.check.states.columns import on_boards
from leanfolio.figures.okr.score import days_of
from leanfolio.model import HasState, Item, KeyResult, Objective, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem
from leanfolio.wording import days, listed, readable, tell

PARTS = ("business_value", "time_criticality", "risk_opportunity", "job_size")
ENDS = ("start", "target", "low", "high")


def target_moved(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The start and the target of a key result stay once its period has begun.

    A target that comes to meet its score is reached by everybody. The first one is kept, and both
    scores are shown.

    Fix: put the first value back; or say in a check-in why it moved, and waive the rule.
    """
    if setting.earlier is None:
        return
    for key_result in portfolio.items_of(KeyResult):
        before = setting.earlier.items.get(key_result.id)
        begun = days_since_begin(portfolio, key_result, setting)
        if not isinstance(before, KeyResult) or begun is None:
            continue
        for name in ENDS:
            old, new = getattr(before, name), getattr(key_result, name)
            if old is not None and old != new and name not in key_result.origin.faulty:
                now = tell("none now") if new is None else tell("{new:grouped} now", new=new)
                yield Problem(
                    key_result.at(name),
                    "target-moved",
                    tell(
                        "{key_result} had {name} {old:grouped} and has {now}, {begun} into "
                        "its period",
                        key_result=key_result.id,
                        name=name,
                        old=old,
                        now=now,
                        begun=days(begun),
                    ),
                    tell("put {old:grouped} back, or say why and waive the rule", old=old),
                )


def days_since_begin(portfolio: Portfolio, entry: KeyResult, setting: Setting) -> int | None:
    """How far the period of a key result has gone; None before it has begun."""
    for objective in portfolio.parents_of(entry.id):
        period = days_of(portfolio, objective) if isinstance(objective, Objective) else None
        if period is not None and period.first <= setting.as_of:
            return (setting.as_of - period.first).days
    return None


def history_rewritten(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A history grows at its end; what it said before it still says.

    Flow figures of the past are made of it. Edited afterwards, last quarter's report is no longer
    what it was, and nobody knows why.

    Fix: put the entry back, and add a new one at the end; or waive the rule for a correction.
    """
    if setting.earlier is None:
        return
    for item in on_boards(portfolio):
        before = setting.earlier.items.get(item.id)
        if not isinstance(before, HasState) or "history" in item.origin.faulty:
            continue
        for index, old in enumerate(before.history):
            new = item.history[index] if index < len(item.history) else None
            if new != old:
                now = (
                    tell("says nothing")
                    if new is None
                    else tell("{state} on {on}", state=new.state, on=new.on)
                )
                yield Problem(
                    item.at("history", index),
                    "history-rewritten",
                    tell(
                        "the history of {item} said {state} on {on}, and now {now}",
                        item=item.id,
                        state=old.state,
                        on=old.on,
                        now=now,
                    ),
                    tell("put the entry back; what is new belongs at the end"),
                )
                break


def rescored_undated(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A changed score has the day on which it was scored anew.

    With the old day beside it a new score looks as if it had been agreed then, and its age, which
    says when to score again, is wrong.

    One that changes twice on the day of the check keeps it. One without any day is reported by
    `score-undated`.

    Fix: write the day into `scored_on`, and who scored into `scored_by`; `leanfolio score` does
    all of it.
    """
    if setting.earlier is None:
        return
    for item in portfolio.items.values():
        before = setting.earlier.items.get(item.id)
        if not isinstance(item, Scored) or not isinstance(before, Scored):
            continue
        if "scored_on" in item.origin.faulty:
            continue
        changed = [
            name
            for name in PARTS
            if name not in item.origin.faulty
            and getattr(before, name) not in (None, getattr(item, name))
        ]
        dated = item.scored_on is None or item.scored_on >= setting.as_of  # again on one day
        if changed and not dated and item.scored_on == before.scored_on:
            yield Problem(
                item.at(changed[0]),
                "rescored-undated",
                tell(
                    "{item} has another {fields} than before, and was scored on {scored_on} as "
                    "before",
                    item=item.id,
                    fields=listed(f"`{name}`" for name in changed),
                    scored_on=item.scored_on,
                ),
                tell("write the day of the new score into `scored_on`"),
            )


def item_removed(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What was in the portfolio is ended in it, not deleted.

    A deleted epic takes its money and its decisions out of every figure, and its page is gone for
    all who link to it.

    Fix: restore the file, and set it to a state of category cancelled.
    """
    if setting.earlier is None:
        return
    for id, before in setting.earlier.items.items():
        if id in portfolio or id in portfolio.absent:
            continue
        now = renamed(before, portfolio, setting.earlier)
        if now is not None:
            yield renaming(before, now)
        else:
            yield Problem(
                Place(before.origin.path),
                "item-removed",
                tell("the {word} {id} was here, and is gone", word=readable(before.WORD), id=id),
                tell("restore it, and cancel it instead; or say in the change why it goes"),
            )


def renamed(before: Item, portfolio: Portfolio, earlier: Portfolio) -> Item | None:
    """The item that this one became when it got another id; None where none is like it."""
    for item in portfolio.items.values():
        if item.id in earlier or item.TYPE != before.TYPE:
            continue
        fields = sum(
            getattr(item, name) == getattr(before, name) for name in type(before).model_fields
        )
        alike = fields >= len(type(before).model_fields) - 2  # its id, and one that was edited
        if alike and (same_prose(item, before) or item.title == before.title):
            return item
    return None


def same_prose(item: Item, before: Item) -> bool:
    """Whether two items have the same prose of their own; one that is nested has none."""
    return not item.origin.prefix and item.origin.body == before.origin.body


def renaming(before: Item, now: Item) -> Problem:
    """An item that has another id: that of its file's new name, or one that was written."""
    origin, id = now.origin, before.id
    stay = tell("so that its address, its history and links to it stay")
    if origin.prefix or ("id",) in origin.keys:
        message = tell(
            "the {word} {id} is now called {now}", word=readable(before.WORD), id=id, now=now.id
        )
        return Problem(
            now.at("id"),
            "item-removed",
            message,
            tell("write `id: {id}` again, {stay}", id=id, stay=stay),
        )
    message = tell(
        "the file of the {word} {id} is now {path}, whose id is thereby {now}",
        word=readable(before.WORD),
        id=id,
        path=origin.path,
        now=now.id,
    )
    return Problem(
        now.at(), "item-removed", message, tell("write `id: {id}` in it, {stay}", id=id, stay=stay)
    )


ERRORS: tuple[Check, ...] = ()
WARNINGS = (target_moved, history_rewritten, rescored_undated, item_removed)

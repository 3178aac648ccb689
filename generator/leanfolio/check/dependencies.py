"""Dependencies: what is needed comes before what needs it, or the plan cannot be true."""

from collections.abc import Iterator
from datetime import date

from leanfolio.check.rule import Setting
from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.figures.increments.schedule import When
from leanfolio.model import Days, Epic, Feature, HasState, Increment, Item, Scored, Story
from leanfolio.model.portfolio import Edge, Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import tell

OPEN = ("new", "waiting", "active")
Need = tuple[Scored, Scored, Edge]


def needs(portfolio: Portfolio) -> Iterator[Need]:
    """Every consumer with what it needs."""
    for model in (Epic, Feature):
        for item in portfolio.items_of(model):
            for edge in portfolio.edges_from(item.id, "needs"):
                provider = portfolio[edge.target]
                if isinstance(item, Scored) and isinstance(provider, Scored):
                    yield item, provider, edge


def at(need: Need) -> Place:
    return need[0].at_link(need[2].field, need[1].id)


def provider_late(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """What is needed is planned no later than what needs it.

    A plan that asks for the second floor first is found out in the week in which it breaks. A
    feature may say by which iteration or day it needs another; else that is when it is to be
    finished itself.

    Fix: plan the provider earlier, or the consumer later; or drop the dependency.
    """
    late = {
        (entry.consumer, entry.provider): entry
        for entry in setting.facts_of(portfolio).dependencies
        if entry.status == "late"
    }
    for need in needs(portfolio):
        consumer, provider, _edge = need
        if portfolio.category_of(consumer) not in OPEN or is_done(portfolio, provider):
            continue
        when, before = increment_of(portfolio, provider), increment_of(portfolio, consumer)
        if when and before and when[0].first > before[0].last:
            clash = tell(
                "{provider} is planned for {when}, which starts on {first}, after {before} "
                "ended on {last}",
                provider=provider.id,
                when=when[1].id,
                first=when[0].first,
                before=before[1].id,
                last=before[0].last,
            )
            field = "increment"
        elif provider.due and consumer.due and provider.due > consumer.due:
            clash = tell(
                "{provider} is due on {due}, and {consumer} on {needed}",
                provider=provider.id,
                due=provider.due,
                consumer=consumer.id,
                needed=consumer.due,
            )
            field = "due"
        elif entry := late.get((consumer.id, provider.id)):
            clash, field = clash_of(entry), "iteration"
        else:
            continue
        promised = late[consumer.id, provider.id].promised if field == "iteration" else None
        yield Problem(
            at(need),
            "provider-late",
            tell(
                "{consumer} needs {provider}, but {clash}",
                consumer=consumer.id,
                provider=provider.id,
                clash=clash,
            ),
            order(field, consumer, provider),
            related=(planned_at(portfolio, provider, field, promised),),
        )


def order(field: str, consumer: Scored, provider: Scored) -> str:
    """What to do about a provider that comes too late; iterations may be those of stories."""
    if field == "iteration":
        return tell(
            "plan {provider} for an earlier iteration, or {consumer} for a later one",
            provider=provider.id,
            consumer=consumer.id,
        )
    return tell(
        "change `{field}:` of one: {provider} earlier, or {consumer} later",
        field=field,
        provider=provider.id,
        consumer=consumer.id,
    )


def planned_at(
    portfolio: Portfolio, provider: Scored, field: str, promised: When | None
) -> Related:
    """Where it is said when an item comes: in its own field, or in that of its last story."""
    if field != "iteration" or provider.is_stated(field):
        return Related(provider.at(field), f"{provider.id} is here")
    stories = portfolio.children_of(provider.id, Story)
    last = [story for story in stories if promised and story.iteration == promised.iteration]
    if not last:
        return Related(provider.at("increment"), f"{provider.id} is here")
    return Related(last[0].at("iteration"), f"{last[0].id} of {provider.id} is here")


def clash_of(entry: Dependency) -> str:
    """What is promised later than it is needed, each with its last day."""
    assert entry.promised is not None and entry.needed is not None
    return tell(
        "{provider} is planned for {promised}, and needed by {needed}",
        provider=entry.provider,
        promised=point(entry.promised),
        needed=point(entry.needed),
    )


def point(when: When) -> str | date:
    """A point of a plan in words: iteration 3 of PI-1, which ends on 2026-11-13."""
    if when.increment is None:
        return when.day
    if when.iteration is None:
        return tell("{increment}, which ends on {day}", increment=when.increment, day=when.day)
    return tell(
        "iteration {iteration} of {increment}, which ends on {day}",
        iteration=when.iteration,
        increment=when.increment,
        day=when.day,
    )


def is_done(portfolio: Portfolio, item: HasState) -> bool:
    return portfolio.category_of(item) == "done"


def increment_of(portfolio: Portfolio, item: Item) -> tuple[Days, Increment] | None:
    """The increment for which an item is planned, where that has days."""
    for edge in portfolio.edges_from(item.id, "increment"):
        increment = portfolio[edge.target]
        if isinstance(increment, Increment) and increment.days is not None:
            return increment.days, increment
    return None


def provider_cancelled(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Nothing open depends on what was cancelled.

    It waits for something that will never come.

    Fix: find another provider; or take the dependency out, and say in the prose what changed.
    """
    for need in needs(portfolio):
        consumer, provider, _edge = need
        cancelled = portfolio.category_of(provider) == "cancelled"
        if cancelled and portfolio.category_of(consumer) in OPEN:
            yield Problem(
                at(need),
                "provider-cancelled",
                tell(
                    "{consumer} needs {provider}, which is {state}",
                    consumer=consumer.id,
                    provider=provider.id,
                    state=provider.state,
                ),
                tell(
                    "name what it needs instead, or take {provider} out of `depends_on:`",
                    provider=provider.id,
                ),
                related=(Related(provider.at("state"), f"{provider.id} is here"),),
            )


def provider_not_started(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """What is being done does not wait for something that is not even begun.

    It will stop half way, and hold its place under the limit while it waits.

    Fix: start the provider, or put the consumer back; if it goes on without, it is no dependency.
    """
    for need in needs(portfolio):
        consumer, provider, _edge = need
        started = portfolio.category_of(consumer) in ("active", "done")
        if started and portfolio.category_of(provider) in ("new", "waiting"):
            yield Problem(
                at(need),
                "provider-not-started",
                tell(
                    "{consumer} is in {state} and needs {provider}, which is only in"
                    " {provider_state}",
                    consumer=consumer.id,
                    state=consumer.state,
                    provider=provider.id,
                    provider_state=provider.state,
                ),
                tell(
                    "start {provider}, put {consumer} back, or take it out of `depends_on:`",
                    provider=provider.id,
                    consumer=consumer.id,
                ),
                related=(Related(provider.at("state"), f"{provider.id} is here"),),
            )


def dependency_on_own_epic(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A feature does not depend on its own epic, nor an epic on its own feature.

    The epic is done when its features are: neither could ever be finished before the other.

    Fix: name the feature that is meant; or take the dependency out.
    """
    for need in needs(portfolio):
        consumer, provider, _edge = need
        own = {(consumer.id, getattr(consumer, "epic", None))}
        if (consumer.id, provider.id) in own or getattr(provider, "epic", None) == consumer.id:
            yield Problem(
                at(need),
                "dependency-on-own-epic",
                tell(
                    "{consumer} needs {provider}, and is a part of it",
                    consumer=consumer.id,
                    provider=provider.id,
                )
                if isinstance(consumer, Feature)
                else tell(
                    "{consumer} needs {provider}, and is made of it",
                    consumer=consumer.id,
                    provider=provider.id,
                ),
                tell(
                    "name the feature that is meant, or take {provider} out of `depends_on:`",
                    provider=provider.id,
                ),
            )


ERRORS = (dependency_on_own_epic,)
WARNINGS = (provider_late, provider_cancelled, provider_not_started)

"""Iterations that stories, features and capacities name are those of their increment."""

from collections.abc import Iterator

from leanfolio.check.rule import Setting
from leanfolio.figures.increments.schedule import day_of
from leanfolio.model import Feature, Increment, Item, Story
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Place, Problem, Related
from leanfolio.read.suggestions import nearest
from leanfolio.wording import listed, tell

Use = tuple[Place, Increment, str, str]  # where, of which increment, the name, what names it


def iteration_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The iteration that a story, a feature or a capacity names is one of its increment.

    Work in an iteration that does not exist is in nobody's plan.

    Fix: correct the name; or add the iteration to the increment.
    """
    for place, increment, name, what in uses(portfolio):
        names = [one.name for one in increment.iterations]
        if names and name not in names:
            guess = nearest(name, names)
            yield Problem(
                place,
                "iteration-unknown",
                tell(
                    "{what} iteration {name}, which {increment} does not have",
                    what=what,
                    name=name,
                    increment=increment.id,
                ),
                tell("did you mean {guess}?", guess=guess)
                if guess
                else tell("name one of its iterations: {names}", names=listed(names, "or")),
                related=(Related(increment.at("iterations"), "its iterations"),),
            )


def uses(portfolio: Portfolio) -> Iterator[Use]:
    """Every iteration that something names, with the increment that it has to be of."""
    for story in portfolio.items_of(Story):
        if story.iteration is not None:
            for edge in portfolio.edges_from(story.id, "parent"):
                for increment in increments_of(portfolio, portfolio[edge.target]):
                    where = story.at("iteration")
                    yield where, increment, story.iteration, tell("{id} is in", id=story.id)
    for feature in portfolio.items_of(Feature):
        for increment in increments_of(portfolio, feature):
            if feature.iteration is not None:
                where = feature.at("iteration")
                yield where, increment, feature.iteration, tell("{id} is in", id=feature.id)
            for provider, by in feature.depends_on.items():
                if by is not None and day_of(by) is None:
                    where = feature.at_link("depends_on", provider)
                    yield (
                        where,
                        increment,
                        by,
                        tell("{id} needs {provider} by", id=feature.id, provider=provider),
                    )
    for increment in portfolio.items_of(Increment):
        for index, entry in enumerate(increment.capacities):
            if entry.iteration is not None:
                where = increment.at("capacities", index, "iteration")
                yield (
                    where,
                    increment,
                    entry.iteration,
                    tell("a capacity of {team} is for", team=entry.team),
                )


def increments_of(portfolio: Portfolio, item: Item) -> Iterator[Increment]:
    """The increment that an item names, if it exists."""
    for edge in portfolio.edges_from(item.id, "increment"):
        increment = portfolio[edge.target]
        if isinstance(increment, Increment):
            yield increment

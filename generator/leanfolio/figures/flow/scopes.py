"""Flow of the portfolio, and of each value stream, team and kind, for each board."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Literal

from msgspec import Struct

from leanfolio.figures.columns import BOARDS
from leanfolio.figures.flow.clock import ItemFlow, item_flow
from leanfolio.figures.flow.courses import Boards, courses
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.history.versions import History
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio, id_order

Level = Literal["portfolio", "value-stream", "team", "kind"]
LEVELS: tuple[tuple[Level, str], ...] = (
    ("value-stream", "stream"),
    ("team", "team"),
    ("kind", "kind"),
)
MOVING = {model.TYPE: model for model in BOARDS}


class Scope(Struct, frozen=True):
    """Whose flow it is: a level, which one of it, and the type of item that moves."""

    level: Level
    id: str  # of a value stream or a team; a kind; empty for the portfolio
    type: str
    figures: FlowFigures


class Flow(Struct, frozen=True, dict=True):
    """The flow of everything that moves over a board, as of a day."""

    portfolio: Portfolio
    as_of: date
    history: History | None = None

    @cached_property
    def items(self) -> Mapping[str, ItemFlow]:
        """What the clock says of every item, by id."""
        flows = [flow for model in BOARDS for flow in self.of_type(model.TYPE).values()]
        flows.sort(key=lambda flow: id_order(flow.course.id))
        return {flow.course.id: flow for flow in flows}

    def board(self, type: str) -> FlowFigures:
        """The figures of all items of a type."""
        return self._figures(type, tuple(self.of_type(type).values()))

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Every level of every board that has items: the whole board first."""
        return tuple(scope for model in BOARDS for scope in self._scopes(model.TYPE))

    def _scopes(self, type: str) -> Iterator[Scope]:
        flows = tuple(self.of_type(type).values())
        if not flows:
            return
        yield Scope("portfolio", "", type, self._figures(type, flows))
        for level, field in LEVELS:
            groups: defaultdict[str, list[ItemFlow]] = defaultdict(list)
            for flow in flows:
                group = getattr(flow.course, field)
                if group:
                    groups[group].append(flow)
            for id in sorted(groups, key=id_order):
                yield Scope(level, id, type, self._figures(type, tuple(groups[id])))

    @cached_property
    def _boards(self) -> Boards:
        return Boards(self.portfolio.policy, self.history)

    @cached_property
    def _known(self) -> dict[str, Mapping[str, ItemFlow]]:
        """What was asked for, by type: most pages ask for epics, and a tenth of items are."""
        return {}

    def of_type(self, type: str) -> Mapping[str, ItemFlow]:
        """What the clock says of the items of a type, by id; none of one that has no board."""
        model = MOVING.get(type)
        if model is None:
            return {}
        if type not in self._known:
            policy = self.portfolio.policy
            extra = 1 if policy.flow.days == "inclusive" else 0
            order = {state.name: n for n, state in enumerate(policy.states_of(type))}
            found = courses(model, self.portfolio, self._boards, self.as_of)
            self._known[type] = {
                course.id: item_flow(course, self.as_of, order, extra) for course in found
            }
        return self._known[type]

    def _figures(self, type: str, flows: tuple[ItemFlow, ...]) -> FlowFigures:
        policy = self.portfolio.policy
        flow = policy.flow
        if type != Epic.TYPE:  # the service level is that of epics
            flow = flow.model_copy(update={"sle": None})
        return FlowFigures(flows, policy.states_of(type), flow, self.as_of)

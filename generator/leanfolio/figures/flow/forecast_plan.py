"""What a forecast starts from: the queue of each team, and what of it cannot be forecast."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import cycle, islice
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.figures.flow.forecast_pace import Reason, TeamPace, paces_of
from leanfolio.figures.flow.forecast_simulation import DrawnJobs, Queue
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.figures.thresholds import FEWEST_ALIKE
from leanfolio.model import Epic, Feature, Increment, Item, Scored, Team
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order

OPEN = ("new", "waiting", "active")
LAST = 10**9  # the place of what has none in an order


class Job(Struct, frozen=True):
    """Something that a team has yet to finish: a feature, or one that an epic will have."""

    id: str  # of the feature; of one that is not written yet, its epic and a number
    team: str
    epic: str | None
    needs: tuple[str, ...] = ()  # ids of jobs that have to be done before


class ForecastPlan(Struct, frozen=True, dict=True):
    """All open features in the order in which they are taken, team by team."""

    jobs: tuple[Job, ...]  # in the order of the queues
    paces: Mapping[str, TeamPace]
    drawn: Mapping[str, tuple[int, ...]]  # epic without features: the numbers of which one is drawn
    reasons: Mapping[str, Reason]  # id of a feature or an epic: why it cannot be forecast

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The number of each job."""
        return {job.id: n for n, job in enumerate(self.jobs)}

    @cached_property
    def jobs_of_epic(self) -> Mapping[str, tuple[int, ...]]:
        """The jobs of each epic, by number."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for n, job in enumerate(self.jobs):
            if job.epic is not None:
                found[job.epic].append(n)
        return {epic: tuple(numbers) for epic, numbers in found.items()}

    @cached_property
    def queues(self) -> tuple[Queue, ...]:
        """Each team with what it has yet to do."""
        result = []
        for team in sorted({job.team for job in self.jobs}, key=id_order):
            own = [n for n, job in enumerate(self.jobs) if job.team == team]
            needs = tuple(tuple(self.places[id] for id in self.jobs[n].needs) for n in own)
            pace = self.paces[team]
            result.append(Queue(team, pace.sample, pace.limit, own[0], needs))
        return tuple(result)

    @cached_property
    def drawn_jobs(self) -> tuple[DrawnJobs, ...]:
        """The epics whose number of features is drawn."""
        return tuple(
            DrawnJobs(epic, self.jobs_of_epic[epic], numbers)
            for epic, numbers in self.drawn.items()
        )


# The queue -------------------------------------------------------------------------------------


class Queueing(Struct, frozen=True, dict=True):
    """What decides the order of the work, and what of it can be forecast."""

    flow: Flow
    order: Order  # of the epics
    paces: Mapping[str, TeamPace]

    @property
    def portfolio(self) -> Portfolio:
        return self.flow.portfolio

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        return {score.item.id: n for n, score in enumerate(self.order.scores)}

    def is_open(self, item: Item) -> bool:
        return self.portfolio.category_of(item) in OPEN

    def place(self, epic: str | None, feature: Feature | None) -> tuple[Any, ...]:
        """What jobs sort by: those in work first, then by the rank of their epic, then by date."""
        if feature is None:
            return (True, self.ranks.get(epic or "", LAST), date.max, LAST, id_order(epic or ""))
        active = self.portfolio.category_of(feature) == "active"
        planned = self.portfolio.items.get(feature.increment or "")
        start = planned.start if isinstance(planned, Increment) else None
        rank = self.ranks.get(feature.epic or "", LAST)
        return (not active, rank, start or date.max, 0, id_order(feature.id))

    def own_reason(self, feature: Feature) -> Reason | None:
        """Why a feature by itself cannot be forecast."""
        if self.portfolio.category_of(feature) is None:
            return Reason("no-state", feature.id)
        if feature.team is None or feature.team not in self.paces:
            return Reason("no-team", feature.id)
        return self.paces[feature.team].reason

    def features_of(self, epic: Epic) -> tuple[Feature, ...]:
        """The features of an epic that were not cancelled."""
        children = self.portfolio.children_of(epic.id, Feature)
        return tuple(one for one in children if self.portfolio.category_of(one) != "cancelled")

    def numbers_like(self, epic: Epic) -> tuple[tuple[int, ...], Reason | None]:
        """How many features each finished epic of its kind had, or of those that it names."""
        alike = [
            other
            for other in self.portfolio.items_of(Epic)
            if (other.id in epic.like if epic.like else other.kind == epic.kind)
            and self.portfolio.category_of(other) == "done"
        ]
        numbers = tuple(len(found) for other in alike if (found := self.features_of(other)))
        if len(numbers) < FEWEST_ALIKE:
            return numbers, Reason("few-alike", epic.kind, len(numbers), FEWEST_ALIKE)
        return numbers, None

    def teams_for(self, epic: Epic) -> tuple[str, ...]:
        """The teams of its value stream that can be forecast."""
        teams = self.portfolio.items_of(Team)
        return tuple(
            team.id
            for team in teams
            if team.value_stream is not None
            and team.value_stream == epic.value_stream
            and self.paces[team.id].reason is None
        )

    def drawn(self, epic: Epic) -> tuple[tuple[Job, ...], tuple[int, ...], Reason | None]:
        """The jobs that an epic without features may have, and of which numbers one is drawn."""
        if self.portfolio.category_of(epic) == "new":
            return (), (), Reason("idea", epic.id)
        numbers, reason = self.numbers_like(epic)
        if reason is not None:
            return (), (), reason
        teams = self.teams_for(epic)
        if not teams:
            return (), (), Reason("no-stream-team", epic.id)
        turns = islice(cycle(teams), max(numbers))
        jobs = tuple(Job(f"{epic.id} #{n}", team, epic.id) for n, team in enumerate(turns, 1))
        return jobs, numbers, None

    def targets(self, item: Scored) -> Iterator[str]:
        """The open epics and features that an item needs, beside its own epic and its features."""
        own = {item.id, getattr(item, "epic", None)}
        for edge in self.portfolio.edges_from(item.id, "needs"):
            target = self.portfolio[edge.target]
            mine = getattr(target, "epic", None) == item.id
            over = self.portfolio.category_of(target) in CLOSED
            if target.id not in own and not mine and not over:
                yield target.id


class Draft(Struct):
    """A plan while it is made: what is to do, and what is known to be impossible to forecast."""

    jobs: dict[str, Job] = field(default_factory=dict)
    order: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # what each job sorts by
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  # epic: its open parts
    drawn: dict[str, tuple[int, ...]] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)

    def add(self, job: Job, place: tuple[Any, ...]) -> None:
        self.jobs[job.id] = job
        self.order[job.id] = (id_order(job.team), *place)

    def parts(self, id: str) -> tuple[str, ...]:
        """The open parts of an epic; anything else is its own."""
        return self.members.get(id, (id,))


def forecast_plan(flow: Flow, order: Order) -> ForecastPlan:
    """What the teams have yet to do, in the order in which they take it."""
    queueing = Queueing(flow, order, paces_of(flow))
    draft = Draft()
    for feature in flow.portfolio.items_of(Feature):
        if flow.portfolio.category_of(feature) not in CLOSED:
            add_feature(draft, queueing, feature)
    for epic in flow.portfolio.items_of(Epic):
        if flow.portfolio.category_of(epic) not in CLOSED:
            add_epic(draft, queueing, epic)
    needs = {id: needs_of(job, queueing, draft) for id, job in draft.jobs.items()}
    stuck = stuck_jobs(needs, draft)
    stuck |= circles({id: found for id, found in needs.items() if id not in stuck}, draft)
    return planned(draft, needs, stuck, queueing.paces)


def add_feature(draft: Draft, queueing: Queueing, feature: Feature) -> None:
    """An open feature becomes a job, or a reason why it is none."""
    reason = queueing.own_reason(feature)
    if reason is not None or feature.team is None:
        draft.reasons[feature.id] = reason or Reason("no-team", feature.id)
        return
    job = Job(feature.id, feature.team, feature.epic)
    draft.add(job, queueing.place(feature.epic, feature))


def add_epic(draft: Draft, queueing: Queueing, epic: Epic) -> None:
    """The open parts of an open epic; of one without features, those that it may have."""
    features = queueing.features_of(epic)
    still_open = [one.id for one in features if queueing.portfolio.category_of(one) != "done"]
    if still_open:
        draft.members[epic.id] = tuple(still_open)
        return
    if features:
        draft.reasons[epic.id] = Reason("all-done", epic.id)
        return
    jobs, numbers, reason = queueing.drawn(epic)
    if reason is not None:
        draft.reasons[epic.id] = reason
        return
    draft.drawn[epic.id] = numbers
    draft.members[epic.id] = tuple(job.id for job in jobs)
    for n, job in enumerate(jobs):
        draft.add(job, (*queueing.place(epic.id, None), n))


def needs_of(job: Job, queueing: Queueing, draft: Draft) -> tuple[str, ...]:
    """The open epics and features that a job waits for, by itself and with its epic."""
    portfolio = queueing.portfolio
    items = (portfolio.items.get(id) for id in (job.id, job.epic or ""))
    named = [id for item in items if isinstance(item, Scored) for id in queueing.targets(item)]
    sisters = draft.members.get(job.epic or "", ())
    own = portfolio.items.get(job.id)
    direct = own.depends_on if isinstance(own, Feature) else ()
    return tuple(dict.fromkeys(id for id in named if id in direct or id not in sisters))


def stuck_jobs(needs: Mapping[str, Sequence[str]], draft: Draft) -> dict[str, Reason]:
    """The jobs that wait for what cannot be forecast, directly or through others."""
    stuck: dict[str, Reason] = {}
    while True:
        more = {
            id: Reason("waits", target, because=why)
            for id, targets in needs.items()
            if id not in stuck
            for target in targets
            if (why := why_not(target, draft, stuck)) is not None
        }
        if not more:
            return stuck
        stuck |= more


def why_not(target: str, draft: Draft, stuck: Mapping[str, Reason]) -> Reason | None:
    """Why a predecessor cannot be forecast: it, or a part of it."""
    for id in (target, *draft.parts(target)):
        found = draft.reasons.get(id) or stuck.get(id)
        if found is not None:
            return found
    return None


def circles(needs: Mapping[str, Sequence[str]], draft: Draft) -> dict[str, Reason]:
    """The jobs that wait for themselves, and those that wait for them."""
    waits = {
        id: {part for target in targets for part in draft.parts(target)}
        for id, targets in needs.items()
    }
    while True:
        free = {id for id, left in waits.items() if not left}
        if not free:
            return {id: Reason("circle", id) for id in waits}
        waits = {id: left - free for id, left in waits.items() if id not in free}


def planned(
    draft: Draft,
    needs: Mapping[str, Sequence[str]],
    stuck: Mapping[str, Reason],
    paces: Mapping[str, TeamPace],
) -> ForecastPlan:
    """The plan without the jobs that are stuck, and each epic with the reason of its first part."""
    reasons = {**draft.reasons, **stuck}
    for epic, parts in draft.members.items():
        found = next((reasons[part] for part in parts if part in reasons), None)
        if found is not None:
            reasons[epic] = found
    drawn = {epic: numbers for epic, numbers in draft.drawn.items() if epic not in reasons}
    left = sorted((id for id in draft.jobs if id not in stuck), key=draft.order.__getitem__)
    return ForecastPlan(
        tuple(
            replace(
                draft.jobs[id],
                needs=tuple(
                    dict.fromkeys(part for target in needs[id] for part in draft.parts(target))
                ),
            )
            for id in left
        ),
        paces,
        drawn,
        reasons,
    )

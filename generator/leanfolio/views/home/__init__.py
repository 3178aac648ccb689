"""Home: what needs a decision, what is off, and the figures against their targets."""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.okr.score import ObjectiveScore
from leanfolio.model import Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.figures import Figures
from leanfolio.views.health import HealthRow
from leanfolio.views.home.changes import Change, recent_changes
from leanfolio.views.home.decisions import DecisionNeeded
from leanfolio.views.home.decisions_due import decisions_due
from leanfolio.views.home.exceptions import OffTrack, exceptions
from leanfolio.views.home.figures import Figure, home_figures
from leanfolio.views.home.health import HEALTH_ALERTS, HEALTH_WARNINGS
from leanfolio.views.home.late import LATE_KINDS
from leanfolio.views.home.recent import recent_moves
from leanfolio.views.okr import ObjectiveRow
from leanfolio.views.okr.green import green_share
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Message, Text, joined, message, plural

MOST = 8  # decisions
MOST_OPEN = 4  # decisions or exceptions before the fold: home is read on a phone
MOST_LINES = 3  # changes or objectives before the fold
MOST_OBJECTIVES = 12
BANDS = ("red", "yellow", None, "green")  # from worst to best; None has not reported


class Home(Struct, frozen=True):
    """The first page. Of each list the first few are printed, and the others are counted."""

    finding: Text
    summary: Text
    decisions: tuple[DecisionNeeded, ...]
    none_needed: Text  # what is said where there are none
    more_decisions: int
    exceptions: tuple[OffTrack, ...]
    more_exceptions: tuple[OffTrack, ...]
    nothing_off: Text  # what is said where there are none
    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]  # the newest first
    more_changes: tuple[Change, ...]
    objectives: tuple[ObjectiveRow, ...]  # the worst first
    more_objectives: int
    health: HealthRow | None = None  # the newest word on the portfolio itself

    @property
    def open_decisions(self) -> tuple[DecisionNeeded, ...]:
        """The decisions that are needed first."""
        return self.decisions[:MOST_OPEN]

    @property
    def folded_decisions(self) -> tuple[DecisionNeeded, ...]:
        """The other decisions of this page, below the fold."""
        return self.decisions[MOST_OPEN:]

    @property
    def decisions_folded(self) -> Text:
        """How many decisions stand below the fold."""
        return more(len(self.folded_decisions))

    @property
    def open_objectives(self) -> tuple[ObjectiveRow, ...]:
        """The objectives that are furthest behind."""
        return self.objectives[:MOST_LINES]

    @property
    def folded_objectives(self) -> tuple[ObjectiveRow, ...]:
        """The other objectives of this page, below the fold."""
        return self.objectives[MOST_LINES:]

    @property
    def objectives_folded(self) -> Text:
        """How many objectives stand below the fold."""
        return more(len(self.folded_objectives))

    @property
    def exceptions_left(self) -> Text:
        """How many exceptions stand below the fold."""
        return more(len(self.more_exceptions))

    @property
    def changes_left(self) -> Text:
        """How many changes stand below the fold."""
        number = len(self.more_changes)
        return plural("{n:spelled} more change", "{n:spelled} more changes", number).sentence()

    @property
    def objectives_left(self) -> Text:
        """How many objectives are not on this page."""
        return plural(
            "{n:spelled} more objective is further along",
            "{n:spelled} more objectives are further along",
            self.more_objectives,
        ).sentence()

    @property
    def decisions_left(self) -> Text:
        """How many decisions are not on this page."""
        return plural(
            "{n:pronoun} more waits for a decision",
            "{n:pronoun} more wait for a decision",
            self.more_decisions,
        ).sentence()


def more(number: int) -> Text:
    """Return how many things stand below a fold."""
    return plural("{n:pronoun} more", "{n:pronoun} more", number).sentence()


def home_view(portfolio: Portfolio, facts: Facts, figures: Figures) -> Home:
    """Return the first page of a portfolio, from its figures and its problems."""
    decisions = decisions_due(portfolio, facts, money=False)
    last = (*LATE_KINDS, *HEALTH_WARNINGS)
    off = exceptions(portfolio, facts, figures, first=HEALTH_ALERTS, last=last)
    rows = worst_first(facts, figures)
    changes = recent_changes(portfolio, facts.as_of)
    return Home(
        finding=home_finding(decisions, off, facts, partial=portfolio.partial),
        nothing_off=of_what_is_shown(
            message("nothing is off."),
            message("nothing that is shown is off."),
            partial=portfolio.partial,
        ),
        summary=home_summary(portfolio, facts),
        decisions=decisions[:MOST],
        none_needed=of_what_is_shown(
            message("nothing waits for a decision."),
            message("nothing that is shown waits for a decision."),
            partial=portfolio.partial,
        ),
        more_decisions=max(len(decisions) - MOST, 0),
        exceptions=off[:MOST_OPEN],
        more_exceptions=off[MOST_OPEN:],
        figures=tuple(home_figures(portfolio, facts, figures)),
        changes=changes[:MOST_LINES],
        more_changes=changes[MOST_LINES:],
        objectives=rows[:MOST_OBJECTIVES],
        more_objectives=max(len(rows) - MOST_OBJECTIVES, 0),
        health=figures.health.get(portfolio.policy.id),
    )


def worst_first(facts: Facts, figures: Figures) -> tuple[ObjectiveRow, ...]:
    """Return the running objectives, red ones first; in a band, furthest behind first."""
    ordered = sorted(
        facts.running_objectives, key=lambda score: (BANDS.index(score.band), lead(score))
    )
    return tuple(figures.objectives[entry.objective.id] for entry in ordered)


def lead(scored: ObjectiveScore) -> Fraction:
    """Return how far a score is ahead of its pace, or of zero where it has no pace."""
    return (scored.score or Fraction(0)) - (scored.pace or 0)


def home_finding(
    decisions: tuple[DecisionNeeded, ...],
    off: tuple[OffTrack, ...],
    facts: Facts,
    *,
    partial: bool,
) -> Text:
    """Return the state of the portfolio in one sentence."""
    parts: list[Message] = []
    if decisions:
        parts.append(
            plural(
                "{n:spelled} decision is needed", "{n:spelled} decisions are needed",
                len(decisions),
            )
        )  # fmt: skip
    if off:
        parts.append(plural("{n:spelled} thing is off", "{n:spelled} things are off", len(off)))
    if facts.running_objectives:
        parts += green_share(facts.running_objectives, partial=partial)
    if not parts:
        return of_what_is_shown(
            message("Nothing needs a decision today"),
            message("Nothing that is shown needs a decision today"),
            partial=partial,
        )
    first, *rest = parts
    return joined((first.sentence(), *rest), "; ")


def home_summary(portfolio: Portfolio, facts: Facts) -> Text:
    """Return the running increment, how many key results have reported, and what moved lately."""
    return joined(lede_sentences(portfolio, facts), " ")


def lede_sentences(portfolio: Portfolio, facts: Facts) -> Iterator[Text]:
    for increment in portfolio.items_of(Increment):
        if increment.days and increment.runs_on(facts.as_of):
            elapsed, length = increment.days.elapsed(facts.as_of), increment.days.length
            yield message(
                "{increment}, day {day} of {length}.",
                increment=increment.title, day=elapsed, length=length,
            )  # fmt: skip
            break
    results = [result for score in facts.running_objectives for result in score.key_results]
    if results:
        yield plural(
            "{reported} of {n} key result has reported.",
            "{reported} of {n} key results have reported.",
            len(results), reported=sum(entry.reported for entry in facts.running_objectives),
        )  # fmt: skip
    moves = recent_moves(portfolio, facts.as_of)
    if moves is not None:
        yield moves

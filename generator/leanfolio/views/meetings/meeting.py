"""The meetings that a portfolio holds: in its order, each by the name that it gives it."""

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.model.policy import Meeting as MeetingName
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.meetings.board_review import board_review
from leanfolio.views.meetings.increment_planning import increment_planning
from leanfolio.views.meetings.increment_review import increment_review
from leanfolio.views.meetings.portfolio_sync import portfolio_sync
from leanfolio.views.meetings.section import Section
from leanfolio.views.meetings.strategic_review import strategic_review
from leanfolio.wording import Text, message


class Meeting(Struct, frozen=True):
    """A meeting with the page that it is chaired from."""

    name: MeetingName
    title: Text
    about: Text  # what it asks, in one line
    make: Callable[[Built], Iterator[Section]]

    def sections(self, built: Built, most: int | None = None) -> tuple[Section, ...]:
        """Its sections, or the first of them, which need no figure of those that follow.

        Where some of a portfolio is hidden, none says that anything is missing.
        """
        every = islice(self.make(built), most)
        return tuple(map(of_what_may_be_read, every) if built.portfolio.partial else every)

    @property
    def url(self) -> str:
        return f"meetings/{self.name}.html"


def of_what_may_be_read(section: Section) -> Section:
    """A section for an audience from which some is hidden: that may be what seems to be missing."""
    if not section.missing:
        return section
    return replace(section, missing=message("no more of this is shown."), cure="")


USUAL: tuple[Meeting, ...] = (
    Meeting(
        "board-review",
        message("Board review"),
        message(
            "What moved, what can move, what it lacks to move, what waits longest, and the limits"
        ),
        board_review,
    ),
    Meeting(
        "portfolio-sync",
        message("Portfolio sync"),
        message("What is to be decided, what is blocked, too old or late, and what moved"),
        portfolio_sync,
    ),
    Meeting(
        "increment-planning",
        message("Increment planning"),
        message("What comes first, what is carried over, what is promised, and the mix"),
        increment_planning,
    ),
    Meeting(
        "increment-review",
        message("Increment review"),
        message("What was promised and what came of it, forecasts against facts, and risks"),
        increment_review,
    ),
    Meeting(
        "strategic-review",
        message("Strategic review"),
        message("Outcomes, output without them, money against guardrails, and what to stop"),
        strategic_review,
    ),
)


def meetings_of(portfolio: Portfolio) -> tuple[Meeting, ...]:
    """The meetings of a portfolio; all of them, by their usual names, where it names none."""
    named = portfolio.policy.meetings
    if named is None:
        return USUAL
    usual = {meeting.name: meeting for meeting in USUAL}
    return tuple(
        replace(usual[name], title=title or usual[name].title) for name, title in named.items()
    )

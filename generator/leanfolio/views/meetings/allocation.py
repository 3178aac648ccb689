"""The shares of kinds of features against their targets: as planned, and as delivered."""

from collections.abc import Iterable, Sequence

from leanfolio.model import Increment
from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.funding.guardrails import Guardrail
from leanfolio.views.increments.tables import linked
from leanfolio.views.meetings.section import GUARDRAILS, Section, rows_of, sentences
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Text, joined, message, plural

FEATURES = "content/features/"
NO_TARGETS = (
    message("this portfolio states no targets for kinds of features."),
    message(
        "Write {field} in {file}.",
        field="guardrails: {capacity: {targets: ...}}", file="content/portfolio.md",
    ),
)  # fmt: skip
PLAN_ONE = (
    message("no feature is planned for it with a value stream."),
    message("Write {field} in a file below {folder}.", field="increment:", folder=FEATURES),
)
DELIVER_ONE = (
    message("no feature of it has a value stream and a size."),
    message("Write {field} in a file below {folder}.", field="size:", folder=FEATURES),
)
AS_IT_BEGAN = message(
    "Planned is what stood in the increment when it began, so far as histories tell."
)


def by_stream(
    built: Built, increment: Increment | None, *, delivered: bool
) -> dict[Text, Guardrail]:
    """The shares of each value stream in an increment, judged or for information."""
    funding = built.figures.funding
    return {
        rail.capacity_of.stream: rail
        for rail in (*funding.guardrails, *funding.observations)
        if rail.capacity_of is not None
        and increment is not None
        and rail.capacity_of.increment == increment.id
        and rail.capacity_of.delivered == delivered
    }


def allocation(built: Built, increment: Increment | None) -> Section:
    """How the size that is planned is divided over kinds, against the targets."""
    planned = by_stream(built, increment, delivered=False)
    rows: list[tuple[Value, ...]] = [
        (stream_cell(built, stream), rail.shares, rail.verdict, rail.cure or None)
        for stream, rail in planned.items()
    ]
    missing, cure = nothing_to_judge(built, PLAN_ONE)
    return Section(
        anchor="allocation",
        question=message("Is capacity of {increment} divided as agreed?", increment=increment.title)
        if increment
        else message("Is capacity divided as agreed?"),
        finding=allocation_finding(tuple(planned.values()), partial=built.portfolio.partial),
        whole=GUARDRAILS,
        table=rows_of(
            "Planned size by kind of feature",
            ("Value stream", "Planned", "Verdict", "What would put it right"),
            rows,
            GUARDRAILS,
        ),
        why=targets(planned.values()),
        missing="" if planned else missing,
        cure="" if planned else cure,
    )


def nothing_to_judge(built: Built, otherwise: tuple[Text, Text]) -> tuple[Text, Text]:
    """What is missing and where it is written: the targets, or else the features."""
    return NO_TARGETS if built.portfolio.policy.guardrails.capacity is None else otherwise


def stream_cell(built: Built, stream: Text) -> Value:
    """A value stream as a link; the words for none as they are."""
    return linked(built.portfolio, stream) if isinstance(stream, str) else stream


def targets(rails: Iterable[Guardrail]) -> Text:
    """The targets of the kinds, each with its tolerance: the same for every value stream."""
    parts = next((rail.parts for rail in rails if rail.parts), ())
    if not parts:
        return ""
    bounds = (message("{part} {target}", part=part.name, target=part.bounds) for part in parts)
    return message("Targets: {targets}.", targets=joined(bounds, ", "))


def allocation_finding(rails: Sequence[Guardrail], *, partial: bool) -> Text:
    """How many value streams plan otherwise than was agreed."""
    if not rails:
        return message("How capacity is divided is not known")
    broken = sum(rail.broken for rail in rails)
    if broken:
        return plural(
            "{n:spelled} value stream plans beyond the tolerance of its targets",
            "{n:spelled} value streams plan beyond the tolerance of their targets",
            broken,
        ).sentence()
    if any(rail.pass_ is None for rail in rails):
        return message("No plan that can be judged is beyond the tolerance of its targets")
    return of_what_is_shown(
        message("No plan is beyond the tolerance of its targets"),
        message("No plan that is shown is beyond the tolerance of its targets"),
        partial=partial,
    )


def delivered_mix(built: Built, increment: Increment | None) -> Section:
    """The mix of kinds of an increment, planned beside delivered, by value stream."""
    planned = by_stream(built, increment, delivered=False)
    delivered = by_stream(built, increment, delivered=True)
    rows: list[tuple[Value, ...]] = [
        (
            stream_cell(built, stream), rail.shares,
            delivered[stream].shares if stream in delivered else None,
            delivered[stream].verdict if stream in delivered else None,
        )
        for stream, rail in planned.items()
    ]  # fmt: skip
    missing, cure = nothing_to_judge(built, DELIVER_ONE)
    return Section(
        anchor="mix",
        question=message("Did we deliver the mix that was agreed?"),
        finding=mix_finding(delivered.values(), partial=built.portfolio.partial),
        whole=GUARDRAILS,
        table=rows_of(
            "Mix of kinds",
            ("Value stream", "Planned", "Delivered", "Delivered against targets"),
            rows,
            GUARDRAILS,
        ),
        why=sentences(targets(planned.values()), AS_IT_BEGAN if rows else ""),
        missing="" if rows else missing,
        cure="" if rows else cure,
    )


def mix_finding(delivered: Iterable[Guardrail], *, partial: bool) -> Text:
    """How many value streams delivered another mix than was agreed."""
    known = [rail for rail in delivered if rail.parts]
    if not known:
        return message("What was delivered of each kind is not known")
    judged = [rail for rail in known if not rail.information and rail.pass_ is not None]
    if not judged:
        return message("What is delivered so far is shown, and judged when the increment is over")
    broken = sum(rail.broken for rail in judged)
    if broken:
        return plural(
            "{n:spelled} value stream delivered beyond the tolerance of its targets",
            "{n:spelled} value streams delivered beyond the tolerance of their targets",
            broken,
        ).sentence()
    return of_what_is_shown(
        message("No delivery is beyond the tolerance of its targets"),
        message("No delivery that is shown is beyond the tolerance of its targets"),
        partial=partial,
    )

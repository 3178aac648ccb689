"""Views as plain text for a terminal: aligned columns, numbers to the right."""

from collections.abc import Iterable, Sequence
from typing import Any

from leanfolio.views.phrase import plain
from leanfolio.wording import Formula, Listing, Message, Percent, Rounded, Series

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "ranking": (("#", "rank"), ("id", "id"), ("title", "title"), ("WSJF", "score"),
                ("how", "arithmetic"), ("low", "rank_low"), ("high", "rank_high")),
    "funding": (("level", "level"), ("id", "id"), ("period", "period"), ("target", "target"),
                ("approved", "approved"), ("committed", "committed"), ("forecast", "forecast"),
                ("actual", "actual"), ("remaining", "remaining"), ("variance", "variance")),
    "scenarios": (("scenario", "scenario"), ("level", "level"), ("id", "id"), ("period", "period"),
                  ("column", "column"), ("now", "now"), ("then", "then"), ("change", "change")),
    "ballots": (("round", "round"), ("id", "id"), ("title", "title"), ("groups", "groups"),
                ("mean", "mean"), ("spread", "deviation"), ("lowest", "lowest"),
                ("highest", "highest"), ("approved", "funded"), ("difference", "difference")),
    "trace": (("from", "from_"), ("kind", "kind"), ("to", "to")),
}  # fmt: skip


def as_text(name: str, view: Any) -> str:
    """The finding, then the rows of the view."""
    lines = [str(view.finding), ""]
    if name == "board":
        lines += board_lines(view)
    elif name == "okr":
        lines += okr_lines(view)
    elif name == "scenario":
        lines += scenario_lines(view.scenarios[0], view.currency)
    else:
        rows = view.items if name == "ranking" else view.edges if name == "trace" else view.rows
        heads = [head for head, _ in COLUMNS[name]]
        lines += aligned(
            heads, [[cell(getattr(row, key)) for _, key in COLUMNS[name]] for row in rows]
        )
    if name == "ranking":
        lines += [
            "",
            view.tie_rule,
            *(f"{each.id} has no place: {each.why}" for each in view.unranked),
        ]
    return "\n".join(lines) + "\n"


def board_lines(view: Any) -> Iterable[str]:
    for column in view.columns:
        yield f"{column.title}: {column.words}"
        for card in column.cards:
            age = f", {card.age_days} days" if card.age_days is not None else ""
            blocked = f", blocked by {', '.join(card.blocked)}" if card.blocked else ""
            yield f"  {card.id} {card.title}{age}{blocked}"


def okr_lines(view: Any) -> Iterable[str]:
    for objective in view.objectives:
        band = f" {objective.band}" if objective.band else ""
        reported = f"({objective.reported} of {objective.of} reported)"
        yield f"{objective.id} {objective.title}: {objective.score or 'none yet'}{band} {reported}"
        for row in objective.key_results:
            stale = f", stale {row.stale_days} days" if row.stale_days is not None else ""
            yield f"  {row.id} {row.title}: {row.arithmetic}{stale}"


def scenario_lines(scenario: Any, currency: str) -> Iterable[str]:
    """One allocation beside the present one: what moves, epics in and out, guardrails, delay."""
    if scenario.why:
        yield scenario.why
        yield ""
    for word, epics, delay in (
        ("in", scenario.entered, scenario.gained),
        ("out", scenario.left, scenario.lost),
    ):
        names = ", ".join(epic.name for epic in epics) or "none"
        cost = "not stated" if delay.per_week is None else f"{plain(delay.per_week)} {currency}"
        missing = f"; {delay.unknown_note}" if delay.unknown and delay.per_week is not None else ""
        yield f"{word}: {names}; a week's delay {cost}{missing}"
    yield ""
    heads = ("level", "id", "period", "column", "now", "then", "change")
    yield from aligned(
        heads, [[cell(getattr(row, head)) for head in heads] for row in scenario.moved]
    )
    yield ""
    for rail in scenario.telling:
        yield f"{rail.name}: {rail.now} -> {rail.then}; {rail.detail}"
    yield str(scenario.others)


def cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case tuple():
            return ", ".join(value)
        case Message() | Listing() | Series() | Formula() | Percent() | Rounded():
            return str(value)
        case _:
            return plain(value)


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, numbers to the right. No trailing blanks."""
    widths = [max([len(head), *(len(row[n]) for row in rows)]) for n, head in enumerate(heads)]
    right = [all(is_number(row[n]) for row in rows) and bool(rows) for n in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        parts = (
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    return [line(heads), *(line(row) for row in rows)]


def is_number(text: str) -> bool:
    return not text or text.replace(".", "", 1).replace("-", "", 1).isdigit()

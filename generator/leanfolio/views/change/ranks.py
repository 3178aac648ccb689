"""What moved ranks, and which epics came over the cut line or fell below it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.rank_causes import Cause, RankMove
from leanfolio.figures.change.rank_inputs import Part
from leanfolio.figures.ranking.wsjf import PART_NAMES
from leanfolio.model.source import Commit
from leanfolio.views.change_story import ChangeLine, CommitOf, named
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Text, listed, message, plural, some

FEW = 3  # epics that one cause moved, from which on they share a line
MOST = 25  # of them in one line
PARTS: dict[Part, Message] = {
    "own": message("its own scores"),
    "others": message("the scores of others"),
    "set": message("the epics that compete"),
    "rules": message("the rules of ranking"),
}


def crossing_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield the epics that are on the other side of the cut line."""
    moves = told_with_crossings(comparison)
    for crossing in comparison.crossings:
        epic = comparison.after.portfolio[crossing.id]
        subject: Text = named(epic)
        if (move := moves.get(crossing.id)) is not None:
            subject = message("{item}, from rank {before} to {after},",
                              item=subject, before=move.before, after=move.after)  # fmt: skip
        cause = cause_words(crossing.cause, comparison)
        if crossing.above:
            text = message("{item} is above the cut line now, because of {cause}",
                           item=subject, cause=cause)  # fmt: skip
        else:
            text = message("{item} fell below the cut line, because of {cause}",
                           item=subject, cause=cause)  # fmt: skip
        yield ChangeLine("line", text, ref(epic), commit_by(crossing.id, crossing.cause, commit_of))


def told_with_crossings(comparison: Comparison) -> dict[str, RankMove]:
    """Return the moves that the line on the cut line tells too: for both, its own scores lead."""
    crossed = {each.id for each in comparison.crossings if each.cause.lead == "own"}
    return {
        move.id: move
        for move in comparison.moves
        if move.id in crossed and move.cause.lead == "own"
    }


def told_scores(comparison: Comparison) -> Collection[tuple[str, str]]:
    """Return the numbers, by epic and field, that a line on a rank or on the cut line tells."""
    causes = [(move.id, move.cause) for move in comparison.moves]
    causes += [(crossing.id, crossing.cause) for crossing in comparison.crossings]
    return {
        (id, part) for id, cause in causes if cause.lead == "own" for part, _, _ in cause.numbers
    }


def rank_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield the epics at another place, the largest move first.

    Those that moved the same way and for the same cause, which is not their own, share a line. What
    the line on the cut line tells has no second one.
    """
    told = told_with_crossings(comparison)
    groups: dict[tuple[str, ...], list[RankMove]] = {}
    for move in comparison.moves:
        if move.id not in told:
            cause = str(cause_words(move.cause, comparison))
            own = move.id if move.cause.lead == "own" else ""
            rose = "rose" if move.climbed > 0 else "fell"
            groups.setdefault((rose, cause, own), []).append(move)
    for moves in groups.values():
        if len(moves) < FEW:
            yield from single_lines(moves, comparison, commit_of)
        else:
            yield ChangeLine("rank", together(moves, comparison))


def together(moves: Sequence[RankMove], comparison: Comparison) -> Message:
    """Return where several epics went that one cause moved the same way."""
    items = some(
        [
            message("{item} from {before} to {after}",
                    item=move.id, before=move.before, after=move.after)
            for move in moves
        ],
        MOST,
    )  # fmt: skip
    cause = cause_words(moves[0].cause, comparison)
    if moves[0].climbed > 0:
        return message("{items} rose in rank, because of {cause}", items=items, cause=cause)
    return message("{items} fell in rank, because of {cause}", items=items, cause=cause)


def single_lines(
    moves: Iterable[RankMove], comparison: Comparison, commit_of: CommitOf
) -> Iterator[ChangeLine]:
    """Yield a line for each move."""
    for move in moves:
        epic = comparison.after.portfolio[move.id]
        values = {"item": named(epic), "before": move.before, "after": move.after,
                  "cause": cause_words(move.cause, comparison)}  # fmt: skip
        if move.climbed > 0:
            text = message(
                "{item} rose from rank {before} to {after}, because of {cause}", **values
            )
        else:
            text = message(
                "{item} fell from rank {before} to {after}, because of {cause}", **values
            )
        yield ChangeLine("rank", text, ref(epic), commit_by(move.id, move.cause, commit_of))


def commit_by(id: str, cause: Cause, commit_of: CommitOf) -> Commit | None:
    """Return the commit that scored an epic anew; None where its own scores did not lead."""
    if cause.lead != "own":
        return None
    return commit_of(id, *(part for part, _, _ in cause.numbers), "due", "cost", "currency")


def rank_count(comparison: Comparison) -> Message | None:
    """Return how many epics changed places and by what, in one sentence; None if none did."""
    if not comparison.moves:
        return None
    leads = Counter(move.cause.lead for move in comparison.moves)
    causes = [
        message("{n} because of {part}", n=leads[part], part=PARTS_OF_MANY[part])
        for part in PARTS
        if leads[part]
    ]
    return plural(
        "{n:spelled} epic changed its rank: {causes}",
        "{n:spelled} epics changed their ranks: {causes}",
        len(comparison.moves),
        causes=listed(causes),
    )


PARTS_OF_MANY: dict[Part, Message] = {**PARTS, "own": message("own scores")}


def cause_words(cause: Cause, comparison: Comparison) -> Text:
    """Return the part that leads with its particulars, and the names of the others."""
    lead = lead_words(cause, comparison)
    if not cause.also:
        return lead
    also = listed([PARTS[part] for part in cause.also])
    return message("{cause}; also because of {others}", cause=lead, others=also)


def lead_words(cause: Cause, comparison: Comparison) -> Text:
    """Return the part that leads, and what of it did."""
    match cause.lead:
        case "own" if cause.numbers:
            numbers = [number_words(*entry) for entry in cause.numbers]
            return message("its own scores: {numbers}", numbers=listed(numbers))
        case "others" if cause.others:
            return message("the scores of {items}", items=some(cause.others))
        case "set":
            return set_words(cause)
        case "rules":
            return rule_words(cause, comparison)
    return PARTS[cause.lead]


def number_words(part: str, before: object, after: object) -> Message:
    """Return a number of a score that changed."""
    values = {"part": PART_NAMES[part], "before": before, "after": after}
    return message("{part} from {before} to {after}", **values)  # type: ignore[arg-type]


def set_words(cause: Cause) -> Text:
    """Return which epics came and went, and which columns were scaled anew for that."""
    parts: list[Message] = []
    if cause.went:
        parts.append(message("{items} left", items=some(cause.went)))
    if cause.came:
        parts.append(message("{items} entered", items=some(cause.came)))
    if cause.rescaled:
        columns = listed([PART_NAMES[name] for name in cause.rescaled])
        parts.append(message("{columns} scaled anew", columns=columns))
    if not parts:
        return PARTS["set"]
    return message("the epics that compete: {changes}", changes=listed(parts))


def rule_words(cause: Cause, comparison: Comparison) -> Text:
    """Return which rules of the ranking changed."""
    before, after = comparison.before, comparison.after
    parts: list[Message] = []
    if before.ranking.form != after.ranking.form:
        parts.append(message("the form of the ranking"))
    if cause.rescaled:
        columns = listed([PART_NAMES[name] for name in cause.rescaled])
        parts.append(message("{columns} scaled anew", columns=columns))
    if before.rates.rates != after.rates.rates or before.currency != after.currency:
        parts.append(message("exchange rates"))
    if before.portfolio.policy.cut_line != after.portfolio.policy.cut_line:
        parts.append(message("the cut line"))
    return (
        message("the rules of ranking: {changes}", changes=listed(parts))
        if parts
        else PARTS["rules"]
    )

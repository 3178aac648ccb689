"""Everything else: how many changes of each kind, and a line for each that is worth one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from pydantic import BaseModel

from leanfolio.figures.change.beside import BESIDE
from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.differences import Change, is_item
from leanfolio.figures.change.kinds import LIMITS, Kind, limits
from leanfolio.figures.change.values import PAGE
from leanfolio.model import Update
from leanfolio.model.item import Blocked, Waiver
from leanfolio.model.work import Decision
from leanfolio.views.change.beside import beside_counts, beside_lines
from leanfolio.views.change.field_names import AMOUNTS, field_name
from leanfolio.views.change.items import TOLD, state_words
from leanfolio.views.change.money import money_count
from leanfolio.views.change.promises import value_of
from leanfolio.views.change.ranks import rank_count, told_scores
from leanfolio.views.change_story import ChangeLine, CommitOf, named
from leanfolio.views.feeds import KINDS
from leanfolio.views.health import WORDS
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Money, Text, joined, listed, message, plural, readable

# Kinds that have no place of their own in the story, heaviest first, each with its count.
COUNTED: dict[Kind, Callable[[int], Message]] = {
    "decision": lambda n: plural("{n} record of decisions", "{n} records of decisions", n),
    "guardrail": lambda n: plural("{n} change of guardrails", "{n} changes of guardrails", n),
    "limit": lambda n: plural("{n} board with other limits", "{n} boards with other limits", n),
    "waiver": lambda n: plural("waivers of {n} item", "waivers of {n} items", n),
    "rule": lambda n: plural("{n} setting of the portfolio", "{n} settings of the portfolio", n),
    "score": lambda n: plural("{n} score", "{n} scores", n),
    "scope": lambda n: plural("{n} scope", "{n} scopes", n),
    "parent": lambda n: plural("{n} link to what is served", "{n} links to what is served", n),
    "owner": lambda n: plural("{n} owner", "{n} owners", n),
    "record": lambda n: plural(
        "{n} log of progress, such as check-ins", "{n} logs of progress, such as check-ins", n
    ),
    "prose": lambda n: plural("{n} text", "{n} texts", n),
    "file": lambda n: plural("{n} file moved", "{n} files moved", n),
    "detail": lambda n: plural("{n} other field", "{n} other fields", n),
}
DETAILED: tuple[Kind, ...] = (
    "decision", "guardrail", "limit", "waiver", "rule", "score", "scope", "parent", "owner",
    "detail",
)  # fmt: skip


def count_lines(comparison: Comparison) -> Iterator[ChangeLine]:
    """Yield the counts that close the story: ranks, and everything that has no line above."""
    ranks = rank_count(comparison)
    if ranks is not None:
        yield ChangeLine("count", ranks.sentence())
    parts = list(counts(comparison))
    if parts:
        yield ChangeLine("count", message("Also changed: {changes}", changes=listed(parts)))


def counts(comparison: Comparison) -> Iterator[Message]:
    """Yield how many changes of each kind there are beside those with a line of their own."""
    came, went, moved = (
        Counter(
            change.type
            for change in comparison.of_kind(kind)
            if change.type not in (PAGE, *BESIDE, "portfolio", "")
            and change.type not in (TOLD if kind != "state" else ("epic",))
        ).total()
        for kind in KINDS_OF_WORK
    )
    if came:
        yield plural("{n} feature or story entered", "{n} features and stories entered", came)
    if went:
        yield plural("{n} feature or story left", "{n} features and stories left", went)
    if moved:
        yield plural("{n} feature or story moved on", "{n} features and stories moved on", moved)
    money = money_count(comparison)
    if money:
        yield plural("other amounts of {n} item", "other amounts of {n} items", money)
    numbers = Counter(change.kind for change in comparison.changes)
    pages = sum(1 for change in comparison.changes if change.type == PAGE and change.is_whole)
    if pages:
        yield plural(
            "{n} page of prose entered or left", "{n} pages of prose entered or left", pages
        )
    yield from beside_counts(comparison)
    for kind, words in COUNTED.items():
        if numbers[kind]:
            yield words(numbers[kind])


KINDS_OF_WORK: tuple[Kind, ...] = ("entered", "left", "state")


def detail_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield a line for each change that is counted and worth reading, heaviest first."""
    told = told_scores(comparison)
    for kind in DETAILED:
        for change in comparison.of_kind(kind):
            if change.type == PAGE or (kind == "score" and (change.id, change.field) in told):
                continue
            policy = comparison.after.portfolio.policy
            item = comparison.after.portfolio.items.get(change.id, policy)
            name = named(item) if change.id else message("The portfolio")
            currency = getattr(item, "currency", None) or comparison.after.currency
            text = detail_words(name, change, currency)
            link = ref(item) if is_item(change) else None
            yield ChangeLine("detail", text, link, commit_of(change.id, change.field))
    yield from beside_lines(comparison, commit_of)
    for change in comparison.of_kind("record"):
        parts = [*record_words(change)]
        if parts and is_item(change):
            item = comparison.after.portfolio[change.id]
            text = message("{item}: {changes}", item=named(item), changes=joined(parts, "; "))
            yield ChangeLine("detail", text, ref(item), commit_of(change.id, change.field))
    for change in comparison.of_kind("state"):
        if change.type != "epic":
            item = comparison.after.portfolio[change.id]
            text = state_words(named(item), change)
            yield ChangeLine("detail", text, ref(item), commit_of(change.id, "state"))


def detail_words(item: Text, change: Change, currency: str) -> Text:
    """Return what a field said and says, where that fits into a sentence."""
    if change.kind == "limit":
        return limit_words(item, change)
    if change.kind == "waiver":
        return waiver_words(item, change.before or (), change.after or ())
    if parts := [*record_words(change)]:
        return message("{item}: {changes}", item=item, changes=joined(parts, "; "))
    before, after = leaves(change.field, change.before), leaves(change.field, change.after)
    parts = [
        field_words(name, before.get(name), after.get(name), currency)
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
    if not parts:
        field = field_name(change.field)
        return message("{item}: {field} in another order", item=item, field=field)
    return message("{item}: {changes}", item=item, changes=joined(parts, "; "))


def record_words(change: Change) -> Iterator[Message]:
    """Yield what new entries say: decisions, words on health, blocks, and blocks that ended."""
    old, new = change.before or (), change.after or ()
    if change.field not in ("decisions", "updates", "blocked"):
        return
    ended = {(block.from_, block.why) for block in old if isinstance(block, Blocked)}
    for entry in new:
        if entry in old:
            continue
        if isinstance(entry, Decision):
            yield message("{kind} was decided on {day}", kind=KINDS[entry.kind], day=entry.on)
        elif isinstance(entry, Update):
            yield message("said to be {health} on {day}",
                          health=WORDS[entry.health], day=entry.on)  # fmt: skip
        elif entry.until is None:
            yield message("blocked since {day}: {why}", day=entry.from_, why=entry.why)
        elif (entry.from_, entry.why) in ended:
            yield message("no longer blocked since {day}", day=entry.until)


def leaves(name: str, value: object) -> dict[str, object]:
    """Return the single values in a field, by their names with dots; none of one not stated."""
    if isinstance(value, BaseModel):
        parts = [(part.rstrip("_"), getattr(value, part)) for part in type(value).model_fields]
    elif isinstance(value, Mapping):
        parts = [(str(part), entry) for part, entry in value.items()]
    else:
        return {} if value in (None, ()) else {name: value}
    return {
        leaf: entry
        for part, inner in parts
        for leaf, entry in leaves(f"{name}.{part}", inner).items()
    }


def field_words(path: str, before: object, after: object, currency: str) -> Message:
    """Return what one value was and is; of a list of records only that it changed."""
    name = field_name(path)
    if not (is_plain(before) and is_plain(after)):
        return message("{field} changed", field=name)
    was, now = (
        Money(value, currency)
        if path in AMOUNTS and isinstance(value, Decimal)
        else value_of(value)
        for value in (before, after)
    )
    if before is None:
        return message("{field} set to {after}", field=name, after=now)
    if after is None:
        return message("{field} no longer stated, {before} until then", field=name, before=was)
    return message("{field} from {before} to {after}", field=name, before=was, after=now)


def is_plain(value: object) -> bool:
    """Return whether a value can be printed in a sentence: no list of records."""
    return not isinstance(value, tuple) or all(isinstance(entry, str) for entry in value)


def limit_words(item: Text, change: Change) -> Text:
    """Return which columns have other limits, from what to what."""
    before, after = limits(change.before), limits(change.after)
    nothing = (None,) * len(LIMITS)
    parts = [
        message("{state}: {limit} from {before} to {after}", state=readable(state),
                limit=field_name(name), before=value_of(was), after=value_of(now))
        for state in dict.fromkeys((*before, *after))
        for name, was, now in zip(LIMITS, before.get(state, nothing), after.get(state, nothing),
                                  strict=True)
        if was != now
    ]  # fmt: skip
    return message("{item}: {limits}", item=item, limits=joined(parts, "; "))


def waiver_words(item: Text, before: tuple[Waiver, ...], after: tuple[Waiver, ...]) -> Text:
    """Return which rules are waived now, which are no longer, and which otherwise."""
    old, new = ({waiver.rule: waiver for waiver in side} for side in (before, after))
    parts = [
        *(message("{rule} is waived until {day}", rule=rule, day=new[rule].until)
          for rule in new if rule not in old),
        *(message("{rule} is no longer waived", rule=rule) for rule in old if rule not in new),
        *(message("the waiver of {rule} changed, until {day}", rule=rule, day=new[rule].until)
          for rule in new if rule in old and new[rule] != old[rule]),
    ]  # fmt: skip
    if not parts:
        return message("{item}: waivers in another order", item=item)
    return message("{item}: {waivers}", item=item, waivers=joined(parts, "; "))

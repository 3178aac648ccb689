"""The fields that a portfolio hides from an audience in all its items: by group, or by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from leanfolio.model.field import Name, short_value
from leanfolio.model.item import ALWAYS_PRINTED, Item, Listed, SubModel
from leanfolio.model.visibility import Visibility

NOT_SHOWN = "(not shown)"
MONEY, NOTES = "money", "notes"
# A name with a dot is a field of each entry of another field.
GROUPS: Mapping[str, tuple[str, ...]] = {
    MONEY: (
        "approved", "actual", "budgets", "cost", "cost_low", "cost_high", "whole_life_cost",
        "opening_balance", "cost_of_delay", "mvp.cost", "reallocations", "cut_line.money",
        "guardrails.epic_threshold",
    ),
    "people": (
        "owner", "lead", "sponsors", "scored_by", "updates.by", "check_ins.by", "decisions.by",
        "engagement.by", "votes.by", "acceptance.by", "waivers.approver", "reallocations.by",
    ),
    NOTES: (
        "updates.note", "check_ins.note", "decisions.note", "engagement.note", "votes.reason",
        "acceptance.note", "waivers.reason", "reallocations.why", "blocked.why",
    ),
}  # fmt: skip
# Of these it is shown that something was written, so that nobody is told that it is missing.
TEXTS = frozenset((*GROUPS["people"], *GROUPS[NOTES]))
OF_THE_PORTFOLIO = frozenset(name for names in GROUPS.values() for name in names)


class HiddenFields(SubModel):
    """What an audience may read of no item."""

    hide: Annotated[tuple[Name, ...], Listed] = ()
    """`money` (amounts, costs of delay, records of spending, scenarios and ballots), `people`
    (names), `notes` (reasons and remarks), or fields by their names, such as `vendor`."""

    @field_validator("hide")
    @classmethod
    def _are_groups_or_fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in GROUPS and name not in optional_fields():
                message = "{value} is no field that can be hidden from an audience\n{cure}"
                cure = f"write {', '.join(GROUPS)}, or a field that may be left out"
                raise PydanticCustomError("hide", message, {**short_value(name), "cure": cure})
        return names

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields, with those of its groups."""
        return frozenset(field for name in self.hide for field in GROUPS.get(name, (name,)))


class Audiences(SubModel):
    """What is hidden from each audience, in all items."""

    public: HiddenFields = HiddenFields()
    """What the public may not read, beside what `internal` may not."""
    internal: HiddenFields = HiddenFields()
    """What only the audience `confidential` may read."""

    def hidden_from(self, audience: Visibility) -> frozenset[str]:
        """The fields that an audience may read of no item: the public no more than insiders."""
        return frozenset(field for part in self.parts(audience) for field in part.fields)

    def hides_records(self, audience: Visibility) -> bool:
        """Whether records of money are hidden from an audience: spending, scenarios, ballots."""
        return any(MONEY in part.hide for part in self.parts(audience))

    def hides_notes(self, audience: Visibility) -> bool:
        """Whether remarks are hidden from an audience."""
        return any(NOTES in part.hide for part in self.parts(audience))

    def parts(self, audience: Visibility) -> Iterator[HiddenFields]:
        """What is hidden from an audience, and from all that may read more than it."""
        if audience == "public":
            yield self.public
        if audience != "confidential":
            yield self.internal

    def and_of(self, other: "Audiences") -> "Audiences":
        """Hidden is what one of the two hides."""
        return Audiences(
            public=HiddenFields(hide=(*self.public.hide, *other.public.hide)),
            internal=HiddenFields(hide=(*self.internal.hide, *other.internal.hide)),
        )


def optional_fields() -> set[str]:
    """The fields of all types of items that may be left out."""
    return {
        name
        for model in models_below(Item)
        for name, field in model.model_fields.items()
        if not field.is_required() and name not in ALWAYS_PRINTED and model.TYPE != "portfolio"
    }


def models_below(model: type[Item]) -> Iterator[type[Item]]:
    """Every type of item."""
    for each in model.__subclasses__():
        if "TYPE" in vars(each):
            yield each
        yield from models_below(each)


def removed_fields(model: type[Item], names: Iterable[str]) -> tuple[str, ...]:
    """Of these fields, and parts of fields, those that an item of a type is shown without."""
    own = model.TYPE == "portfolio"
    return tuple(
        name
        for name in sorted(names)
        if name not in TEXTS and name.partition(".")[0] in model.model_fields
        if not own or name in OF_THE_PORTFOLIO
    )


def changed_fields(item: Item, names: Iterable[str]) -> dict[str, Any]:
    """The fields of an item that change: "(not shown)" for hidden texts, and no hidden part."""
    result: dict[str, Any] = {}
    for name in sorted(names):
        field, _, part = name.partition(".")
        value = result.get(field, getattr(item, field, None))
        if value and (part or name in TEXTS):
            result[field] = without_part(value, part) if part else not_shown(value)
    return result


def not_shown(value: Any) -> Any:
    """ "(not shown)" in place of a text, or of a list of texts."""
    return NOT_SHOWN if isinstance(value, str) else type(value)((NOT_SHOWN,))


def without_part(value: Any, part: str) -> Any:
    """A map, or each of a list of maps, without a part; "(not shown)" in place of a text."""
    if isinstance(value, tuple | list):
        return type(value)(without_part(entry, part) for entry in value)
    if isinstance(value, Mapping):
        old = value.get(part)
        new = NOT_SHOWN if isinstance(old, str) else None
        return {**value, part: new} if new else {k: v for k, v in value.items() if k != part}
    if isinstance(value, SubModel) and getattr(value, part, None) is not None:
        old = getattr(value, part)
        return value.model_copy(update={part: NOT_SHOWN if isinstance(old, str) else None})
    return value


def raw_without(model: type[Item], fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The fields of an item as they were read, without what is hidden from an audience."""
    removed = set(removed_fields(model, names))
    result = {name: value for name, value in fields.items() if name not in removed}
    for name in names:
        field, _, part = name.partition(".")
        value = result.get(field)
        if part and isinstance(value, Mapping | list | tuple):
            result[field] = without_part(value, part)
        elif name in TEXTS and value:
            result[field] = NOT_SHOWN if isinstance(value, str) else [NOT_SHOWN]
    return result

"""What an author may have meant by a field that an item does not have."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from leanfolio.model import Item
from leanfolio.model.field import ISO_DAY
from leanfolio.read.fields import part_in
from leanfolio.read.suggestions import Suggestions, near
from leanfolio.wording import listed

SENTENCE = 3  # words from which on a text is a sentence, and no number, day or one of a few words
NAMED = re.compile(r"`(\w+):`")
BODY = "write it below the front matter, as prose"

# What other tools call a field, and the fields that hold it here; the first that the type has.
OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "assignee": ("owner",), "assignees": ("owner",), "author": ("owner",), "authors": ("owner",),
    "responsible": ("owner",), "accountable": ("owner",), "lead": ("owner",),
    "reporter": ("owner",), "labels": ("tags",), "label": ("tags",), "keywords": ("tags",),
    "categories": ("tags",), "components": ("tags",), "due_date": ("due",), "duedate": ("due",),
    "deadline": ("due",), "target_date": ("due",), "end_date": ("end", "due"),
    "end": ("due",), "eta": ("due",), "finish": ("due",),
    "start_date": ("start",), "dependencies": ("depends_on",), "blocked_by": ("depends_on",),
    "blockedby": ("depends_on",), "requires": ("depends_on",), "needs": ("depends_on",),
    "status": ("state",), "stage": ("state",), "phase": ("state",), "name": ("title",),
    "summary": ("title",), "story_points": ("points", "size", "job_size"),
    "estimate": ("points", "size", "job_size"), "effort": ("points", "size", "job_size"),
    "size": ("job_size",), "epic_link": ("epic",), "feature_link": ("feature",),
    "sprint": ("iteration", "increment"), "release": ("increment",),
    "budget": ("approved", "budgets"), "spent": ("actual",), "key": ("id",),
    "url": ("links",), "link": ("links",), "stream": ("value_stream",), "krs": ("key_results",),
    "parent": ("epic", "feature", "objective"), "progress": ("check_ins",),
    "impact": ("affects",), "mitigation": ("action",),
}  # fmt: skip
PROSE = frozenset(("description", "body", "notes", "content", "details", "text", "abstract"))
NOWHERE = {
    "priority": "take it out: the order follows from the scores; `urgency:` says what cannot wait",
    **dict.fromkeys(
        ("created", "created_at", "start", "start_date", "begin"),
        "take it out: the first line of `history:` says when an item began",
    ),
    "blocks": "take it out, and name this item in `depends_on:` of what waits for it",
    "parent": "name what it serves in `key_results:`, and where it belongs in `value_stream:`",
    **dict.fromkeys(
        ("wsjf", "score", "rank", "cost_of_delay_score"),
        "take it out: it follows from `business_value:`, `time_criticality:`,"
        " `risk_opportunity:` and `job_size:`",
    ),
    **dict.fromkeys(
        ("progress", "percent", "percent_complete", "percent_done"),
        "take it out: it is computed from what is reported",
    ),
    "updated": "take it out: git knows when a file was changed",
    "updated_at": "take it out: git knows when a file was changed",
}


def field_meant(model: type[Item], name: str, value: Any, known: Iterable[str]) -> tuple[str, ...]:
    """The fields of an item that this one most likely is, of those that its value fits.

    Another tool's word for a field stands before a near spelling.
    """
    here = tuple(known)
    word = name.casefold().replace("-", "_").replace(" ", "_")
    for each in OTHER_WORDS.get(word, ()):
        if each in here and each != name:
            return (each,)
    if word in PROSE or nowhere(word, here):
        return ()
    # Few names are near, and to hold a value against a field takes longer than to compare names.
    return Suggestions([each for each in near(name, here) if fits(model, each, value)]).some(name)


def nowhere(word: str, known: Iterable[str]) -> str:
    """Why no field holds what other tools call so; "" where one may, or where its fields lack."""
    hint = NOWHERE.get(word, "")
    return hint if set(NAMED.findall(hint)) <= set(known) else ""


def hint_for_field(
    model: type[Item],
    name: str,
    value: Any,
    known: Iterable[str],
    otherwise: str,
    stated: Iterable[str] = (),
) -> str:
    """What to do about an unknown field at the top of an item; `stated` are those that it has."""
    here = tuple(known)
    word = name.casefold().replace("-", "_").replace(" ", "_")
    meant = field_meant(model, name, value, here)
    if meant and word in OTHER_WORDS and meant[0] in OTHER_WORDS[word]:
        if meant[0] in stated:
            return f"take it out: `{meant[0]}:` is there already"
        listed_there = isinstance(value, str) and meant[0] in ("tags", "depends_on")
        return f"write `{meant[0]}:`, a list" if listed_there else f"write `{meant[0]}:`"
    if meant:
        return f"did you mean {listed(meant, 'or')}?"
    if word in PROSE:
        return BODY
    return nowhere(word, here) or otherwise


def fits(model: type[Item], name: str, value: Any) -> bool:
    """Whether a value has the shape that a field asks for; one of its entries may still be wrong.

    A day fits a day alone, a sentence a text alone, and a list of children a list.
    """
    if name in model.NESTED:
        return isinstance(value, list)
    found = next(
        (key for key, each in model.model_fields.items() if name in (key, each.alias)), None
    )
    if found is None or value is None:
        return True  # `type`, or a field that says nothing
    kinds = [kind for kind, path in wrong_with(model, found, value) if not path]
    if isinstance(value, str) and ISO_DAY.match(value):
        return takes_a_day(model, found) and not kinds
    if isinstance(value, str) and len(value.split()) >= SENTENCE:
        return not kinds
    return not {"tuple_type", "dict_type", "model_type", "model_attributes_type", "string_type",
                "ids", "period"} & set(kinds)  # fmt: skip


@cache
def adapter(model: type[Item], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    kind: Any = field.annotation
    return TypeAdapter(Annotated[kind, *field.metadata] if field.metadata else kind)


def wrong_with(model: type[Item], name: str, value: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """The kind and the path of each error that this value makes in a field."""
    try:
        adapter(model, name).validate_python(value, strict=True)
    except ValidationError as error:
        return [(each["type"], each["loc"]) for each in error.errors(include_url=False)]
    return []


def takes_a_day(model: type[Item], name: str) -> bool:
    return any(kind == "day" for kind, _ in wrong_with(model, name, "no day"))


def errors_of(model: type[Item], name: str, value: Any) -> set[str]:
    """The kinds of error that a value makes in a field, which may lie in a small map: mvp.cost."""
    head, _, inner = name.partition(".")
    key = next((k for k, each in model.model_fields.items() if head in (k, each.alias)), None)
    if key is None:
        return set()
    if not inner:
        return {kind for kind, path in wrong_with(model, key, value) if not path}
    part = part_in(model.model_fields[key].annotation)
    field = part.model_fields.get(inner) if part else None
    if field is None:
        return set()
    kind: Any = field.annotation
    try:
        TypeAdapter(Annotated[kind, *field.metadata] if field.metadata else kind).validate_python(
            value, strict=True
        )
    except ValidationError as error:
        return {each["type"] for each in error.errors(include_url=False) if not each["loc"]}
    return set()

"""JSON Schema of the front matter, from the models: what editors complete and check by."""

from typing import Any

from leanfolio.model import TYPES, Item
from leanfolio.read import ID

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
REFERENCE = "#/$defs/{model}"
EMPTY = {"type": "null"}
AN_ID = {"type": ["string", "integer"], "pattern": "^" + ID.pattern.replace(r"\Z", "$")}
TOLD = frozenset(("title", "description", "default"))  # what an editor shows of a field


def schema_of(model: type[Item]) -> dict[str, Any]:
    """The schema of one type, draft 2020-12. The id and the title may be left out in a file."""
    found = model.model_json_schema(by_alias=True, ref_template=REFERENCE)
    parts = found.setdefault("$defs", {})
    own = found["properties"] | {"id": found["properties"]["id"] | AN_ID}
    own |= nested(model, parts)
    found["properties"] = {"type": {"const": model.TYPE}, **or_empty(own)}
    found["required"] = []
    return {"$schema": DIALECT, "$id": f"urn:leanfolio:{model.TYPE}", **found}


def nested(model: type[Item], parts: dict[str, Any]) -> dict[str, Any]:
    """The fields that hold children, whose schemas come among the parts: they leave out the link
    to their parent."""
    fields = {}
    for field, type in model.NESTED.items():
        inner = TYPES[type]
        child = inner.model_json_schema(by_alias=True, ref_template=REFERENCE)
        parts |= child.pop("$defs", {})
        up = next(name for name, link in inner.LINKS.items() if link.kind == "parent")
        child["properties"].pop(up)
        own = child["properties"] | {"id": child["properties"]["id"] | AN_ID}
        child["properties"] = or_empty(own | nested(inner, parts))
        parts[inner.__name__] = child
        fields[field] = {"type": "array", "items": {"$ref": REFERENCE.format(model=inner.__name__)}}
    return fields


def or_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields, each of which may also be left empty behind its colon."""
    found = {}
    for name, each in fields.items():
        told = {key: value for key, value in each.items() if key in TOLD}
        asked = {key: value for key, value in each.items() if key not in TOLD}
        may_be = asked["anyOf"] if asked.keys() == {"anyOf"} else [asked]
        found[name] = told | {"anyOf": [*may_be, *([EMPTY] if EMPTY not in may_be else [])]}
    return found


def schemas() -> dict[str, Any]:
    """The schemas of all types by name."""
    return {name: schema_of(model) for name, model in TYPES.items()}


def as_draft_7(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema in draft 07, for editors that stopped there.

    Its `$defs` are called definitions, and nothing beside a `$ref` is heeded.
    """
    return {**in_draft_7(schema), "$schema": DRAFT_7}


def in_draft_7(value: Any) -> Any:
    if isinstance(value, list):
        return [in_draft_7(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {
        "definitions" if key == "$defs" else key: in_draft_7(each) for key, each in value.items()
    }
    reference = found.get("$ref")
    if isinstance(reference, str):
        found["$ref"] = reference.replace("#/$defs/", "#/definitions/")
        if len(found) > 1:
            return {"allOf": [{"$ref": found.pop("$ref")}], **found}
    return found

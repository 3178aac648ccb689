"""JSON Schema of the front matter, from the models: what editors complete and check by."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from leanfolio.docstrings import field_docstrings
from leanfolio.model import TYPES, Item
from leanfolio.read import ID

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
REFERENCE = "#/$defs/{model}"
EMPTY = {"type": "null"}
AN_ID = {"type": ["string", "integer"], "pattern": "^" + ID.pattern.replace(r"\Z", "$")}
TOLD = frozenset(("title", "description", "default"))  # what an editor shows of a field


class DescribedSchema(GenerateJsonSchema):
    """A schema in which each field has the text that stands below it in its model."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        result = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        texts = field_docstrings(model)
        for name, field in model.model_fields.items():
            entry = result.get("properties", {}).get(field.alias or name)
            if entry is not None and texts.get(name):
                entry["description"] = texts[name]
        return result


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model, with what each of its fields means."""
    return model.model_json_schema(
        by_alias=True, ref_template=REFERENCE, schema_generator=DescribedSchema
    )


def schema_of(model: type[Item]) -> dict[str, Any]:
    """The schema of one type, draft 2020-12. The id and the title may be left out in a file."""
    result = json_schema(model)
    parts = result.setdefault("$defs", {})
    own = result["properties"] | {"id": result["properties"]["id"] | AN_ID}
    own |= nested(model, parts)
    result["properties"] = {"type": {"const": model.TYPE}, **or_empty(own)}
    result["required"] = []
    return {"$schema": DIALECT, "$id": f"urn:leanfolio:{model.TYPE}", **result}


def schema_of_file(model: type[BaseModel], name: str) -> dict[str, Any]:
    """The schema of a file that is no item, such as the map of an exchange."""
    result = json_schema(model)
    result["properties"] = or_empty(result["properties"])
    return {"$schema": DIALECT, "$id": f"urn:leanfolio:{name}", **result}


def nested(model: type[Item], parts: dict[str, Any]) -> dict[str, Any]:
    """The fields that hold children, whose schemas come among the parts: they leave out the link
    to their parent."""
    fields = {}
    for field, type in model.NESTED.items():
        inner = TYPES[type]
        child = json_schema(inner)
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
    result = {}
    for name, entry in fields.items():
        reported = {key: value for key, value in entry.items() if key in TOLD}
        asked = {key: value for key, value in entry.items() if key not in TOLD}
        may_be = asked["anyOf"] if asked.keys() == {"anyOf"} else [asked]
        result[name] = reported | {"anyOf": [*may_be, *([EMPTY] if EMPTY not in may_be else [])]}
    return result


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
        return [in_draft_7(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    result = {
        "definitions" if key == "$defs" else key: in_draft_7(entry) for key, entry in value.items()
    }
    reference = result.get("$ref")
    if isinstance(reference, str):
        result["$ref"] = reference.replace("#/$defs/", "#/definitions/")
        if len(result) > 1:
            return {"allOf": [{"$ref": result.pop("$ref")}], **result}
    return result

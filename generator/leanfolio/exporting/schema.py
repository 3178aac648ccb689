"""JSON Schema of the front matter, from the models: what editors complete and check by."""

from typing import Any

from leanfolio.model import TYPES, Item

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: type[Item]) -> dict[str, Any]:
    """The schema of one type, draft 2020-12. The id and the title may be left out in a file."""
    found = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    properties = {"type": {"const": model.TYPE}, **found["properties"]}
    for field, type in model.NESTED.items():
        child = TYPES[type].model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        inner = child.pop("$defs", {})
        found.setdefault("$defs", {}).update(inner)
        up = next(name for name, link in TYPES[type].LINKS.items() if link.kind == "parent")
        child["properties"] = {key: each for key, each in child["properties"].items() if key != up}
        found["$defs"][TYPES[type].__name__] = child
        properties[field] = {"type": "array", "items": {"$ref": f"#/$defs/{TYPES[type].__name__}"}}
    found["properties"] = properties
    found["required"] = []
    return {"$schema": DIALECT, "$id": f"urn:leanfolio:{model.TYPE}", **found}


def schemas() -> dict[str, Any]:
    """The schemas of all types by name."""
    return {name: schema_of(model) for name, model in TYPES.items()}

"""The words of a portfolio. Nothing here reads, writes, or asks the time.

The models are loaded with the first of them that somebody asks for: a check of what has not changed
reads files and their problems, and needs none of them, and they take half of its time to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leanfolio.model.types import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        types = import_module("leanfolio.model.types")
        found = {each: getattr(types, each) for each in types.__all__}
        if name not in found:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals().update(found)
        return found[name]

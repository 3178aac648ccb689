"""Docstrings as data: rules, schemas and help print them, also where Python leaves them out.

`python -OO` and PYTHONOPTIMIZE=2 drop every docstring. They are then read from the source, so that
pages, schemas and `explain` hold the same bytes.
"""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import Any


def docstring_of(documented: Callable[..., Any]) -> str:
    """Return the docstring of a function or class, without its indentation; "" where it has none.

    An inherited docstring is not its own. Without the source file there is none to read either.
    """
    if __debug__ or documented.__doc__:
        return inspect.cleandoc(documented.__doc__ or "")
    try:
        [statement] = ast.parse(dedent(inspect.getsource(documented))).body
    except (OSError, TypeError, SyntaxError):
        return ""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return ast.get_docstring(statement) or ""
    return ""

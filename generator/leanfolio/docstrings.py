"""Docstrings as data: rules, schemas and help print them, also where Python leaves them out.

`python -OO` and PYTHONOPTIMIZE=2 drop every docstring. They are then read from the source, so that
pages, schemas and `explain` hold the same bytes. What a field means stands below it, which Python
drops always: that is read from the source too, when somebody asks.
"""

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
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


@cache
def field_docstrings(model: type) -> Mapping[str, str]:
    """The text below each annotated attribute of a class and of those it inherits from.

    One that is annotated anew has the text that stands there, or none. Without the source file
    there is none to read.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        found |= own_field_docstrings(each)
    return found


def own_field_docstrings(owner: type) -> dict[str, str]:
    """The same of the attributes that the class annotates itself; "" where nothing stands below."""
    statements = class_statements(owner.__module__).get(owner.__name__, [])
    below = [*statements[1:], ast.Pass()]
    return {
        statement.target.id: inspect.cleandoc(text_alone(following))
        for statement, following in zip(statements, below, strict=False)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def text_alone(statement: ast.stmt) -> str:
    """The text of a statement that is nothing but a text, else ""."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else ""
    return ""


@cache
def class_statements(module: str) -> Mapping[str, list[ast.stmt]]:
    """What stands in each class of a module, by its name; nothing without the source file."""
    try:
        tree = ast.parse(inspect.getsource(import_module(module)))
    except (OSError, TypeError, SyntaxError):
        return {}
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}

"""The environment that renders our templates: always escaped, with no name left undefined."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import babel
import jinja2
import markdown_it
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from leanfolio.cache.compiled import CompiledTemplates
from leanfolio.cache.digest import digest, generator_digest
from leanfolio.disk.open_folder import open_below
from leanfolio.disk.templates import templates_folder
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.template_words import ENGLISH, TemplateWords, WordedEnvironment
from leanfolio.views.cell import Derived
from leanfolio.views.graph import Graph

OURS = "leanfolio"  # what stands before the name of a template that is ours in any case
VERSIONS = (babel.__version__, jinja2.__version__, markdown_it.__version__, sys.version)


def environment_of(
    folders: Iterable[Path],
    cache: Path | None,
    filters: Mapping[str, Callable[..., Any]],
    words: TemplateWords = ENGLISH,
) -> WordedEnvironment:
    """Templates from these folders, the first that has one; compiled ones are kept in `cache`.

    `leanfolio/NAME` is ours, so that another template of the same name may extend it. Words are
    translated when a template is compiled, so each catalogue has its own there.
    """
    ours = PrefixLoader({OURS: FileSystemLoader(str(templates_folder()))})
    environment = WordedEnvironment(
        loader=ChoiceLoader([*(loader_of(folder) for folder in folders), ours]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,  # all of them: to forget those used least takes time at each use
        bytecode_cache=CompiledTemplates(cache, words.key),
    )
    environment.words = words
    environment.filters.update(filters)
    environment.tests["derived"] = lambda value: isinstance(value, Derived)
    return environment


def loader_of(folder: Path) -> BaseLoader:
    """What reads the templates of a folder; those that are not ours through no symbolic link."""
    if folder == templates_folder():
        return FileSystemLoader(str(folder))
    return FunctionLoader(partial(plain_template, folder))


def plain_template(folder: Path, name: str) -> tuple[str, str, None] | None:
    """The text of a template and its path; None where there is no such file. Raises OSError."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    try:
        with open_below(folder, path) as file:
            return file.read().decode("utf-8"), str(folder / path), None
    except FileNotFoundError:
        return None


def rendering_digest(folders: tuple[Path, ...], engine: Engine, translations: bytes) -> bytes:
    """The digest of what renders all pages: code, templates, translations, engine, libraries.

    Computed for each site anew, as a template may be edited while `serve` runs.
    """
    return digest(
        repr((generator_digest(folders), engine.version, translations, VERSIONS)).encode()
    )


def with_root(drawn: Callable[[Graph, str, str], Markup]) -> Callable[..., Markup]:
    """A filter that draws a graph; the page itself says where the site's root lies."""

    @pass_context
    def drawn_here(context: Context, graph: Graph, ident: str) -> Markup:
        return drawn(graph, context["page"]["root"], ident)

    return drawn_here

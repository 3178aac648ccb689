"""Leanfolio: a portfolio written as Markdown in git, checked, ranked, and published as a site.

The map. Content flows one way, through stages that are plain functions from values to values; each
stage imports only what stands above it here (contracts in pyproject.toml check that).

    problem        one thing wrong in the content: rule, place, message, hint
    wording/       numbers, lists, plurals and sentences -> text, in the reader's language
    model/         item types, the portfolio's policy, Portfolio (all items, linked), business case
    markdown/      scan: the links and headings of a body; render: its HTML; one dialect
    read/          yaml/ (front matter with places), items, links, spelling suggestions
    figures/       exact figures: ranking/, funding/, okr/, flow/, history of each item
    check/         rules: a portfolio -> problems; one function per rule, one registry
    views/         what each page shows; registry: the one list of views; ranking/, funding/, items/
    pipeline       read -> link -> check: source files -> a checked portfolio

    cache/         what is kept between runs: store, check results, page texts, page dependencies
    disk/          files, git, atomic replacement of a site, the starter, `project` (load a folder)
    output/        html/ (pages, drawings), data (JSON, CSV), terminal, xlsx, schema, problems/
    importing/     other systems' files -> items, one format per file
    editor/        workspace, completion, hover, rename; fixes/; lsp/ (the language server)
    mkdocs_plugin  the only file that imports MkDocs
    cli/           the terminal: commands, the clock, exit codes

Everything from `problem` to `pipeline` reads no file, no clock and no environment.

As a library: `leanfolio.load("content")` gives what a build knows: `.portfolio`, `.problems`,
`.figures`. Importing this package loads nothing else; `load` brings in what it needs.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from leanfolio.views.built import Built

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def load(folder: "str | Path" = "content", as_of: "date | None" = None) -> "Built":
    """Read, link and check a content folder, as of a day.

    Without a day: the portfolio's own `as_of`, else the commit's, else today. What is wrong in the
    content is in `.problems`; nothing is raised for it. Raises FileNotFoundError or
    NotADirectoryError where there is no such folder.
    """
    from pathlib import Path  # noqa: PLC0415

    from leanfolio.disk.files import Project  # noqa: PLC0415
    from leanfolio.disk.project import load as load_project  # noqa: PLC0415

    path = Path(folder)
    return load_project(Project(path.parent, path), as_of)[1]

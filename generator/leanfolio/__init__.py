"""Leanfolio: a portfolio written as Markdown in git, checked, ranked, and published as a site.

The map. Content flows one way, through stages that are plain functions from values to values; each
stage imports only what stands above it here (the contracts in pyproject.toml hold that).

    problem       what is wrong, where, and what to do about it
    wording       numbers, lists, plurals and sentences -> text, in the reader's language
    source        what comes in: files of content, commits; and what is refused at the door
    model         the words of a portfolio: epic, objective, key result, value stream, ...
    portfolio     all items, linked to one another

    frontmatter   YAML front matter -> fields, each with its line and column
    prose, near   Markdown bodies -> their links; a misspelt word -> the one that was meant
    words         how figures and lists are said in a message
    read          the text of files -> items, and problems
    link          items -> a portfolio, and problems
    rank, money, okr, flow, case
                  a portfolio -> figures, exact; one question per file
    story         what each item said from when on -> when each field changed
    check         a portfolio -> problems; one function per rule
    view          portfolio and figures -> what each page shows, decided and rounded
    build         all of these in a row: sources -> a checked portfolio with its figures
    pages         which pages there are, and at which address
    editing, fix  what an editor asks: completion, mentions, renames; mending what is safe to mend

    files, save             doors: the disk, and back to the disk
    git, history            doors: git; what every item said in each commit
    store                   door: what was costly to make, kept between runs
    project                 door: a folder with content/, read and built as of a day
    memory                  door: the interpreter's search for garbage, put off
    answer, scanned         doors: what check said of the same content before, and of each body
    render                  door: Jinja pages, drawings, layout by Graphviz, Markdown bodies
    exporting, importing    doors: other systems' files, JSON, CSV
    swap, starter           doors: a new site in the old one's place; a new portfolio
    publish                 door: MkDocs
    lsp                     door: an editor, over its language server protocol
    cli                     door: the terminal, the clock, the exit code

Everything from `problem` to `pages` reads no file, no clock and no environment.

As a library: `leanfolio.load("content")` gives what a build knows: `.portfolio`, `.problems`,
`.figures`. Importing this package loads nothing else; `load` brings in what it needs.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from leanfolio.build import Built

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def load(folder: "str | Path" = "content", as_of: "date | None" = None) -> "Built":
    """Read, link and check a content folder, as of a day.

    Without a day: the portfolio's own `as_of`, else the commit's, else today. What is wrong in the
    content is in `.problems`; nothing is raised for it. Raises FileNotFoundError or
    NotADirectoryError where there is no such folder.
    """
    from pathlib import Path  # noqa: PLC0415

    from leanfolio.files import Project  # noqa: PLC0415
    from leanfolio.project import load as load_project  # noqa: PLC0415

    path = Path(folder)
    return load_project(Project(path.parent, path), as_of)[1]

"""Leanfolio: a portfolio written as Markdown in git, checked, ranked, and published as a site.

The map. Content flows one way, through stages that are plain functions from values to values; each
stage imports only what stands above it here (contracts in pyproject.toml check that).

    problem        one thing wrong in the content: rule, place, message, hint
    docstrings     what rules, fields and commands say of themselves, also under `python -OO`
    wording/       numbers, lists, plurals and sentences -> text: message (a sentence with its
                   parts), printer (counts in words), language (money and days as readers write
                   them), leanfolio.pot (all sentences)
    model/         item types and their fields, the portfolio's policy, Portfolio: all items, linked
    markdown/      scan/ (links and headings of a body), render/ (its HTML): one dialect
    read/          bytes -> items: yaml/ (front matter, each value with its place), items, links,
                   suggestions (did you mean)
    figures/       exact figures: facts (each figure that two places need, once), ranking/ (wsjf,
                   smallest_change), funding/ (table, ledger: spending by day, guardrails), okr/,
                   flow/ (and forecasts), columns (of the board), history/, increment_plan,
                   increments/ (load, dependencies, delivery), roadmap, health, change/ (two
                   revisions compared)
    check/         rules, one function each: a portfolio -> problems; waivers, baseline
    views/         what each page, `show`, JSON and CSV hold: rows, how many at most, sentences.
                   registry with groups/ (which pages there are, and their order), board, home/,
                   ranking/, funding/, okr/, increments/, roadmap, meetings/, pack/, flow/
                   (forecast_words: also why there is none), change/, items/
    pipeline       read -> link -> check: source files -> a checked portfolio

    cache/         what is kept between runs: check_result, page_dependencies, page_texts, store
    disk/          files, open_folder (through no link), git, git_history (one pass), replace (an
                   old site by a new), starter, project (load a folder), browser (prints a PDF)
    output/        html/ (pages, drawings), data (JSON, CSV), database/ (SQLite, Parquet), terminal,
                   feeds, icalendar, xlsx, scoring_workbook, trackers (tables for Jira and Azure),
                   schema, change/ (`diff`), problems/, pack/ (`pack`: HTML for PDF, and slides)
    editor/        workspace, completion, hover, rename, new_item, acts/ (`move`, `decide` and
                   their like), fixes/ (`check --fix`), lsp/ (the server)
    importing/     other systems' files -> items: csv, once; jira/, azure/, markdown and workbook,
                   again and again (exchange_map, wanted, field_merge); outgoing, the way back
    fetching/      the network: raw answers of a tracker as files: connection, jira, azure
    development_server  what `serve` answers a browser, and whom it refuses
    mkdocs_plugin  hands our pages to MkDocs; mkdocs_preview serves them. No other file imports it
    releasing/     published increments side by side: increment_site (from a tag's commit), record
                   (releases.json), folder_place and branch_place (where they go)
    cli/           one file a command group; command: exit codes, and what all commands share;
                   faults: what is said where the system does not give what is needed

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

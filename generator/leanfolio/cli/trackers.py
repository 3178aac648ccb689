"""Tables that Jira and Azure DevOps import: `export jira-csv`, `export azure-csv`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import PROBLEMS, USAGE, as_of_option, fail, loaded
from leanfolio.cli.exporting import OUT, audience_option, visible_built, write

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility

all_option = click.option(
    "--all", "everything", is_flag=True, help="Every epic, feature and story. Has to be given."
)
types_option = click.option(
    "--issue-type", "types", metavar="TYPE=NAME", multiple=True,
    help="What a type is called there, such as --issue-type feature=Task; may be repeated.",
)  # fmt: skip


@click.command(name="jira-csv", epilog="Example: leanfolio export jira-csv jira.csv --all")
@click.argument("out", type=OUT)
@all_option
@types_option
@audience_option
@as_of_option
@click.pass_obj
def export_jira_csv(
    project: "Project",
    out: Path,
    everything: bool,
    types: tuple[str, ...],
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Write the table that Jira's importer takes: levels from the top, parents by issue id."""
    from leanfolio.output.trackers import JIRA_TYPES, jira_csv

    require_all(everything)
    named = type_names(JIRA_TYPES, types)
    _, built = loaded(project, as_of)
    visible, _ = visible_built(project, built, audience)
    text = jira_csv(visible.portfolio, named)
    write(out, lambda: encoded(text))


@click.command(name="azure-csv", epilog="Example: leanfolio export azure-csv azure.csv --all")
@click.argument("out", type=OUT)
@all_option
@types_option
@audience_option
@as_of_option
@click.pass_obj
def export_azure_csv(
    project: "Project",
    out: Path,
    everything: bool,
    types: tuple[str, ...],
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Write the tables that Azure Boards imports: a tree, at most 1,000 rows a file.

    A second file is numbered: azure-2.csv. States of items that Azure has go to azure-states.csv,
    to be imported after it.
    """
    from leanfolio.output.trackers import (
        AZURE_TYPES,
        MOST_ROWS,
        TooLargeTree,
        azure_csv,
        azure_states,
    )

    require_all(everything)
    named = type_names(AZURE_TYPES, types)
    _, built = loaded(project, as_of)
    visible, _ = visible_built(project, built, audience)
    files = azure_csv(visible.portfolio, named)
    if isinstance(files, TooLargeTree):
        what = f"{files.id} has {files.rows} rows, and Azure takes {MOST_ROWS:,} a file"
        fail(PROBLEMS, f"{what}; nothing was written", "part it into several epics")
    states, new = azure_states(visible.portfolio, named)
    for kind, texts in (("", files), ("-states", states)):
        for number, text in enumerate(texts, start=1):
            path = beside(out, kind, number)
            write(path, encoder(text))
            click.echo(f"{path}", err=True)
    if new:
        click.echo(
            f"{new} item{'s are' if new != 1 else ' is'} new to Azure, which takes no state for "
            "such: import from Azure once they are there, and export again for their states",
            err=True,
        )


def require_all(everything: bool) -> None:
    """End the command unless everything is asked for: what changed is not known without a map."""
    if not everything:
        fail(USAGE, "what changed since the last import is not known", "export all: --all")


def type_names(usual: dict[str, str], given: tuple[str, ...]) -> dict[str, str]:
    """What each type is called there. Ends the command for a type that there is not."""
    result = dict(usual)
    for entry in given:
        type, mark, name = entry.partition("=")
        if not mark or not name or type not in usual:
            fail(USAGE, f"--issue-type {entry} names no type", f"one of {', '.join(usual)}=NAME")
        result[type] = name
    return result


def beside(out: Path, kind: str, number: int) -> Path:
    """The path of a further file: azure-states.csv, azure-2.csv."""
    more = f"-{number}" if number > 1 else ""
    return out.with_name(f"{out.stem}{kind}{more}{out.suffix}")


def encoder(text: str) -> Any:
    return lambda: encoded(text)


def encoded(text: str) -> bytes:
    """The text as UTF-8; half a character of UTF-16 becomes a question mark."""
    return text.encode("utf-8", "replace")

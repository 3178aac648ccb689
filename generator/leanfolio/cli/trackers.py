"""Tables that Jira and Azure DevOps import: `export jira-csv`, `export azure-csv`."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from leanfolio.cli.command import PROBLEMS, USAGE, as_of_option, fail, loaded
from leanfolio.cli.exchange_trackers import map_of
from leanfolio.cli.exporting import OUT, export_audience, visible_built, write
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.importing.outgoing import Outgoing
    from leanfolio.importing.work_item import System
    from leanfolio.model import Visibility
    from leanfolio.model.portfolio import Portfolio


def tracker_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both tables share."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS = (
    click.argument("out", type=OUT),
    click.option(
        "--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The map of the import: its fields that are ours, of items that changed since.",
    ),
    click.option(
        "--all", "everything", is_flag=True,
        help="Every epic, feature and story. Has to be given where there is no map.",
    ),
    click.option(
        "--issue-type", "types", metavar="TYPE=NAME", multiple=True,
        help="What a type is called there, such as --issue-type feature=Task; may be repeated.",
    ),
    export_audience,
    as_of_option,
)  # fmt: skip


class Request(Struct, frozen=True):
    """What a command was given."""

    project: "Project"
    out: Path
    map_file: Path | None
    everything: bool
    types: tuple[str, ...]
    audience: "Visibility | None"
    as_of: date | None

    def portfolio(self) -> "Portfolio":
        """What the audience may read."""
        _, built = loaded(self.project, self.as_of)
        return visible_built(self.project, built, self.audience)[0].portfolio


@click.command(name="jira-csv", epilog="Example: leanfolio export jira-csv jira.csv --all")
@tracker_options
@click.pass_obj
def export_jira_csv(project: "Project", /, **given: Any) -> None:
    """Write the table that Jira's importer takes: levels from the top, parents by issue id.

    With --map: what the map gives to us, of items that changed since the last import.
    """
    from leanfolio.importing.outgoing import jira_rows
    from leanfolio.output.trackers import JIRA_TYPES, jira_csv

    request = Request(project, **given)
    outgoing = outgoing_of(request, "jira")
    if outgoing is None:
        names = type_names(JIRA_TYPES, request.types)
        text = jira_csv(request.portfolio(), names)
    else:
        text = jira_rows(outgoing)
        told(outgoing)
    if text:
        write(request.out, partial(encoded, text))


@click.command(name="azure-csv", epilog="Example: leanfolio export azure-csv azure.csv --all")
@tracker_options
@click.pass_obj
def export_azure_csv(project: "Project", /, **given: Any) -> None:
    """Write the tables that Azure Boards imports: a tree, at most 1,000 rows a file.

    A second file is numbered: azure-2.csv. States of items that Azure has go to azure-states.csv,
    to be imported after it. With --map: what the map gives to us, of items that changed since the
    last import.
    """
    request = Request(project, **given)
    files, states, new = azure_files(request)
    for kind, texts in (("", files), ("-states", states)):
        for number, text in enumerate(texts, start=1):
            path = beside(request.out, kind, number)
            write(path, partial(encoded, text))
            click.echo(f"{path}", err=True)
    if new:
        click.echo(
            f"{new} item{'s are' if new != 1 else ' is'} new to Azure, which takes no state for "
            "such: import from Azure once they are there, and export again for their states",
            err=True,
        )


def azure_files(request: Request) -> tuple[list[str], list[str], int]:
    """The files of trees, the files of states, and how many items are new to Azure.

    Ends the command where a tree is too large for a file.
    """
    from leanfolio.importing.outgoing import azure_rows, azure_state_rows
    from leanfolio.output.trackers import (
        AZURE_TYPES,
        MOST_ROWS,
        TooLargeTree,
        azure_csv,
        azure_states,
    )

    outgoing = outgoing_of(request, "azure")
    if outgoing is None:
        names, portfolio = type_names(AZURE_TYPES, request.types), request.portfolio()
        files, (states, new) = azure_csv(portfolio, names), azure_states(portfolio, names)
    else:
        files, (states, new) = azure_rows(outgoing), azure_state_rows(outgoing)
    if isinstance(files, TooLargeTree):
        what = f"{files.id} has {files.rows} rows, and Azure takes {MOST_ROWS:,} a file"
        fail(PROBLEMS, f"{what}; nothing was written", "part it into several epics")
    if outgoing is not None:
        told(outgoing)
    return files, states, new


def outgoing_of(request: Request, system: "System") -> "Outgoing | None":
    """What goes out by the map that was given; None without one, where all is asked for.

    Ends the command without both, and where the map or what was imported last cannot be read.
    """
    if request.map_file is None:
        if not request.everything:
            what = "what changed since the last import is not known"
            fail(USAGE, what, "name the map of the import, --map exchange/NAME.yml, or --all")
        return None
    from leanfolio.importing.last_import import read_base
    from leanfolio.importing.mapping import MapError
    from leanfolio.importing.outgoing import Outgoing

    types = type_names({"epic": "", "feature": "", "story": ""}, request.types)
    try:
        map_file = map_of(request.map_file, system, "a table for")
        said = read_base(map_file.base, map_file.base_name)
    except MapError as error:
        fail(USAGE, str(error))
    except OSError as error:
        raise SystemExit(end_with(error, "the map could not be read")) from None
    named = {type: name for type, name in types.items() if name}
    return Outgoing(request.portfolio(), map_file.map, said, named, request.everything)


def told(outgoing: "Outgoing") -> None:
    """Say on stderr how many items go out, and which values do not, with the reason."""
    from leanfolio.output.visible import visible

    for line in dict.fromkeys(outgoing.left):
        click.echo(f"not sent: {visible(line)}", err=True)
    number = len(outgoing.rows)
    if not number:
        what = "nothing that is ours differs from what the last import read"
        click.echo(f"{what}: no file was written (see --all)", err=True)
    else:
        whole = len(outgoing.every)
        of_all = f"{number} of {whole} item{'s' if whole != 1 else ''}"
        click.echo(of_all + ("" if outgoing.everything else " changed since the import"), err=True)


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


def encoded(text: str) -> bytes:
    """The text as UTF-8; half a character of UTF-16 becomes a question mark."""
    return text.encode("utf-8", "replace")

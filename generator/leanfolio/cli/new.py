"""A portfolio, an item or a record to begin with: init, new."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import ENVIRONMENT, USAGE, fail, loaded, model_named
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.disk.starter import Tracker
    from leanfolio.model import Item

TRACKERS = {"jira": "Jira", "azure": "Azure DevOps"}
LINKS = {
    "parent": "The larger objective of an objective.",
    "themes": "The themes that an objective serves.",
    "objective": "The objective of a key result.",
    "key_results": "The key results that an epic moves.",
    "value_stream": "The value stream of an epic or a team.",
    "epic": "The epic of a feature.",
    "feature": "The feature of a story.",
    "team": "The team that works on a feature or a story.",
    "increment": "The increment of a feature.",
    "depends_on": "What an epic or a feature waits for.",
    "like": "The finished epics that an epic is forecast by.",
    "affects": "What a risk may harm.",
}


class New(click.Command):
    """A command whose help ends in the names of all types."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(types_in_words())
            formatter.write_text(IDS_OF_KEY_RESULTS)
            formatter.write_text('Example: leanfolio new feature "Pay online" --epic EP-1')


IDS_OF_KEY_RESULTS = (
    "An id is the next of its type, EP-5 after EP-4. A key result of `--objective OBJ-1` follows "
    "the others of that objective; its first takes the objective's number, KR-1.1. Without an "
    "objective it follows the last of all, KR-4."
)


def types_in_words() -> str:
    """What may stand for TYPE."""
    from leanfolio.editor.new_item import RECORDS
    from leanfolio.model import TYPES

    names = (*(name for name in TYPES if name != "portfolio"), *RECORDS)
    return f"TYPE is one of {', '.join(names)}."


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--vendor/--no-vendor",
    default=None,
    help="Keep a wheel of leanfolio in vendor/; default: where CI has no address to get it from.",
)
@click.option(
    "--tracker",
    type=click.Choice(tuple(TRACKERS)),
    help="Write CI files that import from this tracker each night, too.",
)
def init(folder: Path, vendor: bool | None, tracker: "Tracker | None") -> None:
    """Write a starter portfolio that builds at once, with its CI workflows.

    Its requirements.txt names what this leanfolio was installed from: a version, or a git address
    with its commit, or a wheel of it in vendor/.
    """
    from datetime import UTC, datetime

    from leanfolio.disk.origin import NoWheelError, requirement
    from leanfolio.disk.starter import NotEmptyError, write_starter

    try:
        needs = requirement(vendor)
        today = datetime.now(UTC).date()
        written = write_starter(folder, today, needs.text, needs.files, tracker)
    except NoWheelError as error:
        fail(ENVIRONMENT, str(error), "install it with pip, and call `leanfolio init` again")
    except NotEmptyError as error:
        fail(USAGE, str(error), "give a folder that is empty or not there yet")
    except OSError as error:
        raise SystemExit(end_with(error, "the starter could not be written")) from None
    click.echo(f"{written} files in {folder}; next: leanfolio -C {folder} build", err=True)
    if tracker is not None:
        click.echo(
            f"CI imports from {TRACKERS[tracker]} each night, once exchange/{tracker}.yml is "
            f"there; begin with what `leanfolio fetch {tracker} --help` shows",
            err=True,
        )
    for name, _ in needs.files:
        click.echo(f"for CI, leanfolio itself is in {name}: commit it too", err=True)
    click.echo(
        "replace the sample before the first commit, else git takes its history for that of your "
        "items",
        err=True,
    )
    if needs.text.startswith("#"):
        click.echo(
            "warning: CI cannot install leanfolio yet, since it came from no address that others "
            "can reach; `leanfolio init --vendor` puts a wheel of it into vendor/, or write into "
            "requirements.txt: leanfolio @ git+https://HOST/PATH@COMMIT",
            err=True,
        )


def link_options(command: Any) -> Any:
    """A flag for every link that an item may have, such as --value-stream."""
    for name, help in reversed(LINKS.items()):
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, metavar="ID", multiple=True, help=help)(command)
    return command


@click.command(cls=New)
@click.argument("type")
@click.argument("title")
@click.option("--id", help="Default: the next free one.")
@click.option("--owner", help="Who answers for it.")
@link_options
@click.pass_obj
def new(
    project: "Project", /, type: str, title: str, id: str | None, owner: str | None, **links: Any
) -> None:
    """Write the file of a new item. On a terminal, links that were not given are asked for.

    TYPE may be `scenario` or `ballot` too: a file beside the items, named after its title.
    """
    from leanfolio.disk.write import WriteError
    from leanfolio.disk.write import create as write
    from leanfolio.editor import new_item
    from leanfolio.editor.workspace import Workspace
    from leanfolio.model.source import Source

    model = None if type in new_item.RECORDS else model_named(type, new_item.RECORDS)
    content, built = loaded(project, None)
    workspace = Workspace.from_sources(content.sources, built.as_of, built.as_of)
    given = {name: ",".join(result).replace(",", " ").split() for name, result in links.items()}
    if model is None and (owner or any(given.values())):
        fail(USAGE, f"a {type} has no owner and no links", "leave these flags out")
    if model is not None and sys.stdin.isatty():
        try:  # what is given cannot be wrong once something is asked
            new_item.draft_item(workspace, model, title, id=id, links=given)
        except new_item.InvalidItem as wrong:
            fail(USAGE, str(wrong), wrong.hint)
        if owner is None:
            owner = click.prompt("owner (empty: none)", default="", err=True, show_default=False)
        for name in new_item.links_to_ask(model, given):
            given[name] = prompt_for_ids(name, new_item.choices(workspace.portfolio, model, name))
    try:
        if model is None:
            begun = new_item.draft_record(workspace, type, title, id)
        else:
            begun = new_item.draft_item(workspace, model, title, id=id, owner=owner, links=given)
        write(project.content, begun.path, begun.text.encode("utf-8"))
    except new_item.InvalidItem as wrong:
        fail(USAGE, str(wrong), wrong.hint)
    except WriteError as why:
        fail(USAGE, str(why))
    except OSError as error:
        raise SystemExit(end_with(error, f"{begun.path} could not be written")) from None
    click.echo(project.content / begun.path)
    if model is None:
        return
    workspace.put(Source(begun.path, begun.text.encode("utf-8")))
    for entry in workspace.snapshot().by_path.get(begun.path, ()):
        click.echo(f"to do: {entry.message}; {entry.hint}", err=True)


def prompt_for_ids(name: str, known: "list[Item]") -> list[str]:
    """The ids that somebody types for a link; none for an empty line."""
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean

    if not known:
        return []
    for entry in known[:20]:
        click.echo(f"  {entry.id}  {visible(entry.title)}", err=True)
    if known[20:]:
        click.echo(f"  and {len(known) - 20} more", err=True)
    question = f"{name.replace('_', ' ')} (empty: none)"
    while True:
        text: str = click.prompt(question, default="", err=True, show_default=False)
        ids = text.replace(",", " ").split()
        unknown = [id for id in ids if id not in {entry.id for entry in known}]
        if not unknown:
            return ids
        hint = did_you_mean(unknown[0], [entry.id for entry in known], "name one of these")
        click.echo(f"there is no {unknown[0]} here; {hint}", err=True)

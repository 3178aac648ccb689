"""The language server for editors: lsp."""

from datetime import date
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import ENVIRONMENT, Day, fail

if TYPE_CHECKING:
    from leanfolio.disk.files import Project


@click.command()
@click.option("--as-of", type=Day(), help="The day on which figures stand.")
@click.pass_context
def lsp(ctx: click.Context, as_of: date | None) -> None:
    """Serve an editor: problems as you type, completion, links, renames."""
    try:
        from leanfolio.editor.lsp import serve as serve_editor
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        fail(ENVIRONMENT, "the language server needs pygls", "pip install 'leanfolio[lsp]'")
    project: Project = ctx.obj
    named = ctx.parent and ctx.parent.get_parameter_source("folder")
    by_hand = named is click.core.ParameterSource.COMMANDLINE
    # An editor starts its servers anywhere: without -C, the folder that it has open counts.
    serve_editor(project.content.absolute() if by_hand else None, as_of)

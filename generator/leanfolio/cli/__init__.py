"""The terminal: commands, messages, exit codes. What a command needs is loaded when it runs."""

import atexit
import contextlib
import gc
import os
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from leanfolio import __version__
from leanfolio.cli.command import ENVIRONMENT, INTERRUPTED, PIPE_CLOSED, USAGE
from leanfolio.docstrings import docstring_of

SELDOM = (20_000, 20, 50)  # new values until garbage is looked for, which takes a tenth of a build
WHOLE = 200  # characters of a command's first sentence in the list: none is longer
COMMANDS: Mapping[str, str] = {
    "bisect-rule": "bisect_rule",
    "block": "acts",
    "build": "build",
    "cache": "cache",
    "check": "check",
    "checkin": "acts",
    "close": "close",
    "decide": "acts",
    "diff": "diff",
    "explain": "explain",
    "export": "export",
    "fetch": "fetch",
    "forecast": "forecast",
    "import": "exchange",
    "init": "new",
    "lsp": "lsp",
    "move": "acts",
    "new": "new",
    "pack": "pack",
    "plan": "plan",
    "release": "release",
    "schema": "explain",
    "score": "acts",
    "serve": "build",
    "show": "show",
    "unblock": "acts",
    "update": "acts",
    "waive": "acts",
}

# The order of `leanfolio --help`: from the first day on, what is needed most stands first.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Begin, write and publish": ("init", "new", "check", "explain", "build", "serve"),
    "Month by month": ("checkin", "update", "move", "score", "decide", "block", "unblock", "waive"),
    "Look and compare": ("show", "pack", "forecast", "diff", "bisect-rule"),
    "Plan and close increments": ("plan", "close", "release"),
    "Other programs": ("fetch", "import", "export", "lsp", "schema", "cache"),
}


class Commands(click.Group):
    """The commands, each in its room; of a misspelt one, `did you mean`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click would end with the exit code of problems
            from leanfolio.cli.faults import OutputClosed

            raise OutputClosed("it was closed before all was written") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in sections, each with the whole first sentence of its help."""
        for section, names in SECTIONS.items():
            known = [(name, self.get_command(ctx, name)) for name in names]
            rows = [(name, each.get_short_help_str(WHOLE)) for name, each in known if each]
            with formatter.section(section):
                formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        room = COMMANDS.get(name)
        if room is None:
            return None
        function = "import_" if name == "import" else name.replace("-", "_")
        result: click.Command = getattr(import_module(f"leanfolio.cli.{room}"), function)
        return documented(result)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from leanfolio.read.suggestions import nearest

            guess = nearest(args[0], self.list_commands(ctx)) if args else None
            if guess:
                text = f"{error.message} Did you mean {guess}?"
                raise click.UsageError(text, ctx) from None
            raise


def documented(command: click.Command) -> click.Command:
    """The command with its help, and that of the commands below it, also under `python -OO`."""
    if command.help is None and command.callback is not None:
        command.help = docstring_of(command.callback) or None
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        documented(below)
    return command


@click.group(
    cls=Commands,
    epilog="Example: leanfolio init my-portfolio && leanfolio -C my-portfolio build",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="leanfolio %(version)s")
@click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that holds content/ and mkdocs.yml; default: this one, or the next above.",
)
@click.option("--no-git", is_flag=True, help="Read content as if no git repository held it.")
@click.pass_context
def commands(ctx: click.Context, folder: Path, no_git: bool) -> None:
    """Portfolio as code: check, rank and publish a portfolio written in Markdown."""
    from leanfolio.disk.files import Project

    if no_git:
        os.environ["LEANFOLIO_NO_GIT"] = "1"
    named = ctx.get_parameter_source("folder") is click.core.ParameterSource.COMMANDLINE
    ctx.obj = Project.at(folder) if named else Project.around(folder)


def write_utf_8() -> None:
    """Print the same bytes whatever the locale; Windows would write another encoding to a file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=stream.errors, newline="\n")


def main() -> None:
    """The entry point: our exit codes, and no traceback for what is not our bug."""
    from leanfolio.cli.faults import flushed, interrupts

    write_utf_8()
    interrupts()
    gc.set_threshold(*SELDOM)
    raise SystemExit(flushed(outcome()))


def run() -> None:
    """The entry point of a process of its own, which ends without freeing what it holds.

    After a build of 10,000 items that takes half a second, and the system does it at once.
    """
    try:
        main()
    except SystemExit as stop:
        if threading.active_count() > 1 or not isinstance(stop.code, int):
            raise
        atexit._run_exitfuncs()
        os._exit(stop.code)


def outcome() -> int:
    """Run the command, and return the exit code."""
    from leanfolio.cli.faults import OutputClosed, end_with, say, system_fault

    try:
        code = documented(commands)(prog_name="leanfolio", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ENVIRONMENT
    except click.UsageError as error:
        from leanfolio.cli.usage import usage_hint

        with contextlib.suppress(OSError):  # stderr may be full or closed
            error.show()
        if hint := usage_hint(error, sys.argv[1:]):
            say(f"hint: {hint}")
        return USAGE
    except click.ClickException as error:
        with contextlib.suppress(OSError):  # of a stderr that is full or closed
            error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except OutputClosed:  # by `head`, which has what it wants: nothing is wrong
        return PIPE_CLOSED
    except Exception as error:
        if os.environ.get("LEANFOLIO_TRACEBACK"):
            raise
        # Named, not imported: most commands need no git.
        if any(kind.__name__ == "GitError" for kind in type(error).__mro__):
            say(f"error: {error}")
            say(f"hint: {getattr(error, 'fix', '')}")
        elif system_fault(error) is not None:
            return end_with(error)
        else:
            say(f"error: this is a fault of leanfolio, not of your content: {error!r}")
            say("hint: LEANFOLIO_TRACEBACK=1 shows where it happened")
        return ENVIRONMENT
    return code if isinstance(code, int) else 0

"""What to write instead of a command line that cannot be read."""

import re
import shlex
from collections.abc import Sequence

import click

FOR_ALL = ("-C", "--no-git")  # options that stand before the command
EXAMPLE = re.compile(r"Example: (leanfolio .+)")  # how the help of a command ends
QUOTED = re.compile(r"'([^']*)'")
PATH_HINTS = {  # by what click says of a path
    "does not exist.": "look at its spelling; a path starts at the folder that you are in",
    "is a directory.": "name a file, not a folder",
    "is a file.": "name a folder, not a file",
}
CHOICE = re.compile(r"'(.*?)' is not one of (.*)\.", re.DOTALL)


def usage_hint(error: click.UsageError, arguments: Sequence[str]) -> str:
    """What was most likely meant by these arguments; "" where nobody can tell."""
    if isinstance(error, click.NoSuchOption):
        return option_hint(error.option_name, arguments)
    if isinstance(error, click.MissingParameter) and error.param and error.ctx:
        return missing_hint(error.ctx, error.param)
    if isinstance(error, click.BadParameter):
        is_path = error.param is not None and isinstance(error.param.type, click.Path)
        return path_hint(error.message) if is_path else choice_hint(error.message)
    if arguments[:1] == ["help"]:
        command = " ".join(["leanfolio", *arguments[1:2], "--help"])
        return f"write `{command}`"
    return ""


def option_hint(name: str, arguments: Sequence[str]) -> str:
    """An option that stands behind the command, or is called otherwise."""
    if name == "-V":
        return "write `leanfolio --version`"
    at = next((n for n, each in enumerate(arguments) if each.startswith(name)), None)
    if name not in FOR_ALL or at is None:
        return ""
    end = at + (2 if name == "-C" and arguments[at] == "-C" else 1)
    moved = [*arguments[at:end], *arguments[:at], *arguments[end:]]
    return f"{name} stands before the command: `leanfolio {shlex.join(moved)}`"


def missing_hint(context: click.Context, parameter: click.Parameter) -> str:
    """What may stand where an argument is missing."""
    if context.info_name == "new" and parameter.name == "type":
        from leanfolio.cli.new import types_in_words

        return types_in_words()
    if context.info_name == "new" and parameter.name == "title":
        return 'write the title in quotes: `leanfolio new epic "Repairs at the door"`'
    if context.info_name == "show" and parameter.name == "view":
        from leanfolio.cli.show import ViewName

        return f"VIEW is one of {', '.join(ViewName.names())}."
    example = EXAMPLE.match(context.command.epilog or "")
    return f"as in `{example[1]}`" if example else ""


def path_hint(message: str) -> str:
    """What to look at where a path cannot be used, by what click says of it."""
    return next((hint for end, hint in PATH_HINTS.items() if message.endswith(end)), "")


def choice_hint(message: str) -> str:
    """The one of a few words that a misspelt one was to be, by what click says of it."""
    from leanfolio.read.suggestions import nearest

    said = CHOICE.fullmatch(message)
    guess = nearest(said[1], QUOTED.findall(said[2])) if said else None
    return f"did you mean {guess}?" if guess else ""

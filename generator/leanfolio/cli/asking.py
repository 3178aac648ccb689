"""Questions on the terminal: asked only where a person can answer, with completion of words."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import click

T = TypeVar("T")


def can_ask() -> bool:
    """Whether somebody can answer: the input is a terminal."""
    return sys.stdin.isatty()


def ask(question: str, known: Sequence[str] = (), default: str | None = None) -> str:
    """The answer to a question. Tab completes the known words, without regard to case."""
    with completing(known):
        on_terminal = sys.stdout.isatty()
        text: str = click.prompt(question, default=default, err=not on_terminal, show_default=False)
    return text.strip()


def ask_for(
    question: str, read: Callable[[str], T], known: Sequence[str] = (), default: str | None = None
) -> T:
    """What an answer means, with one more try after a typo. Raises ActError after the second."""
    from leanfolio.editor.acts.act import ActError

    try:
        return read(ask(question, known, default))
    except ActError as error:
        click.echo(f"error: {error}\nhint: {error.hint}", err=True)
    return read(ask(question, known, default))


@contextlib.contextmanager
def completing(known: Sequence[str]) -> Iterator[None]:
    """While this lasts, the Tab key completes these words, where the system has readline."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return

    def match(text: str, number: int) -> str | None:
        found = [word for word in known if word.casefold().startswith(text.casefold())]
        return found[number] if number < len(found) else None

    before, delimiters = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(match)
    readline.set_completer_delims(" ,")
    other = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if other else "tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.set_completer_delims(delimiters)

"""What a text may take before it is shown as it was written."""

from markdown_it.utils import EnvType

# What a text may take. All are counted, none is timed, so that all machines agree.
BODY_LIMIT = 512 * 1024  # characters
HTML_LIMIT = 1024 * 1024
HTML_GROWTH = 10  # times the size of a body, beyond HTML_FREE; real pages stay under 3
HTML_FREE = 64 * 1024
SHOWN = 256 * 1024  # characters of a text that is shown as it was written
NESTING = 50  # levels; a list in a list is two
TOKENS = 100_000  # blocks and cells, roughly: a real page of BODY_LIMIT has 20,000
EFFORT = 12_000_000  # steps of about 0.1 us; a real page of BODY_LIMIT takes a third of that
PIECE = 100  # steps that it takes to look for the start of a block, or to read a mark in a line


class OverLimitError(Exception):
    """A text is too large to lay out, or made to keep a reader of Markdown busy."""


def spend(env: EnvType, steps: int) -> None:
    env["effort"] = spent = env.get("effort", 0) + steps
    if spent > EFFORT:
        raise OverLimitError("takes too long to lay out")

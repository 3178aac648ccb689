"""Words of the format that pages print: what items are called, the usual states, kinds and levels.

A portfolio may name states and kinds of its own; those are printed as they are written.
"""

from leanfolio.wording.message import Message, message
from leanfolio.wording.names import spaced

WORDS = (
    # Types of items
    message("portfolio"), message("theme"), message("objective"), message("key result"),
    message("value stream"), message("team"), message("epic"), message("feature"),
    message("story"), message("increment"), message("risk"), message("page"), message("view"),
    message("meeting"),
    # States
    message("funnel"), message("reviewing"), message("analyzing"), message("ready"),
    message("MVP"), message("persevere"), message("done"), message("rejected"),
    message("backlog"), message("in progress"), message("review"), message("dropped"),
    # Categories of states
    message("new"), message("waiting"), message("active"), message("cancelled"),
    # Kinds, levels and the like
    message("business"), message("enabler"), message("maintenance"),
    message("metric"), message("binary"), message("milestone"), message("maintain"),
    message("committed"), message("uncommitted"), message("aspirational"),
    message("expedite"), message("fixed date"), message("standard"), message("intangible"),
    message("resolved"), message("owned"), message("accepted"), message("mitigated"),
    message("go"), message("no go"), message("pivot"), message("stop"),
    message("error"), message("warning"),
    message("peak"), message("deadline"), message("linear"), message("late"),
)  # fmt: skip
Word = str | Message
TERMS: dict[str, Message] = {word.msgid: word for word in WORDS}


def readable(name: str) -> Word:
    """Return a name of the format as a reader writes it: in progress, MVP."""
    text = spaced(name)
    return TERMS.get(text, text)


def heading(name: str) -> Word:
    """Return a name of the format as a title: In progress, MVP."""
    text = readable(name)
    return text.sentence() if isinstance(text, Message) else text[:1].upper() + text[1:]

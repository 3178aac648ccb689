"""The page of what changed since the last increment, or else by the last landing."""

from msgspec import Struct

from leanfolio.views.built import Built
from leanfolio.views.change_story import ChangeLine
from leanfolio.wording import Text, message, plural


class ChangesPage(Struct, frozen=True):
    """The lines of the story that are told first, and those below the fold."""

    finding: Text
    summary: Text
    lines: tuple[ChangeLine, ...]
    folded: tuple[ChangeLine, ...]

    @property
    def more(self) -> Text:
        """How many lines stand below the fold."""
        return plural(
            "{n:spelled} more change", "{n:spelled} more changes", len(self.folded)
        ).sentence()


def has_change_story(built: Built) -> bool:
    """Return whether there is a story to tell."""
    return built.has_change_story


def changes_page(built: Built) -> ChangesPage:
    """Return the story of this build; without one, that nothing is known."""
    story = built.change_story
    if story is None:
        return ChangesPage(message("No earlier revision is known"), "", (), ())
    return ChangesPage(story.finding, story.summary, story.lines, story.folded)

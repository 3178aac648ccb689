"""The stories of a feature, each a section of its page."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.model import Feature, Story
from leanfolio.model.addresses import stories_page
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Outside, Table, Tag
from leanfolio.views.derivation import place_of
from leanfolio.views.figures import Figures
from leanfolio.views.items.epic import history_tables, link_facts
from leanfolio.views.items.item_facts import common_facts, risks_to, state_tags, waiver_table
from leanfolio.views.ref import Ref, ref
from leanfolio.views.story_words import points
from leanfolio.wording import Text, message


class StorySection(Struct, frozen=True):
    """A story: the line that always shows, and what unfolds below it beside the prose."""

    item: Ref
    tags: tuple[Tag, ...]  # its state, and what blocks it
    when: Text  # its iteration; "" where it has none
    points: Text  # "" where it states none
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]

    @property
    def anchor(self) -> str:
        return self.item.id


class StoriesPage(Struct, frozen=True):
    """One of the pages that a feature's stories take, by the first and the last of them."""

    url: str  # from the root of the site
    words: Text
    here: bool


class StoryList(Struct, frozen=True):
    """The stories on one page of a feature; `pages` are all of them, or none where it is one."""

    stories: tuple[StorySection, ...]
    pages: tuple[StoriesPage, ...] = ()


def story_list(
    portfolio: Portfolio, feature: Feature, figures: Figures, number: int = 1
) -> StoryList | None:
    """Return the stories on a page of a feature, by its number, in the order of ids; or None."""
    pages: dict[int, list[Story]] = {}
    for story in portfolio.children_of(feature.id, Story):
        pages.setdefault(story.page, []).append(story)
    if number not in pages:
        return None
    sections = (story_section(portfolio, story, figures) for story in pages[number])
    links = (
        StoriesPage(stories_page(feature.id, n), from_first_to_last(stories), n == number)
        for n, stories in pages.items()
    )
    return StoryList(tuple(sections), tuple(links) if len(pages) > 1 else ())


def from_first_to_last(stories: Sequence[Story]) -> Text:
    """Return the ids between which those of some stories lie."""
    first, last = stories[0].id, stories[-1].id
    return first if first == last else message("{first} to {last}", first=first, last=last)


def story_section(portfolio: Portfolio, story: Story, figures: Figures) -> StorySection:
    """Return what the section of a story shows beside its prose."""
    tables = (*history_tables(story, figures), waiver_table(story, figures))
    return StorySection(
        item=ref(story),
        tags=tuple(state_tags(portfolio, story, figures)),
        when=message("iteration {name}", name=story.iteration) if story.iteration else "",
        points="" if story.points is None else points(story.points),
        facts=tuple(section_facts(portfolio, story)),
        tables=tuple(
            replace(table, anchor=f"{story.id}:{table.anchor}") for table in tables if table.rows
        ),
    )


def section_facts(portfolio: Portfolio, story: Story) -> Iterator[Fact]:
    """Yield what is known of a story beside its line: who, risks, where else, its source."""
    yield from link_facts(portfolio, ("Team", story.team))
    yield from common_facts(portfolio, story)
    if risks := risks_to(portfolio, story):
        yield Fact("Risks", risks)
    for link in story.links:
        yield Fact("Elsewhere", Outside(link.title, link.url))
    yield Fact("Source", place_of(story))

"""What a site holds beside its pages, in one list: data files, search, feeds with the calendar."""

from leanfolio.output.data_files import Make, makers
from leanfolio.output.feeds import FEEDS
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.script_words import WORDS
from leanfolio.output.search import SEARCH, search_file
from leanfolio.views.built import Built


def site_outputs(built: Built, settings: SiteSettings) -> dict[str, Make]:
    """What makes each output that is no page, by its name; each may be called alone."""
    return {
        **makers(built),
        SEARCH: search_file,
        WORDS: settings.words_maker(),
        FEEDS: settings.feed_maker(),
    }

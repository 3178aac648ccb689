"""What a site holds beside its pages, in one list: data, search, feeds, calendar and brand."""

from collections.abc import Mapping

from leanfolio.output.data_files import Make, makers
from leanfolio.output.feeds import FEEDS
from leanfolio.output.html.brand import BRAND, brand_maker
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.script_words import WORDS
from leanfolio.output.search import SEARCH, search_file
from leanfolio.views.built import Built


def site_outputs(built: Built, settings: SiteSettings) -> Mapping[str, Make]:
    """What makes each output that is no page, by its name; each may be called alone."""
    return {
        **makers(built),
        SEARCH: search_file,
        WORDS: settings.words_maker(),
        FEEDS: settings.feed_maker(),
        BRAND: brand_maker(settings),
    }

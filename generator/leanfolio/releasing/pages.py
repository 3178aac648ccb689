"""The pages beside the increments: the index, what leads on, what is left of those that went."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from jinja2 import Environment

from leanfolio import __version__
from leanfolio.cache.store import own_cache
from leanfolio.disk.templates import templates_folder
from leanfolio.disk.translations import read_translations
from leanfolio.output.html.environment import environment_of
from leanfolio.output.html.say import Say, sort_value
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.template_words import TemplateWords
from leanfolio.output.value_script import value_script
from leanfolio.releasing.increment_site import ASSETS, theme_assets
from leanfolio.releasing.record import Release, newest_first
from leanfolio.wording import Text, message, plural

STORY = "changes.html"  # the page of a site that tells what changed


def surrounding_pages(releases: Sequence[Release]) -> dict[str, bytes]:
    """Every file that is no increment's own, by its path from the root of the publication."""
    order = newest_first(releases)
    newest = order[0]
    frame = Frame(newest)
    style, _ = theme_assets()["style.css"]
    pages = {
        "index.html": frame.forward("", "pi/index.html", message("All increments")),
        "latest/index.html": frame.forward("../", f"../pi/{newest.id}/index.html", newest.title),
        "pi/index.html": frame.index(order),
        "pi/increments.js": increments_script(order),
    }
    for release in order:
        if release.gone:
            pages[f"pi/{release.id}/index.html"] = frame.gone(release)
    files = {path: text.encode() for path, text in pages.items()}
    return {**files, f"{ASSETS}/{style}": theme_assets()["style.css"][1]}


def increments_script(order: Sequence[Release]) -> str:
    """What the switcher of every page lists; a script, as a page from disk may not fetch data."""
    rows = [
        [release.id, release.title, ["index.html"] if release.gone else list(release.pages)]
        for release in order
    ]
    return value_script("leanfolio_increments", rows)


def index_finding(order: Sequence[Release]) -> Text:
    """How many increments can be read, and which is the newest."""
    return plural(
        "{n:spelled} increment is published: {newest}",
        "{n:spelled} increments are published, the newest is {newest}",
        sum(1 for release in order if not release.gone),
        newest=order[0].title,
    ).sentence()


def story_address(release: Release) -> str:
    """Where an increment tells what changed since the one before, from the index; "" if nowhere."""
    told = STORY in release.pages and not release.gone
    return f"{release.id}/{STORY}" if told else ""


class Frame:
    """Makes these pages in the language of the newest increment."""

    def __init__(self, newest: Release) -> None:
        self.newest = newest
        self.settings = SiteSettings(
            newest.site_name,
            language=newest.language,
            translations=read_translations(newest.language),
        )
        self.say = Say(self.settings.printer())
        self.environment: Environment = environment_of(
            (templates_folder(),),
            own_cache(),
            {
                "text": self.say.text,
                "label": self.say.language.label,
                "day": self.say.day,
                "sort_value": sort_value,
            },
            TemplateWords(self.say.language.words, self.settings.translations),
        )

    def render(self, template: str, root: str, finding: Text, **values: Any) -> str:
        language = self.settings.language_of_words
        style, _ = theme_assets()["style.css"]
        page = {
            "root": root,
            "title": self.say.text(values.pop("title", finding)),
            "finding": self.say.text(finding),
            "onward": values.get("target"),
        }
        site = {
            "name": self.newest.site_name,
            "language": language,
            "direction": self.settings.direction,
            "version": __version__,
            "style": f"{ASSETS}/{style}",
        }
        return self.environment.get_template(f"releases/{template}.html.jinja").render(
            page=page, site=site, **values
        )

    def forward(self, root: str, target: str, label: Text) -> str:
        """A small page that leads on by itself, and by a link."""
        return self.render("forward", root, label, target=target, label=self.say.text(label))

    def index(self, order: Sequence[Release]) -> str:
        """The list of all increments."""
        rows = [
            (
                release,
                date.fromisoformat(release.day),
                story_address(release),
                [(entry, date.fromisoformat(entry.day)) for entry in release.replaced],
            )
            for release in order
        ]
        title = message("All increments")
        return self.render("index", "../", index_finding(order), title=title, rows=rows)

    def gone(self, release: Release) -> str:
        """What is left of an increment whose pages were taken away."""
        finding = message("{increment} is no longer kept as pages", increment=release.title)
        day = date.fromisoformat(release.day)
        return self.render("gone", "../../", finding, release=release, day=day)

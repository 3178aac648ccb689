"""What changed between two revisions: diff."""

import re
from datetime import date
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from leanfolio.cli.command import USAGE, as_of_option, cache_note, fail, format_option
from leanfolio.cli.exporting import answer_audience

if TYPE_CHECKING:
    from leanfolio.cache.store import Store
    from leanfolio.disk.files import Project
    from leanfolio.disk.revisions import Pair
    from leanfolio.model import Visibility

ADDRESS = re.compile(r"https?://[^\s()<>\[\]\"'`\\]+")


class Wanted(Struct, frozen=True):
    """How the answer is to look."""

    form: str
    every: bool
    language: str
    repository: str
    audience: "Visibility | None"


@click.command(epilog="Example: leanfolio diff pi/PI-2026-3 HEAD")
@click.argument("before", metavar="[A]", default="HEAD")
@click.argument("after", metavar="[B]", required=False)
@format_option("text", "markdown", "json")
@click.option("--all", "every", is_flag=True, help="Print every line, and not the first ten alone.")
@click.option("--merge-base", is_flag=True, help="Compare with where B left A, and not with A.")
@click.option("--language", default="en", show_default=True, help="Of sentences, money and days.")
@click.option(
    "--repository", default="", metavar="URL", help="Where files and commits are linked to."
)
@click.option("--no-cache", is_flag=True, help="Compare anew, whatever an earlier run has kept.")
@answer_audience
@as_of_option
@click.pass_obj
def diff(
    project: "Project",
    before: str,
    after: str | None,
    form: str,
    every: bool,
    merge_base: bool,
    language: str,
    repository: str,
    no_cache: bool,
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Tell what changed from revision A (default: HEAD) to B (default: the work tree).

    Both sides stand as of the day of B, so that nothing differs but what was written. What was
    found for the same two revisions before is printed again.
    """
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.git_revision import UnknownRevision
    from leanfolio.disk.revisions import pair_of

    wanted = Wanted(form, every, language, repository.rstrip("/"), audience)
    refuse_wrong(wanted)
    try:
        pair = pair_of(project, before, after, as_of, merge_base=merge_base)
    except UnknownRevision as error:
        from leanfolio.output.visible import visible

        fail(USAGE, visible(str(error)), error.fix)
    with Store(None if no_cache else own_cache()) as store:
        answer = kept_answer(store, pair, wanted)
    cache_note(store.problem)
    click.echo(answer, nl=False)


def refuse_wrong(wanted: Wanted) -> None:
    """End the command where a flag says what cannot be."""
    if wanted.repository and not ADDRESS.fullmatch(wanted.repository):
        fail(USAGE, "--repository is no address", "write it as https://host/owner/name")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", wanted.language):
        fail(USAGE, "--language is no language", "write it as en, de-AT or pl")


def kept_answer(store: "Store", pair: "Pair", wanted: Wanted) -> str:
    """The answer that an earlier run gave for the same, or else a new one."""
    from leanfolio.cache.compared import ANSWERS
    from leanfolio.disk.translations import read_translations

    options = repr(wanted).encode()
    key = ANSWERS.key(*pair.made_from(), options, read_translations(wanted.language))
    known = ANSWERS.get_many(store, [key]).get(key)
    if known is None:
        known = new_answer(store, pair, wanted)
        ANSWERS.put_many(store, {key: known})
    return known


def new_answer(store: "Store", pair: "Pair", wanted: Wanted) -> str:
    """The two revisions, read, compared and told."""
    from babel import UnknownLocaleError

    from leanfolio.cache.prose_links import scanning
    from leanfolio.disk.revisions import compared
    from leanfolio.disk.translations import read_translations
    from leanfolio.output.change.as_json import as_json
    from leanfolio.output.change.inert import MarkdownLanguage
    from leanfolio.output.change.markdown import Links, as_markdown
    from leanfolio.output.change.text import as_text
    from leanfolio.wording.language import Language, catalogue

    result = compared(pair, scanning(store), store, wanted.audience)
    if wanted.form == "json":
        return as_json(result.comparison, result.story, result.commit_of)
    po = read_translations(wanted.language)
    words = catalogue(po) if po else None
    try:
        if wanted.form == "markdown":
            links = Links(wanted.repository, pair.prefix)
            return as_markdown(result.story, MarkdownLanguage(wanted.language, words), links)
        return as_text(result.story, Language(wanted.language, words), every=wanted.every)
    except (UnknownLocaleError, ValueError):
        fail(USAGE, f"there is no language {wanted.language}", "write it as en, de-AT or pl")

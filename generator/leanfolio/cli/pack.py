"""The board pack of a meeting, on paper and as slides: pack."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import (
    ENVIRONMENT,
    PROBLEMS,
    USAGE,
    as_of_option,
    commit_at,
    fail,
    lacks_extra,
    loaded,
    revision_option,
    shallow_note,
    show_errors,
)
from leanfolio.cli.exporting import OUT, export_audience, visible_built, write

if TYPE_CHECKING:
    from leanfolio.disk.configuration import SiteConfiguration
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.model.source import Commit, Content
    from leanfolio.output.html.settings import SiteSettings
    from leanfolio.output.pack.printed import Printed
    from leanfolio.views.built import Built
    from leanfolio.views.pack import Pack

INSTALL = (
    "install it (Debian, Ubuntu: apt install chromium), or name one with --browser or "
    "LEANFOLIO_BROWSER; --pptx needs none"
)


@click.command(epilog="Example: leanfolio pack board-review --pdf --pptx")
@click.argument("meeting", required=False)
@click.option("--pdf", is_flag=True, help="Write it as PDF, printed by Chromium or Chrome.")
@click.option("--pptx", is_flag=True, help="Write it as slides. Needs `leanfolio[pptx]`.")
@click.option(
    "--out",
    type=OUT,
    help="The file to write; default: MEETING.pdf and MEETING.pptx, here.",
)
@click.option("--browser", metavar="PROGRAM", help="The browser that prints; default: found.")
@export_audience
@revision_option
@as_of_option
@click.pass_obj
def pack(
    project: "Project",
    meeting: str | None,
    pdf: bool,
    pptx: bool,
    out: Path | None,
    browser: str | None,
    audience: "Visibility | None",
    revision: str | None,
    as_of: date | None,
) -> None:
    """Write the board pack of a meeting, from the values of the site's pages.

    Cover, summary, decisions, exceptions, funding, risks, what else the meeting asks, appendix.
    MEETING is board-review, portfolio-sync, increment-planning, increment-review or
    strategic-review; without it, the first that the portfolio holds.
    """
    from leanfolio.disk.configuration import site_configuration
    from leanfolio.disk.git import changed, head
    from leanfolio.disk.site_sources import configuration_changed

    refuse_wrong_flags(pdf, pptx, out)
    program = browser_for(browser) if pdf else ""
    commit = commit_at(project, revision)
    content, built = loaded(project, as_of, commit)
    if built.errors:
        show_errors(content, built)
        raise SystemExit(PROBLEMS)
    shallow_note(project)
    known = site_configuration(project)
    since = known.changes_since
    top = commit or head(project.content)
    dirty = top is not None and commit is None and changed(project.content)
    visible, whose = as_published(project, content, built, audience, top, since, dirty=dirty)
    value = pack_named(visible, meeting)
    beyond = dirty or (
        top is not None
        and not commit
        and configuration_changed(project.content, project.configuration)
    )
    words = printed_pack(visible, value, whose, top, known, dirty=beyond)
    day = top.day if top else visible.as_of
    forms: list[tuple[str, Callable[[], bytes]]] = []
    if pdf:
        forms.append(("pdf", lambda: as_pdf(program, words, day)))
    if pptx:
        forms.append(("pptx", lambda: as_pptx(words, day)))
    for suffix, make in forms:
        target = out or Path(f"{words.name}.{suffix}")
        write(target, make)
        click.echo(f"{words.title}, as of {visible.as_of}: {target}", err=True)


def refuse_wrong_flags(pdf: bool, pptx: bool, out: Path | None) -> None:
    """End the command where it is not said what to write, or two files have one name."""
    if not pdf and not pptx:
        fail(USAGE, "it is not said what to write", "give --pdf, --pptx or both")
    if pdf and pptx and out is not None:
        fail(USAGE, "--out names one file", "give --pdf or --pptx with it, not both")


def browser_for(named: str | None) -> str:
    """The browser that prints. Ends the command where there is none."""
    from leanfolio.disk.browser import NoBrowserError, find_browser
    from leanfolio.output.visible import visible

    try:
        return find_browser(named)
    except NoBrowserError as error:
        fail(ENVIRONMENT, f"no browser to print the PDF: {visible(str(error))}", INSTALL)


def as_published(
    project: "Project",
    content: "Content",
    built: "Built",
    audience: "Visibility | None",
    top: "Commit | None",
    since: str | None,
    *,
    dirty: bool,
) -> "tuple[Built, Visibility]":
    """What the site of this audience shows, with history and what changed; and whose it is.

    The content is that of the commit `top` or, where `dirty`, has changes on top of it. `since` is
    `changes_since` of mkdocs.yml. Ends the command where it names no revision.
    """
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.git_revision import UnknownRevision
    from leanfolio.disk.project import with_history
    from leanfolio.disk.site_changes import with_change_story

    with Store(own_cache()) as store:
        whole = with_history(built, project.content, store, top.id if top else "HEAD")
        visible, whose = visible_built(project, whole, audience)
        if top is None:
            return visible, whose
        try:
            told = with_change_story(
                whole, visible, whose, content, project.content, top,
                since=since, dirty=dirty, kept=store,
            )  # fmt: skip
        except UnknownRevision as error:
            fail(USAGE, f"changes_since in mkdocs.yml: {error}", error.fix)
    return told, whose


def pack_named(built: "Built", meeting: str | None) -> "Pack":
    """The pack of a meeting. Ends the command where the portfolio holds no such meeting."""
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean
    from leanfolio.views.meetings.meeting import meetings_of
    from leanfolio.views.pack import pack_of

    value = pack_of(built, meeting)
    if value is None:
        names = [str(each.name) for each in meetings_of(built.portfolio)]
        hint = f"one of {', '.join(names)}" if names else "leave it out: `meetings:` names none"
        wrong = f"{visible(meeting or '')} is no meeting of this portfolio"
        fail(USAGE, wrong, did_you_mean(meeting or "", names, hint))
    return value


def printed_pack(
    built: "Built",
    value: "Pack",
    audience: str,
    top: "Commit | None",
    known: "SiteConfiguration",
    *,
    dirty: bool,
) -> "Printed":
    """The pack in the language of the site. Ends the command where there is no such language.

    `dirty`: whether the content or mkdocs.yml is other than the commit has it.
    """
    from babel import UnknownLocaleError

    from leanfolio.output.html.settings import is_web
    from leanfolio.output.pack.printed import printed

    if not is_web(known.site_url):
        note = "the pack names pages by their path: mkdocs.yml sets no site_url to link them to"
        click.echo(f"warning: {note}", err=True)
    currency = built.portfolio.policy.currency
    try:
        settings = settings_of(built, known).of_commit(top, known.repo_url, dirty=dirty)
        return printed(value, built.as_of, settings, audience, currency)
    except (UnknownLocaleError, ValueError):
        fail(USAGE, f"there is no language {known.language}", "write it as en, de-AT or pl")


def settings_of(built: "Built", known: "SiteConfiguration") -> "SiteSettings":
    """The name, addresses and language of the site, as mkdocs.yml says them."""
    from leanfolio.disk.translations import read_translations
    from leanfolio.output.html.settings import SiteSettings

    policy = built.portfolio.policy
    return SiteSettings(
        name=policy.brand.name or known.site_name or policy.title,
        site_url=known.site_url or None,
        language=known.language,
        translations=read_translations(known.language),
    )


def as_pdf(program: str, words: "Printed", day: date) -> bytes:
    """The pack as PDF. Ends the command where the browser prints none."""
    from leanfolio.cache.store import own_cache
    from leanfolio.disk.browser import BrowserFailedError, print_pdf
    from leanfolio.output.pack.document import PAGE, document
    from leanfolio.output.pack.pdf import NotOurPdf, with_fixed_dates
    from leanfolio.output.visible import visible

    try:
        return with_fixed_dates(print_pdf(program, document(words, own_cache()), PAGE), day)
    except (BrowserFailedError, NotOurPdf) as error:
        hint = "name another browser with --browser; --pptx needs none"
        fail(ENVIRONMENT, visible(str(error)), hint)


def as_pptx(words: "Printed", day: date) -> bytes:
    """The pack as slides. Ends the command where the library is not installed."""
    from leanfolio.output.pack.slides import NoPptx, slides

    try:
        return slides(words, day)
    except NoPptx:
        lacks_extra("python-pptx, which writes slides", "pptx")

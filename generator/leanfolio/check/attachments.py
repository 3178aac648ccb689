"""Pictures and documents beside the prose: each is there, and each is used."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from leanfolio.check.links import target_of, written
from leanfolio.check.paths import path_hint
from leanfolio.check.rule import Setting
from leanfolio.markdown.scan import kind_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import ASSETS, MEGABYTE
from leanfolio.problem import Place, Problem
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import tell, trimmed


def image_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture in prose is a file of content.

    The page shows a broken frame in its place.

    Fix: add the file; or correct the path, which is relative to the page.
    """
    if setting.assets is None:
        return
    there = {str(path) for path in setting.assets}
    names = Suggestions(sorted(there))
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind != "image" or kind_of(link.target) == "url":
                continue
            wanted = target_of(body.origin, link).path
            if wanted not in there:
                yield Problem(
                    body.place(link),
                    "image-missing",
                    tell(
                        "{name} shows {target}, which is not there",
                        name=body.name,
                        target=link.target[:80],
                    ),
                    path_hint(names, wanted, body.origin)
                    or tell(
                        "add the file {wanted}; or correct the path, which is relative to the "
                        "page; or take the picture out",
                        wanted=wanted[:80],
                    ),
                )


def attachments_in_use(portfolio: Portfolio, setting: Setting) -> frozenset[PurePosixPath]:
    """Return the paths to which pictures and links in prose lead, and that of the logo."""
    logo = portfolio.policy.brand.logo_path
    return frozenset((logo,) if logo else ()) | {
        PurePosixPath(target_of(body.origin, link).path)
        for body in setting.once(written, portfolio)
        for link in body.prose.links
        if link.kind in ("image", "page")
    }


def asset_unused(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture or document beside the prose is shown or linked in it.

    A site publishes such files only with a page that uses them, so that one of a confidential item
    stays with its item. One that no page uses is not published. While prose leads to a file that is
    missing, the rule is silent: this one may be meant.

    Fix: link to it from the page that it belongs to; or remove it.
    """
    if not setting.assets:
        return
    in_use = setting.once(attachments_in_use, portfolio)
    if any(path.suffix in ASSETS and path not in setting.assets for path in in_use):
        return
    for path in sorted(setting.assets):
        if path not in in_use and not str(path).startswith("actuals/"):
            yield Problem(
                Place(path),
                "asset-unused",
                tell("no page shows or links to {path}, so it is not published", path=path),
                tell("link to it from the page that it belongs to, or remove it"),
            )


def asset_too_large(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture or document is no larger than the portfolio allows.

    Every reader of its page downloads it, and every clone of the repository holds each version of
    it for ever.

    Fix: make it smaller, or link to where it is kept; or raise `max_attachment_mb`.
    """
    most = portfolio.policy.max_attachment_mb
    for path, size in sorted((setting.assets or {}).items()):
        if size > most * MEGABYTE:
            yield Problem(
                Place(path),
                "asset-too-large",
                tell(
                    "{path} is of {size:grouped} bytes, more than the {most} MB that the "
                    "portfolio allows",
                    path=path,
                    size=size,
                    most=trimmed(most),
                ),
                tell(
                    "make it smaller, or link to where it is kept; or raise `max_attachment_mb` "
                    "in the portfolio"
                ),
            )


def image_remote(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A picture is not fetched from another site.

    The published site asks nothing of others: a remote picture would tell them who reads it, and
    is not shown.

    Fix: put the picture beside the page.
    """
    for body in setting.once(written, portfolio):
        for link in body.prose.links:
            if link.kind == "image" and kind_of(link.target) == "url":
                yield Problem(
                    body.place(link),
                    "image-remote",
                    tell(
                        "{name} shows a picture of another site, {target}",
                        name=body.name,
                        target=link.target[:80],
                    ),
                    tell("put the file beside the page, and name it by a relative path"),
                )


ERRORS = (image_missing, asset_too_large)
WARNINGS = (image_remote, asset_unused)

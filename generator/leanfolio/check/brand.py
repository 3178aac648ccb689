"""Brand: the accent can be read, and the logo is a picture that does nothing but show."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from pathlib import PurePosixPath

from leanfolio.check.rule import Setting
from leanfolio.check.svg import svg_fault
from leanfolio.figures.accent import LIGHT, WORDS, accent_of
from leanfolio.model.brand import BRAND_FOLDER, LOGOS
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import KILOBYTE, MEGABYTE, Source
from leanfolio.problem import Place, Problem
from leanfolio.read.suggestions import did_you_mean
from leanfolio.wording import tell

LARGEST_LOGO = 100 * KILOBYTE  # bytes: it is fetched with the first page


def accent_faint(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The accent can be read on every ground of a light page, as links and as bars.

    Links that cannot be told from the paper are read by nobody, and WCAG 2.2 asks for 4.5:1. Pages
    use the nearest colour of the same hue that passes; it is better to know which.

    Fix: write that colour; or choose another.
    """
    policy = portfolio.policy
    if policy.brand.accent is None:
        return
    accent = accent_of(policy.brand.accent)
    if not LIGHT.bears(accent.written):
        yield Problem(
            policy.at("brand", "accent"),
            "accent-faint",
            tell(
                "the accent {written} {contrast}",
                written=accent.written,
                contrast=faintness(accent.contrast),
            ),
            tell(
                'write accent: "{light}", the nearest that passes; dark pages use {dark}',
                light=accent.light,
                dark=accent.dark,
            ),
        )


def faintness(contrast: Decimal) -> str:
    """What is wrong with an accent of this contrast as words on light pages."""
    if contrast >= WORDS:
        return tell("is too strong for words to be read on the grounds that are mixed with it")
    ratio = contrast.quantize(Decimal("0.01"), ROUND_DOWN)
    return tell(
        "has a contrast of {ratio}:1 on light pages, less than the {words}:1 of words",
        ratio=ratio,
        words=WORDS,
    )


def logo_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The logo is a file of content.

    Every page would show a broken frame in its place.

    Fix: add the file; or correct the path, which starts below the content folder.
    """
    policy, path = portfolio.policy, portfolio.policy.brand.logo_path
    if path is None or path.suffix.lower() not in LOGOS or setting.assets is None:
        return
    there = [*setting.assets, *(source.path for source in setting.records.logos)]
    if path not in there:
        known = [str(each) for each in there if each.suffix.lower() in LOGOS]
        yield Problem(
            policy.at("brand", "logo"),
            "logo-missing",
            tell("the logo {path} is not there", path=str(path)[:80]),
            did_you_mean(
                str(path), known, tell("add it; an SVG file lies in {folder}/", folder=BRAND_FOLDER)
            ),
        )


def logo_refused(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The logo is a picture in SVG, PNG or WebP. As SVG it lies in `brand/` and only draws.

    An SVG file can hold scripts, and ask other sites for parts: opened by itself it would run as a
    part of the published site. One with a script, an event handler, foreign elements, or an address
    outside of itself is not published.

    Fix: save it as plain SVG without scripts, links and embedded pictures; or as PNG.
    """
    policy, path = portfolio.policy, portfolio.policy.brand.logo_path
    if path is None:
        return
    if path.suffix.lower() not in LOGOS or unusable(path):
        yield Problem(
            policy.at("brand", "logo"),
            "logo-refused",
            tell("the logo {path} is no picture that a page can show", path=str(path)[:80]),
            tell(
                "name an SVG file in {brand_folder}/, or a PNG or WebP file, by its path "
                "below the content folder",
                brand_folder=BRAND_FOLDER,
            ),
        )
    source = svg_logo(path, setting.records.logos)
    fault = source and svg_fault(source.data)
    if source and fault:
        yield Problem(
            Place(source.path, fault.line, fault.column),
            "logo-refused",
            tell("the logo {path} {what}", path=source.path, what=fault.what),
            tell("save it as plain SVG without scripts, links and embedded pictures, or as PNG"),
        )


def unusable(path: PurePosixPath) -> bool:
    """Whether no file of content has this path, or none of SVG that is looked through."""
    outside = path.is_absolute() or ".." in path.parts
    return outside or (path.suffix.lower() == ".svg" and path.parts[0] != BRAND_FOLDER)


def svg_logo(path: PurePosixPath | None, logos: tuple[Source, ...]) -> Source | None:
    """The SVG file of this path among those that were read."""
    return next((source for source in logos if source.path == path), None)


def logo_too_large(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The logo holds at most 100 kB, or what a portfolio allows of any picture, if that is less.

    Every reader fetches it with the first page that they open.

    Fix: simplify it, or save it smaller: it is shown 32 pixels high.
    """
    policy, path = portfolio.policy, portfolio.policy.brand.logo_path
    most = min(LARGEST_LOGO, int(policy.max_attachment_mb * MEGABYTE))
    source = svg_logo(path, setting.records.logos)
    size = len(source.data) if source else (setting.assets or {}).get(path or PurePosixPath(), 0)
    if path is not None and size > most:
        yield Problem(
            Place(path),
            "logo-too-large",
            tell(
                "the logo {path} is of {size:grouped} bytes, more than {most:grouped}",
                path=path,
                size=size,
                most=most,
            ),
            tell("simplify it, or save it smaller: it is shown 32 pixels high"),
        )


ERRORS = (logo_missing, logo_refused, logo_too_large)
WARNINGS = (accent_faint,)

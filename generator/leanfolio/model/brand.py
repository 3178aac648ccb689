"""What a portfolio looks like as its own: its name, its logo and its accent."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from leanfolio.model.colour import HEX, read_colour
from leanfolio.model.field import Text
from leanfolio.model.item import SubModel

LOGOS = (".svg", ".png", ".webp")
BRAND_FOLDER = "brand"  # below the content folder: the one place where an SVG file may lie

ColourText = Annotated[
    str | None,
    BeforeValidator(read_colour),
    WithJsonSchema({"type": "string", "pattern": HEX.pattern.replace(r"\Z", "$")}),
]


class Brand(SubModel):
    """How a site shows whose it is."""

    name: Text | None = None
    """What stands at the head of every page. Left out, it is `site_name` in mkdocs.yml."""
    logo: Text | None = None
    """A picture that stands before the name and in the tab of a browser, by its path below the
    content folder: brand/logo.svg. SVG, PNG or WebP."""
    accent: ColourText = None
    """The colour of links, bars and what is chosen, in quotes: "#0b5a63". Dark pages use the
    nearest of its hue that can be read on them. Left out, the theme's own."""

    @property
    def logo_path(self) -> PurePosixPath | None:
        """The logo below the content folder; None where there is none."""
        return None if self.logo is None else PurePosixPath(self.logo)

"""A file of slides while it is written: its layouts, its cover, its slides, its properties."""

import re
from copy import deepcopy
from datetime import date, datetime
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Pt

from leanfolio.output.pack.printed import Cell, Printed, Run
from leanfolio.output.pack.slide_plan import (
    HEIGHT,
    MARGIN,
    MOST_TITLE,
    PAD_X,
    PART_TOP,
    ROOM,
    TITLE_TOP,
    WIDTH,
    Slide,
    Words,
    title_fit,
)
from leanfolio.output.pack.slide_text import ACCENT, INK, SOFT, draw_table, fill, plain

FONT = "Arial"
BODY, SMALL = 11, 9
FOOT_TOP, FOOT_HEIGHT = 508, 20
NUMBER_WIDTH = 60
TITLE_ONLY = 5  # of the layouts that the library brings
FOOT_KINDS = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


class Deck:
    """The slides of one pack. The notes of all slides are empty, and nothing is a picture."""

    def __init__(self, pack: Printed, day: date) -> None:
        self.pack = pack
        self.from_right = pack.direction == "rtl"
        self.file: Any = Presentation()
        self.file.slide_width, self.file.slide_height = Pt(WIDTH), Pt(HEIGHT)
        self.layout = self._only_layout()
        self._dress()
        drop(self.file.part.rels, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
        drop(self.file.part.package._rels, RELATIONSHIP_TYPE.THUMBNAIL)
        self._say_what_it_is(day)

    def _only_layout(self) -> Any:
        """The layout with a title and a foot, in 16 to 9; all others are taken out."""
        layouts = self.file.slide_layouts
        kept = layouts[TITLE_ONLY]
        for layout in list(layouts):
            if layout is not kept and layout.name != kept.name:
                layouts.remove(layout)
        for shape in (*self.file.slide_master.placeholders, *kept.placeholders):
            place(shape)
        return kept

    def _dress(self) -> None:
        """Give the theme a font that every machine has or knows to replace, and calm links."""
        theme = self.file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = theme.blob.decode("utf-8").replace('typeface="Calibri"', f'typeface="{FONT}"')
        for name in ("hlink", "folHlink"):
            colour = f'<a:{name}><a:srgbClr val="{ACCENT}"/></a:{name}>'
            text = re.sub(rf"<a:{name}>.*?</a:{name}>", colour, text, flags=re.DOTALL)
        theme._blob = text.encode("utf-8")

    def _say_what_it_is(self, day: date) -> None:
        """The properties of the file: the portfolio as its author, and no day but `day`."""
        known = self.file.core_properties
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format wants no zone
        known.title = plain(f"{self.pack.title} · {self.pack.site}")[:255]
        known.author = known.last_modified_by = plain(self.pack.site)[:255]
        known.subject = plain(self.pack.foot)[:255]
        known.language = self.pack.language
        known.created = known.modified = moment
        known.revision = 1

    def add_cover(self) -> None:
        """The first slide: the meeting, the state of the portfolio, where the figures are from."""
        pack = self.pack
        title = pack.title[:MOST_TITLE]
        size, tall = max(title_fit(title), (36.0, 60.0)) if len(title) < 40 else title_fit(title)
        slide = self._begin(pack.site, title, size, tall, top=120)
        y = 120 + tall + 12
        for text, each in ((pack.about, 16), (pack.finding, 20), (pack.note, BODY)):
            if text:
                height = max(40.0, len(text) * each * 0.62 / ROOM * each * 1.3 + each)
                words = Words(y, height, Cell((Run(text),)), each)
                self._words(slide, words)
                y += height
        for entry in pack.stamp:
            cell = Cell((Run(entry.label), *entry.value.runs), between=": ")
            self._words(slide, Words(y, 20, cell, BODY, soft=True))
            y += 20

    def add(self, plan: Slide, number: int, of: int) -> None:
        """A slide as it was planned; of several of one subject each says which it is."""
        title = plan.title if of == 1 else f"{plan.title} ({number}/{of})"
        slide = self._begin(plan.part, title, plan.title_size, plan.title_height)
        whole = Cell((plan.whole,))
        half = ROOM / 2
        self._words(
            slide, Words(PART_TOP, 18, whole, SMALL, True, MARGIN + half, half, to_end=True)
        )
        for words in plan.words:
            self._words(slide, words)
        for part in plan.tables:
            draw_table(slide.shapes, part, MARGIN, from_right=self.from_right)

    def _begin(
        self, part: str, title: str, size: float, tall: float, top: float = TITLE_TOP
    ) -> Any:
        """A slide with its title and its foot."""
        slide = self.file.slides.add_slide(self.layout)
        shape = slide.shapes.title
        box(shape, MARGIN, top, ROOM, tall)
        frame = shape.text_frame
        tidy(frame)
        fill(frame.paragraphs[0], Cell((Run(title),)), size, INK, bold=True)
        above = Words(
            top - TITLE_TOP + PART_TOP, 18, Cell((Run(part),)), BODY, width=ROOM / 2, bold=True
        )
        self._words(slide, above, ACCENT)
        self._foot(slide)
        return slide

    def _foot(self, slide: Any) -> None:
        """Day, commit and site at the foot, and the number of the slide, as the layout has them."""
        for placeholder in self.layout.placeholders:
            if placeholder.placeholder_format.type in FOOT_KINDS:
                slide.shapes._spTree.append(deepcopy(placeholder._element))
        for shape in slide.placeholders:
            if shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
                box(shape, MARGIN, FOOT_TOP, ROOM - NUMBER_WIDTH, FOOT_HEIGHT)
                paragraph = shape.text_frame.paragraphs[0]
                for run in list(paragraph.runs):
                    paragraph._p.remove(run._r)
                fill(paragraph, Cell((Run(self.pack.foot, self.pack.link),)), SMALL, SOFT)
        number_shapes(slide)

    def _words(self, slide: Any, words: Words, colour: str = "") -> None:
        """A paragraph in a box of its own."""
        shape = slide.shapes.add_textbox(
            Pt(words.left), Pt(words.top), Pt(words.width), Pt(words.height)
        )
        tidy(shape.text_frame)
        shade = colour or (SOFT if words.soft else INK)
        paragraph = shape.text_frame.paragraphs[0]
        fill(paragraph, words.cell, words.size, shade, bold=words.bold, number=words.to_end)

    def data(self) -> bytes:
        """The bytes of the file, as the library writes them."""
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()


def place(shape: Any) -> None:
    """Move a placeholder of a layout to where it stands on a slide of 16 to 9."""
    match shape.placeholder_format.type:
        case PP_PLACEHOLDER.TITLE | PP_PLACEHOLDER.CENTER_TITLE:
            box(shape, MARGIN, TITLE_TOP, ROOM, 60)
        case PP_PLACEHOLDER.FOOTER:
            box(shape, MARGIN, FOOT_TOP, ROOM - NUMBER_WIDTH, FOOT_HEIGHT)
        case PP_PLACEHOLDER.SLIDE_NUMBER:
            box(shape, WIDTH - MARGIN - NUMBER_WIDTH, FOOT_TOP, NUMBER_WIDTH, FOOT_HEIGHT)
        case PP_PLACEHOLDER.DATE:
            shape._element.getparent().remove(shape._element)
        case _:
            box(shape, MARGIN, 120, ROOM, HEIGHT - 170)


def box(shape: Any, left: float, top: float, wide: float, tall: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(wide), Pt(tall)


def tidy(frame: Any) -> None:
    """Wrap text, keep its size, and begin at the top of the box."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Pt(PAD_X)
    frame.margin_top = frame.margin_bottom = 0


def number_shapes(slide: Any) -> None:
    """Give each shape an id of its own; copies of the layout's brought theirs."""
    for number, shape in enumerate(slide.shapes, start=2):
        shape._element._nvXxPr.cNvPr.set("id", str(number))


def drop(relations: Any, kind: str) -> None:
    """Take out what the library's own template holds of a kind."""
    for key in [key for key, each in relations.items() if each.reltype == kind]:
        relations.pop(key)

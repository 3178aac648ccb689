"""Paragraphs and tables of slides: text that stays text, with the direction that it has."""

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from leanfolio.output.pack.printed import Cell, Run
from leanfolio.output.pack.slide_plan import MARKS, PAD_X, Setting, TablePart

# The colours of the style sheet on paper: each is at least 4.5 to 1 on white.
INK, SOFT, ACCENT, LINE, SUNK = "1C1B19", "59554E", "0B5A63", "857F73", "F3F0E9"
TONES = {"good": "1B6339", "warn": "7D5100", "bad": "9E2218", "plain": SOFT}
NO_GRID = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the table style without lines and fills
# What XML 1.0 cannot hold, and characters that break a line in the middle of a paragraph.
BARRED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
IN_ADDRESS = ":/?#[]@!$&'()*+,;=%~-._"  # kept as they are


def rgb(colour: str) -> RGBColor:
    """A colour from its six digits."""
    red, green, blue = bytes.fromhex(colour)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def plain(text: str) -> str:
    """A text that an XML file can hold, on one line."""
    return BARRED.sub(" ", text)


def is_from_right(text: str) -> bool:
    """Whether the first letter with a direction is one from right to left."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def fill(paragraph: Any, cell: Cell, size: float, colour: str, *, bold: bool = False,
         number: bool = False) -> None:  # fmt: skip
    """Write a cell into an empty paragraph: a status with its mark, a link with its address."""
    paragraph.alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
    if not number and is_from_right(cell.text):
        paragraph.alignment = PP_ALIGN.RIGHT
        paragraph._p.get_or_add_pPr().set("rtl", "1")
    for position, run in enumerate(cell.runs):
        if position:
            add_run(paragraph, cell.between, size, colour)
        toned = bool(cell.tone) and position == 0
        text = f"{MARKS[cell.tone]} {run.text}" if toned else run.text
        written = add_run(paragraph, text, size, TONES[cell.tone] if toned else colour)
        written.font.bold = bold or toned
        if run.url:
            link(written, run)


def add_run(paragraph: Any, text: str, size: float, colour: str) -> Any:
    run = paragraph.add_run()
    run.text = plain(text)
    run.font.size = Pt(size)
    run.font.color.rgb = rgb(colour)
    return run


def link(written: Any, run: Run) -> None:
    """Lead a run to its address, in the characters that an address may have."""
    written.hyperlink.address = quote(run.url, safe=IN_ADDRESS)


def draw_table(shapes: Any, part: TablePart, left: float, *, from_right: bool) -> None:
    """A table whose rows are as high as they were planned."""
    count = len(part.rows) + bool(part.heads)
    frame = shapes.add_table(
        count, len(part.widths), Pt(left), Pt(part.top), Pt(sum(part.widths)), Pt(part.height)
    )
    name = plain(part.title) or "Facts"
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", name)
    table = frame.table
    properties = table._tbl.tblPr
    properties.set("firstRow", "1" if part.heads else "0")
    properties.set("bandRow", "0")
    if from_right:
        properties.set("rtl", "1")
    properties.find(qn("a:tableStyleId")).text = NO_GRID
    for number, wide in enumerate(part.widths):
        table.columns[number].width = Pt(wide)
    rows = iter(table.rows)
    if part.heads:
        row = next(rows)
        row.height = Pt(part.head_height)
        for place, head in zip(row.cells, part.heads, strict=True):
            label = Cell((Run(head.label),))
            write(place, label, part.setting, SOFT, number=head.number, is_head=True)
    numbers = [head.number for head in part.heads] or [False] * len(part.widths)
    for row, (tall, cells) in zip(rows, part.rows, strict=True):
        row.height = Pt(tall)
        for n, (place, cell) in enumerate(zip(row.cells, cells, strict=True)):
            colour = SOFT if n in part.labels else INK
            write(place, cell, part.setting, colour, number=numbers[n])


def write(place: Any, cell: Cell, setting: Setting, colour: str, *, number: bool = False,
          is_head: bool = False) -> None:  # fmt: skip
    """Write a cell of a table, with its margins and the line below it."""
    place.margin_left = place.margin_right = Pt(PAD_X)
    place.margin_top = place.margin_bottom = Pt(setting.pad)
    fill(place.text_frame.paragraphs[0], cell, setting.body, colour, bold=is_head, number=number)
    if is_head:
        place.fill.solid()
        place.fill.fore_color.rgb = rgb(SUNK)
    else:
        place.fill.background()
    properties = place._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": "6350"})
    solid = line.makeelement(qn("a:solidFill"), {})
    solid.append(solid.makeelement(qn("a:srgbClr"), {"val": LINE}))
    line.append(solid)
    properties.insert(0, line)

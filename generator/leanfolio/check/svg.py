"""What in an SVG file would run, or ask another site for something, where it is opened."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from msgspec import Struct

from leanfolio.wording import tell

SVG, XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
DRAWN = frozenset((
    "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix", "feComposite",
    "feDropShadow", "feFlood", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset", "filter",
    "g", "line", "linearGradient", "marker", "mask", "metadata", "path", "pattern", "polygon",
    "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text",
    "title", "tspan", "use", "view",
))  # fmt: skip
OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)[^)]|@import|expression\(|javascript:", re.IGNORECASE)
ESCAPED = re.compile(r"\\")  # an escape of CSS could hide any of these


class SvgFault(Struct, frozen=True):
    """What a file must not hold, and where: line and column count from 1."""

    line: int
    column: int
    what: str


def svg_fault(data: bytes) -> SvgFault | None:
    """The first thing for which an SVG file is refused; None where it only draws."""
    reader = SvgReader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        fault = SvgFault(error.lineno, error.offset + 1, "is no XML")
        return reader.fault or fault
    return reader.fault


class SvgReader:
    """Reads an SVG file until its end, and keeps the first fault that it has."""

    def __init__(self) -> None:
        self.fault: SvgFault | None = None
        self.depth = 0
        self.style = ""  # the text of a style element, which may come in pieces
        self.in_style = False
        self.parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self.doctype
        parser.ProcessingInstructionHandler = self.instruction

    def refuse(self, what: str) -> None:
        if self.fault is None:
            parser = self.parser
            self.fault = SvgFault(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, what)

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        """A document type may name entities, which grow without end or lead to other files."""
        if internal:
            self.refuse(tell("declares entities"))

    def instruction(self, target: str, data: str) -> None:
        self.refuse(tell("has an instruction {tag}", tag=f"<?{target[:40]}>"))

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        space, _, name = element.rpartition(" ")
        if self.depth == 0 and (space, name) != (SVG, "svg"):
            self.refuse(tell("begins with {tag}, and not with <svg> of SVG", tag=f"<{name[:40]}>"))
        self.depth += 1
        if space == XHTML or (space == SVG and name not in DRAWN):
            self.refuse(tell("has {tag}", tag=f"<{name[:40]}>"))
        if space in (SVG, ""):
            self.in_style = name == "style"
            for attribute, value in attributes.items():
                self.attribute(attribute, value)

    def attribute(self, attribute: str, value: str) -> None:
        name = attribute.rpartition(" ")[2]
        if name.lower().startswith("on"):
            self.refuse(tell("has {name}, which runs a script", name=name[:40]))
        elif name == "href" and not value.strip().startswith("#"):
            self.refuse(tell("leads to {target}, outside of itself", target=value.strip()[:40]))
        elif OUTSIDE.search(value) or ("url" in value.lower() and ESCAPED.search(value)):
            self.refuse(tell("has {name} that leads outside of it", name=name[:40]))

    def text(self, text: str) -> None:
        if self.in_style:
            self.style += text
            if OUTSIDE.search(self.style) or ESCAPED.search(self.style):
                self.refuse(tell("has a style that leads outside of it"))

    def end(self, element: str) -> None:
        self.depth -= 1
        if element.endswith("style"):
            self.in_style, self.style = False, ""

"""The words of templates, translated while a template is compiled: printing a page costs no more.

`{{ _("Menu") }}` becomes text of the compiled template, and `{{ _("as of {day}", day=today) }}`
text around an expression. `<a>` in a message opens a link to the address that its part `a` gives,
a value or a tuple of them: `_("All are on the <a>board</a>.", a=(page.root, "board.html"))`. The
other elements of `ELEMENTS` stand for themselves.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from jinja2 import Environment, TemplateAssertionError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from msgspec import Struct

from leanfolio.wording.message import names, pieces

WORDS = "_"  # what marks a message in a template, as gettext has it
ELEMENTS = ("a", "b", "code")
TAG = re.compile(rf"(</?(?:{'|'.join(ELEMENTS)})>)")
ESCAPED = re.compile("[&<>\"']")  # what stands otherwise in HTML


class TemplateWords(Struct, frozen=True):
    """How the words of templates are translated; `key` tells two catalogues apart."""

    translated: Callable[[str], str] = str
    key: bytes = b""


ENGLISH = TemplateWords()


class WordedEnvironment(Environment):
    """Compiles templates in one language. Its own globals are set before a template is loaded."""

    words = ENGLISH

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template, as one dict: each import on each page walks through them."""
        return {**self.globals, **(d or {})}

    @staticmethod
    def printed(value: object) -> str:
        """A value as HTML. Most texts have nothing to escape, and need not become Markup either."""
        if type(value) is str and not ESCAPED.search(value):
            return value
        return value if type(value) is Markup else escape(value)


class WordsCompiler(CodeGenerator):
    """Replaces messages by their translation before a template is compiled."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("printed = environment.printed")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("printed(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        words = getattr(self.environment, "words", ENGLISH)
        translated = MessageTransformer(words, self.name, self.filename).visit(node)
        translated.set_environment(self.environment)
        super().visit_Template(translated, frame)


WordedEnvironment.code_generator_class = WordsCompiler


class MessageTransformer(NodeTransformer):
    """Puts the words of a language in the place of each message."""

    def __init__(self, words: TemplateWords, name: str | None, filename: str | None) -> None:
        self.words = words
        self.place = (name, filename)

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja's name
        """Make text of a template from messages that are printed as they are."""
        node.nodes = [part for child in node.nodes for part in self._printed(child)]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's name
        """Make one value of a message that is given to something."""
        self.generic_visit(node)
        if not is_message(node):
            return node
        parts = tuple(self._parts(node))
        match parts:
            case (str(text),):
                return nodes.Const(text, lineno=node.lineno)
        values = [
            nodes.MarkSafe(nodes.Const(escaped(part))) if isinstance(part, str) else part
            for part in parts
        ]
        return nodes.Concat(values, lineno=node.lineno)

    def _printed(self, child: nodes.Expr) -> Iterator[nodes.Expr]:
        if not is_message(child):
            yield self.visit(child)
            return
        self.generic_visit(child)
        for part in self._parts(child):
            yield nodes.TemplateData(escaped(part)) if isinstance(part, str) else part

    def _parts(self, call: nodes.Expr) -> Iterator["str | nodes.Expr"]:
        """Yield the text of a translated message, and the expressions of its parts."""
        msgid, given = self._message(call)
        linked = "<a>" in msgid
        for piece in pieces(self.words.translated(msgid)):
            for text in filter(None, TAG.split(piece.literal)):
                if linked and text == "<a>":
                    yield nodes.MarkSafe(nodes.Const('<a href="'))
                    yield from address_of(given["a"])
                    yield nodes.MarkSafe(nodes.Const('">'))
                elif TAG.fullmatch(text) and text in msgid:
                    yield nodes.MarkSafe(nodes.Const(text))
                else:
                    yield text
            if piece.name is not None:
                yield given[piece.name]

    def _message(self, call: nodes.Expr) -> tuple[str, Mapping[str, nodes.Expr]]:
        """Return the words of a message and its parts; raises TemplateAssertionError."""
        assert isinstance(call, nodes.Call)
        match call.args:
            case [nodes.Const(value=str(msgid))] if not call.dyn_args and not call.dyn_kwargs:
                given = {part.key: part.value for part in call.kwargs}
                needed = names(msgid) | ({"a"} if "<a>" in msgid else frozenset())
                if needed == given.keys():
                    return msgid, given
        message = "a message is a literal, and is given exactly the parts that it names"
        raise TemplateAssertionError(message, call.lineno, *self.place)


def is_message(node: nodes.Node) -> bool:
    """Whether an expression is `_("...")`."""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == WORDS
    )


def address_of(part: nodes.Expr) -> list[nodes.Expr]:
    """Return what an address consists of: one value, or the values of a tuple in a row."""
    return part.items if isinstance(part, nodes.Tuple) else [part]


def escaped(text: str) -> str:
    """Return words as HTML; what a translator writes is no markup."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    )

"""Words of templates: all are messages, which are translated while a template is compiled."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import DictLoader, TemplateAssertionError, nodes

from leanfolio.cache.compiled import CompiledTemplates
from leanfolio.output.html.template_words import TemplateWords, WordedEnvironment, is_message

TEMPLATES = Path(__file__).parents[1] / "templates"
READ_OUT = frozenset(("title", "aria-label", "alt", "placeholder", "data-label"))
NAMES = frozenset(("leanfolio", "JSON", "CSV", "Atom", "Feed"))  # the same in every language
ATTRIBUTE = re.compile(
    r'^\s*(?:class|id|data-(?!label)\w+)="[^"]*"?'
)  # that a macro makes, outside of its tag
MARKUP = {  # parts of markup that a macro makes, which only look like text
    "parts/lane.html.jinja: state in state -",
}
GERMAN = {
    "Menu": "Menü & <mehr>",
    "as of {day}": "Stand: {day}",
    "{rest}; all are on the <a>board</a>.": "Alle stehen auf dem <a>Board</a>; {rest}.",
}


def page_templates() -> dict[str, str]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*.jinja"))
        if path.relative_to(TEMPLATES).parts[0] not in ("starter", "serve")
    }


def constants(node: nodes.Node) -> str:
    """The words that an expression prints, whichever of its branches is taken."""
    match node:
        case nodes.TemplateData(data=text):
            return ATTRIBUTE.sub("", text)
        case nodes.Const(value=str(text)):
            return ATTRIBUTE.sub("", text)
        case nodes.CondExpr():
            branches = [node.expr1, *filter(None, [node.expr2])]
        case nodes.Or() | nodes.And():
            branches = [node.left, node.right]
        case _:
            return ""
    return " ".join(map(constants, branches))


class Words(HTMLParser):
    """Collects what a reader reads: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_OUT and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def loose_words(source: str) -> Iterator[str]:
    """Words in a template that are no message: in its HTML, or given to a macro as a name."""
    tree = WordedEnvironment().parse(source)
    html = "".join(
        constants(part) for output in tree.find_all(nodes.Output) for part in output.nodes
    )
    page = Words()
    page.feed(html)
    for text in page.found:
        for word in text.split():
            letters = "".join(filter(str.isalpha, word))
            if len(letters) > 1 and "." not in word.rstrip(".") and letters not in NAMES:
                yield f"{word} in {text.strip()}"
    yield from given_words(tree)


def given_words(tree: nodes.Template) -> Iterator[str]:
    """Text that is given to a macro, where it begins as a title does or has several words."""
    for call in tree.find_all(nodes.Call):
        if is_message(call):
            continue
        for given in [*call.args, *(pair.value for pair in call.kwargs if pair.key == "caption")]:
            for text in given_texts(given):
                if text[:1].isupper() and text not in NAMES:
                    yield text


def given_texts(given: nodes.Node) -> Iterator[str]:
    """Text that is given as it is, or in a list of the heads of a table."""
    match given:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.List() | nodes.Tuple():
            for item in given.items:
                yield from given_texts(item)


@pytest.mark.parametrize(
    "source",
    (
        "<p>Nothing here</p>",
        '<p title="Path to this page"></p>',
        '<td>{{ "late" if row.late else _("in time") }}</td>',
        '{{ td("Limit", 3) }}',
        '{% call table(_("Board"), [("Column", "num")]) %}{% endcall %}',
    ),
)
def test_words_outside_of_a_message_are_found(source: str) -> None:
    assert list(loose_words(source))


def test_all_words_of_templates_are_messages() -> None:
    loose = {
        f"{name}: {word}" for name, text in page_templates().items() for word in loose_words(text)
    }
    assert loose == MARKUP


# How they are translated --------------------------------------------------------------------------


def rendered(source: str, /, **values: object) -> str:
    environment = WordedEnvironment(autoescape=True, loader=DictLoader({"page": source}))
    environment.words = TemplateWords(lambda msgid: GERMAN.get(msgid, msgid), b"de")
    return environment.get_template("page").render(values)


def test_words_are_translated_and_are_no_markup() -> None:
    assert rendered('<p>{{ _("Menu") }}</p>') == "<p>Menü &amp; &lt;mehr&gt;</p>"
    assert rendered('{% set word = _("Menu") %}{{ word }}') == "Menü &amp; &lt;mehr&gt;"
    assert rendered('{{ _("Close") }}') == "Close"


def test_parts_and_links_move_with_the_words() -> None:
    source = '{{ _("{rest}; all are on the <a>board</a>.", rest=rest, a=(root, "b.html")) }}'
    html = 'Alle stehen auf dem <a href="../b.html">Board</a>; A &amp; B.'
    assert rendered(source, rest="A & B", root="../") == html
    kept = '{% set label = _("as of {day}", day=day) %}<p title="{{ label }}">'
    assert rendered(kept, day='"1"') == '<p title="Stand: &#34;1&#34;">'


@pytest.mark.parametrize(
    "source",
    (
        "{{ _(word) }}",
        '{{ _("as of {day}") }}',
        '{{ _("Menu", day=day) }}',
        '{{ _("<a>board</a>") }}',
        '{{ _("one", "two") }}',
    ),
)
def test_a_message_is_a_literal_with_exactly_its_parts(source: str) -> None:
    with pytest.raises(TemplateAssertionError, match="a message is a literal"):
        rendered(source)


def test_each_catalogue_has_compiled_templates_of_its_own(tmp_path: Path) -> None:
    def printed(translation: str) -> str:
        environment = WordedEnvironment(
            loader=DictLoader({"page": '{{ _("Menu") }}'}),
            bytecode_cache=CompiledTemplates(tmp_path / "cache", translation.encode()),
        )
        environment.words = TemplateWords(lambda msgid: translation, translation.encode())
        return environment.get_template("page").render()

    assert [printed(word) for word in ("Menü", "Menu", "Menü")] == ["Menü", "Menu", "Menü"]

"""Every sentence of the generator is collected, can be translated, and is right for any count."""

import ast
import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from leanfolio.check import RULES
from leanfolio.output.script_words import theme_messages
from leanfolio.wording import (
    PLAIN,
    Message,
    Money,
    Part,
    Percent,
    Printer,
    Rounded,
    in_context,
    listed,
    message,
    plural,
)
from leanfolio.wording.language import Language, catalogue
from leanfolio.wording.message import names

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "generator" / "leanfolio"
DEFINITIONS = PACKAGE / "wording" / "message.py"  # passes on the literals that it is given
TOLD = PACKAGE / "wording" / "told.py"  # passes them on too
FUNCTIONS = ("message", "plural", "many", "in_context", "tell")
COUNTS = (0, 1, 2, 12, 13, 1000)
OTHERS: tuple[Part, ...] = (
    "Checkout", "{brace}", Decimal("-1.50"), Fraction(1, 3), date(2026, 10, 5), None,
    Rounded(Fraction(2, 3)), Percent(Fraction(5, 8)), Money(Decimal("1200.5"), "EUR"),
    Money(None, "EUR"), listed(("red", "green")), message("a sentence"),
)  # fmt: skip

# Whole msgids that a rule below wrongly refuses, each with its reason.
ALLOWED: dict[str, str] = {
    "{item} scores {score}, {gap} less than {other}": "scores is a verb; item is an id",
    "{item} scores the same as {other}, and comes after by the tie rule": "scores is a verb",
    "{formula} rules this ranking; forms are never mixed.": "rules is a verb",
    "{n:spelled} epic moves no key result, and should not be built": "here, to move is a verb",
    "{score} rounds to {tenths}, below {begins}": "rounds is no noun here",
    "{score} rounds to {tenths}, where green begins": "rounds is no noun here",
    "{score} rounds to {tenths}, where yellow begins": "rounds is no noun here",
    "{n:spelled} epic states no forecast": "to state is a verb here",
    "{n:spelled} epic states no approved money": "to state is a verb here",
    "move {share} of the money from {name} to others": "others are not counted by the name",
    "{part} has {share}, above its target of {target} ± {tolerance} points": "a decimal: 5.0",
    "{part} has {share}, below its target of {target} ± {tolerance} points": "a decimal: 5.0",
    "{points} points": "a number that is not whole: 2.5 points",
    "the first budget of {stream}, {period}, begins on {day}, and {spending} has spent money "
    "before it": "names them",
    "{bound} has {committed}": "names them",
    "{id} stands at {score} of its way, below {least}, though {epics} is done": "names them",
    "{item} is {state}, but below it {open} is not": "names them",
    "{risk} affects {entries} alone, which is over": "names them",
    "{stream} has no budget, but {funded} has approved money": "names them",
}


@dataclass(frozen=True)
class Call:
    """A call that makes a message: its place, its forms, and what it is to `of_all`."""

    place: str
    function: str
    arguments: tuple[str | None, ...]  # None for what is no literal
    role: str | None  # the keyword of `of_all` that it is given as

    @property
    def literals(self) -> int:
        """How many leading arguments have to be literals."""
        return {"message": 1, "tell": 1, "many": 1, "plural": 2, "in_context": 2}[self.function]

    @property
    def singular(self) -> str:
        return (self.arguments[1 if self.function == "in_context" else 0]) or ""

    @property
    def many(self) -> str | None:
        """The plural form, if it has one."""
        return {"plural": (*self.arguments, "")[1], "many": self.arguments[0]}.get(self.function)

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.singular,) if self.many is None else (self.singular, self.many)


def calls_in(source: str, name: str, *, inside: bool = False) -> Iterator[Call]:
    """Every call of the functions that make a sentence, where a module has them from `wording`."""
    tree = ast.parse(source)
    ours = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("leanfolio.wording")
        for alias in node.names
    }
    if inside:
        ours |= {each: each for each in ("message", "plural", "many", "in_context", "of_all")}
    roles = {
        id(keyword.value): keyword.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ours.get(ast.unparse(node.func)) == "of_all"
        for keyword in node.keywords
    }
    for node in ast.walk(tree):
        function = ours.get(ast.unparse(node.func)) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and function in FUNCTIONS:
            arguments = tuple(
                arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None
                for arg in node.args
            )
            yield Call(f"{name}:{node.lineno}", function, arguments, roles.get(id(node)))


@cache
def calls() -> tuple[Call, ...]:
    return tuple(
        call
        for path in sorted(PACKAGE.rglob("*.py"))
        if path not in (DEFINITIONS, TOLD)
        for call in calls_in(
            path.read_text(encoding="utf-8"),
            path.relative_to(PACKAGE).as_posix(),
            inside=path.parent == DEFINITIONS.parent,
        )
    )


@cache
def script() -> ModuleType:
    """docs/messages.py, which collects the sentences."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "docs" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def collected() -> Catalog:
    catalog: Catalog = script().extracted()
    return catalog


def entries() -> list[tuple[str | None, tuple[str, ...]]]:
    """Context and forms of every sentence that Babel found."""
    return [
        (entry.context, (entry.id,) if isinstance(entry.id, str) else tuple(entry.id))
        for entry in collected()
        if entry.id
    ]


def filled(context: str | None, forms: tuple[str, ...], value: Part, count: int) -> Message:
    """A sentence with the same value in each of its parts, and this count."""
    parts = dict.fromkeys(frozenset[str]().union(*map(names, forms)), value)
    if len(forms) == 2:
        parts.pop("n", None)
        return plural(forms[0], forms[1], count, **parts)
    if context is not None:
        return in_context(context, forms[0], **parts)
    return message(forms[0], **parts)


def walked() -> Iterator[Message]:
    """Every sentence with 0, 1, 2, 12, 13 and 1,000 in its parts, and with all other values."""
    for context, forms in entries():
        for count in COUNTS:
            yield filled(context, forms, count, count)
        for value in OTHERS:
            yield filled(context, forms, value, 2)


# What is collected ------------------------------------------------------------------------------


def test_the_words_of_a_message_are_a_literal() -> None:
    loose = [
        call.place
        for call in calls()
        if None in call.arguments[: call.literals] or len(call.arguments) < call.literals
    ]
    assert loose == []


def test_a_message_is_made_by_its_functions_alone() -> None:
    made = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent != DEFINITIONS.parent
        and re.search(r"(?<![\w.|])(?<!case )Message\(", path.read_text(encoding="utf-8"))
    ]
    assert made == []


def test_babel_finds_every_sentence_and_nothing_else() -> None:
    """The definitions themselves hold three: how a list goes on, a quoted title, and days."""
    own = {
        call.forms
        for call in calls_in(DEFINITIONS.read_text(encoding="utf-8"), "message.py", inside=True)
        if call.arguments and None not in call.arguments[: call.literals]
    }
    marked = (
        *(msgid for _, msgid in script().in_templates()),
        *(label for _, label in script().in_views()),
        *theme_messages(),
    )
    laws = {(rule.summary,) for rule in RULES.values()}
    sentences = own | laws | {call.forms for call in calls()}
    singulars = {forms[0] for forms in sentences}
    labels = {(word,) for word in marked if word not in singulars}
    assert {forms for _, forms in entries()} == sentences | labels


def test_the_template_for_translators_is_current() -> None:
    current = script().TARGET.read_bytes() == script().template()
    assert current, "run `make messages`"


# Translations -----------------------------------------------------------------------------------


def pseudo() -> Language:
    """Polish plural rules, with the English words in brackets: ⟦0 epics⟧."""
    translated = Catalog(locale="pl", fuzzy=False)
    for entry in collected():
        if entry.id:
            forms = (entry.id,) if isinstance(entry.id, str) else (*entry.id, entry.id[1])
            string = tuple(f"⟦{form}⟧" for form in forms)
            translated.add(
                entry.id, string if len(string) > 1 else string[0], context=entry.context
            )
    po = BytesIO()
    write_po(po, translated)
    return Language("pl", catalogue(po.getvalue()))


@pytest.mark.parametrize("printer", (PLAIN, Language("en"), Language("de-AT"), Language("ar")))
def test_every_sentence_is_printed_with_any_value(printer: Printer) -> None:
    for sentence in walked():
        text = printer.text(sentence)
        assert text.strip(), sentence
        assert printer.text(sentence.sentence())[:1] == text[:1].upper()


def test_a_translation_reaches_every_sentence() -> None:
    language = pseudo()
    for sentence in walked():
        text = language.text(sentence)
        assert (text[0], text[-1]) == ("⟦", "⟧"), text


# What no sentence does ---------------------------------------------------------------------------

NOUNS = (
    "amounts|approvals|ballots|bets|candidates|capabilities|cards|categories|changes|check-ins|"
    "columns|commits|days|decisions|dependencies|epics|errors|features|files|findings|forecasts|"
    "groups|guardrails|hours|increments|indicators|items|iterations|key results|limits|links|"
    "milestones|months|moves|objectives|others|pages|pairs|people|periods|places|points|problems|"
    "records|risks|rounds|rows|rules|scenarios|scores|states|steps|stories|streams|teams|themes|"
    "things|times|value streams|views|votes|waivers|warnings|ways|weeks|years"
)
PART = r"\{(\w+)(?::\w+)?\}"
BEFORE_PLURAL = re.compile(rf"{PART} (?:[a-z-]+ )?(?:{NOUNS})\b")
BEFORE_A_WORD = re.compile(r"\{(\w+):(?:spelled|grouped)\} [a-z]")
BEFORE_NO_NOUN = re.compile(
    r"\{\w+:(?:spelled|grouped)\} (?:of|have|has|are|is|were|was|do|does)\b"
)
PRONOUN_BEFORE_NOUN = re.compile(rf"\{{\w+:pronoun\}} (?:[a-z]+ )?(?:{NOUNS})\b")
EVERY = re.compile(
    r"\b(?:[Aa]ll|[Bb]oth|[Nn]either of|[Nn]one of)(?: of)?(?: the)? \{\w+(?::\w+)?\} [a-z]"
)
SHARE = (
    'of_all(1, 6, some=plural("{n:pronoun} of {whole:spelled} epics is late", '
    '"{n:pronoun} of {whole:spelled} epics are late", 1, whole=6))'
)
COUNTED_BY_OF_ALL = {"every": "n", "none": "n", "some": "whole"}


def faults(call: Call) -> Iterator[str]:
    """What is wrong with a sentence for some count."""
    excused = COUNTED_BY_OF_ALL.get(call.role or "")  # a count that of_all holds at two or more
    if call.function == "many" and call.role not in ("every", "none"):
        yield "many() is for `every` and `none` of of_all: anything else may be one"
    if call.many is not None and "n" not in names(call.many):
        yield "a plural that does not print its count"
    for form in call.forms:
        yield from faults_of(form, call, excused)


def faults_of(form: str, call: Call, excused: str | None) -> Iterator[str]:
    counts = {"n", excused} if call.many is not None else {excused}
    plural_form = form is call.many
    if BEFORE_NO_NOUN.search(form):
        yield "a number without its noun is {x:pronoun}: none have"
    if PRONOUN_BEFORE_NOUN.search(form):
        yield "a number before its noun is {x:spelled}: no epics"
    if call.role != "every" and call.role != "none" and EVERY.search(form):
        yield "all, both, none and neither of a number are for of_all"
    if any(name not in counts for name in BEFORE_A_WORD.findall(form)):
        yield "what is counted takes a plural of its own"
    for name in BEFORE_PLURAL.findall(form):
        if name != excused and not (plural_form and name == "n"):
            yield "a plural noun outside the plural form of its count"


@pytest.mark.parametrize(
    "source",
    (
        'message("{n} epics are late", n=3)',
        'message("{n} open epics", n=3)',
        'message("{n:spelled} epic is late", n=1)',
        'message("{found:grouped} day", found=1)',
        'plural("{n} epics are late", "{n} epics are late", 3)',
        'plural("{n} epic in {months} months", "{n} epics in {months} months", 3, months=2)',
        'plural("{n} of {whole} objectives is", "{n} of {whole} objectives are", 1, whole=2)',
        'plural("one epic is late", "some epics are late", 3)',
        'plural("All {n} epic", "All {n} epics", 2)',
        'message("All {n} hold", n=2)',
        'message("both {n} hold", n=2)',
        'message("gave to it, of which {n:spelled} have approved money", n=0)',
        'plural("{n:spelled} has money", "{n:spelled} have money", 0)',
        'message("{n:pronoun} epics are late", n=0)',
        'many("{n} epics", 3)',
        'of_all(1, 2, only=many("{n} epics", 3))',
    ),
)
def test_a_sentence_that_is_wrong_for_some_count_is_refused(source: str) -> None:
    calls = [*calls_in(f"{source}\n", "example.py", inside=True)]
    assert any(list(faults(call)) for call in calls)


@pytest.mark.parametrize(
    "source",
    (
        'plural("{n:spelled} epic is late", "{n:spelled} epics are late", 3)',
        'plural("the one objective is green", "{n} objectives are green", 3)',
        'message("{waiting:pronoun} waiting for a decision", waiting=0)',
        'message("{item} is {rank:ordinal} of {candidates}", item="EP-1", rank=1, candidates="3")',
        'message("{epics}, {active:pronoun} in work", epics="", active=0)',
        'message("{reported:pronoun} of {key_results} reported", reported=1, key_results=days)',
        'message("{title} holds {column}", title="EP-1", column="Done")',
        'of_all(1, 6, every=many("all {n:spelled} objectives are green", 6))',
        'of_all(1, 6, none=many("none of {n:spelled} objectives are green", 6))',
        SHARE,
    ),
)
def test_a_sentence_that_is_right_for_any_count_passes(source: str) -> None:
    calls = [*calls_in(f"{source}\n", "example.py", inside=True)]
    assert calls
    assert [fault for call in calls for fault in faults(call)] == []


def test_no_sentence_is_wrong_for_any_count() -> None:
    definitions = calls_in(DEFINITIONS.read_text(encoding="utf-8"), "message.py", inside=True)
    fixed = [call for call in definitions if call.function != "many" and call.singular]
    wrong = [
        f"{call.place}: {fault}: {call.singular}"
        for call in (*calls(), *fixed)
        if call.singular not in ALLOWED and call.function != "tell"  # cases hold what they print
        for fault in faults(call)
    ]
    assert wrong == []


def test_what_is_excused_from_these_rules_is_still_there() -> None:
    sentences = {call.singular for call in calls()}
    assert {each for each in ALLOWED if each not in sentences} == set()


def duplicates(forms: Iterable[tuple[str, ...]]) -> list[str]:
    """Singulars that have two different plurals: gettext can hold only one."""
    plurals: dict[str, set[str]] = {}
    for form in forms:
        plurals.setdefault(form[0], set()).add(form[-1])
    return [one for one, many in plurals.items() if len(many) > 1]


def test_no_two_plurals_share_a_singular() -> None:
    assert duplicates((("a", "b"), ("a", "c"), ("b",))) == ["a"]
    plain = {call.forms for call in calls() if call.function != "in_context"}
    assert duplicates(plain) == []

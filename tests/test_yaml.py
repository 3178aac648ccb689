"""Front matter: YAML 1.2's core, every fault told, every place kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.read.yaml import MAX_DEPTH, earlier_delimiter, parse, split


def test_a_file_is_cut_at_lines_of_exactly_three_dashes() -> None:
    halves = split("---\na: 1\n---\nProse\n---\nmore\n")
    assert (halves.yaml, halves.body, halves.body_line) == ("a: 1\n", "Prose\n---\nmore\n", 4)


def test_a_line_that_only_begins_with_dashes_is_no_fence() -> None:
    halves = split("---\na: |\n  x\n--- not a fence\nb: 2\n---\n")
    assert halves.yaml == "a: |\n  x\n--- not a fence\nb: 2\n"


@pytest.mark.parametrize("text", ["---\na: 1\n", "---\na: 1\n--- \n", "---\na: 1\n----\n"])
def test_a_front_matter_that_is_never_closed_is_told(text: str) -> None:
    fault = split(text).fault
    assert fault is not None
    assert fault.rule == "front-matter-unclosed"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("--- \na: 1\n---\n", 1, "it has a blank after its dashes, which nobody sees"),
        ("----\na: 1\n---\n", 1, "it has 4 dashes, not three"),
        ("  ---\na: 1\n---\n", 1, "it has 2 blanks before its dashes"),
        ("***\na: 1\n***\n", 1, "it is ***, not ---"),
        ("—\na: 1\n—\n", 1, "it is —, not ---"),
        ('+++\na = "1"\n+++\n', 1, "it is +++, not ---"),
        ("```yaml\na: 1\n```\n", 1, "it is ```yaml, not ---"),
        ("\n\n---\na: 1\n---\n", 3, "begins on line 3, and has to begin on the first"),
        ("---\na: 1\n--- \nProse\n", 3, "it has a blank after its dashes, which nobody sees"),
        ("---\na: |\n  ---\n  b\n----\nProse\n", 5, "it has 4 dashes, not three"),
        ("---\na: 1\n  ---\nProse\n", 3, "it has 2 blanks before its dashes"),
        ("---\na: 1\n...\nProse\n", 3, "it is ..., not ---"),
        ("---\na: 1\n\nTitle\n-----\n", 1, "is never closed"),
        ('+++\ntitle = "a"\n+++\nProse\n', 1, "it is +++, not ---"),
        ('---json\n{"a": 1}\n---\nProse\n', 1, "begins with JSON"),
        ('{\n  "title": "a"\n}\n\nProse\n', 1, "begins with JSON"),
    ],
)
def test_a_fence_that_is_none_is_told_at_its_line(text: str, line: int, said: str) -> None:
    fault = split(text).fault
    assert fault is not None
    assert (fault.rule, fault.line) == ("front-matter-unclosed", line)
    assert said in fault.message


@pytest.mark.parametrize("text", ["***\n\nProse.\n", "\n---\n\nProse.\n", "```sh\nls: x\n```\n"])
def test_a_line_across_the_top_of_prose_is_no_fence(text: str) -> None:
    assert split(text).fault is None


def test_of_a_fence_inside_a_front_matter_the_fence_is_blamed() -> None:
    text = "---\na: 1\n----\nProse: x\n\n---\n"
    halves = split(text)
    assert halves.yaml is not None
    (fault,) = [earlier_delimiter(each, halves.yaml) for each in parse(halves.yaml).faults]
    assert (fault.rule, fault.line) == ("front-matter-unclosed", 3)


def test_a_key_that_stands_twice_shows_both_values() -> None:
    (fault,) = parse("a: yes\nb: 1\na: no\n").faults
    assert fault.message == "`a` stands here a second time: no, after yes on line 2"
    assert [(span.line, note) for span, note in fault.related] == [(2, "the first `a` is here")]


def test_a_file_without_fences_is_all_prose() -> None:
    assert split("# Title\n") == (None, "# Title\n", 1, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("on", "on"), ("010", "010"), ("12:30", "12:30"), ("1_000", "1_000"),
        ("0x1F", 31), ("0o17", 15), ("true", True), ("True", True), ("~", None), ("", None),
        ("null", None), ("2026-10-05", "2026-10-05"), ("1.50", Decimal("1.50")), ("-3", -3),
        ("1e3", Decimal("1e3")), ("'13'", "13"), ('"no"', "no"), ("9" * 60, "9" * 60),
    ],
)  # fmt: skip
def test_values_are_resolved_as_yaml_1_2_does(written: str, meant: object) -> None:
    fields = parse(f"a: {written}\n")
    assert fields.values == {"a": meant}
    assert type(fields.values["a"]) is type(meant)
    assert not fields.faults


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: 1\na: 2\n", "key-duplicate"),
        ("a: &x 1\nb: *x\n", "front-matter-refused"),
        ("a: !!str 1\n", "front-matter-refused"),
        ("a: !!python/object/apply:os.system [x]\n", "front-matter-refused"),
        ("base: {a: 1}\n<<: {b: 2}\n", "front-matter-refused"),
        ("a: .nan\n", "value-wrong"),
        ("a: -.inf\n", "value-wrong"),
        ("a: 1\n--- \nb: 2\n", "front-matter-refused"),
        ("%YAML 1.1\n---\na: 1\n", "front-matter-refused"),
        ("a: [1\n", "front-matter-unreadable"),
        ("a:\tb: c\n\t- d\n", "front-matter-unreadable"),
        ("a: 'x\n", "front-matter-unreadable"),
        ("- 1\n- 2\n", "front-matter-unreadable"),
        ("? [a]\n: 1\n", "front-matter-refused"),
        ("a: " + "[" * 100_000, "front-matter-refused"),
        ("a: " + "[" * 30_000, "front-matter-refused"),
        ("a: " + "{x: " * 10_000, "front-matter-refused"),
        ("a: " + "y" * 70_000, "front-matter-refused"),
    ],
)
def test_what_a_front_matter_may_not_hold_is_a_fault_with_its_place(text: str, rule: str) -> None:
    faults = parse(text).faults
    assert rule in {fault.rule for fault in faults}
    assert all(fault.line >= 2 and fault.column >= 1 for fault in faults)


def test_an_alias_bomb_stays_as_small_as_it_was_written() -> None:
    lines = ["a0: &a0 [x, x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 9)]
    fields = parse("\n".join(lines) + "\n")
    assert len(str(fields.values)) < 1000
    assert len(fields.faults) > 9


def test_all_faults_of_one_front_matter_are_told_at_once() -> None:
    faults = parse("a: &x 1\na: 2\nb: .nan\nc: !t 3\n").faults
    assert [fault.line for fault in sorted(faults, key=lambda fault: fault.line)] == [2, 3, 4, 5]


def test_every_field_keeps_its_line_and_column() -> None:
    fields = parse("id: EP-1\nhypothesis: {for: us, who: wait}\nlist:\n  - {on: x}\n")
    assert fields.spans["id",][:2] == (2, 5)
    assert fields.spans["hypothesis", "who"][:2] == (3, 28)
    assert fields.keys["hypothesis", "who"][:2] == (3, 23)
    assert fields.spans["list", 0, "on"][:2] == (5, 10)


def test_nesting_is_allowed_up_to_its_limit() -> None:
    text = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1) + "\n"
    assert not parse(text).faults


TOO_DEEP = f"values are nested more than {MAX_DEPTH} deep"
flow_levels = st.lists(st.sampled_from(("[", "{x: ", "[1, ", '["]", ')), min_size=1, max_size=40)


def closing(levels: list[str]) -> str:
    """What closes flow collections, the innermost first."""
    return "".join("}" if level.startswith("{") else "]" for level in reversed(levels))


@given(flow_levels, st.sampled_from((1, 60)))
def test_flow_collections_are_refused_where_the_first_one_lies_too_deep(
    levels: list[str], times: int
) -> None:
    """40 * 60 levels are beyond what libyaml itself can take, where it has a limit."""
    levels *= times
    fields = parse(f"a: {''.join(levels)}{closing(levels)}\n")
    too_deep = len(levels) >= MAX_DEPTH  # the mapping of the fields is a level too
    column = len("a: " + "".join(levels[: MAX_DEPTH - 1])) + 1
    assert [(fault.message, fault.line, fault.column) for fault in fields.faults] == (
        [(TOO_DEEP, 2, column)] if too_deep else []
    )


@given(st.integers(1, 300))
def test_block_mappings_are_refused_where_the_first_one_lies_too_deep(depth: int) -> None:
    text = "\n".join(f"{' ' * level}a:" for level in range(depth))
    places = [(fault.message, fault.line, fault.column) for fault in parse(text).faults]
    assert places == ([(TOO_DEEP, 2 + MAX_DEPTH, MAX_DEPTH + 1)] if depth > MAX_DEPTH else [])


@given(st.one_of(st.integers(1, 40), st.integers(900, 3000)))
def test_block_lists_are_refused_where_the_first_one_lies_too_deep(depth: int) -> None:
    places = [
        (fault.message, fault.line, fault.column)
        for fault in parse(f"a:\n  {'- ' * depth}x\n").faults
    ]
    column = 3 + 2 * (MAX_DEPTH - 1)
    assert places == ([(TOO_DEEP, 3, column)] if depth >= MAX_DEPTH else [])


@pytest.mark.parametrize(
    "text",
    [
        "a: '" + "[" * 2000 + "'\n",
        'a: "' + "{x: " * 2000 + '"\n',
        "a: 1 # " + "[" * 2000 + "\n",
        "a: |\n  " + "[" * 2000 + "\n",
        "a: x" + "[" * 2000 + "\n",
        "a: [" + "[], " * 2000 + "]\n",
    ],
)
def test_brackets_that_nest_nothing_are_not_counted(text: str) -> None:
    assert parse(text).faults == []


@pytest.mark.parametrize("end", ["@", "[" * 2000, '"', "]" * 99, "\n--- \nb: 1\n"])
def test_nesting_is_named_before_whatever_else_is_wrong_behind_it(end: str) -> None:
    faults = parse("a: 1\na: 2\nb: " + "[" * 30 + end).faults
    assert [(fault.rule, fault.line) for fault in faults] == [
        ("key-duplicate", 3),
        ("front-matter-refused", 4),
    ]
    assert faults[1].message == TOO_DEEP


def test_a_syntax_error_within_the_limit_stays_a_syntax_error() -> None:
    (fault,) = parse("a: " + "[" * (MAX_DEPTH - 1) + "@\n").faults
    assert fault.rule == "front-matter-unreadable"


plain_values = st.one_of(
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12).map(
        lambda text: f"x{text}"
    ),
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,10}", fullmatch=True), plain_values, max_size=8))
def test_what_is_written_is_read(values: dict[str, object]) -> None:
    def said(value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    text = "".join(f"k{key}: {said(value)}\n" for key, value in values.items())
    assert parse(text).values == {f"k{key}": value for key, value in values.items()}


@given(st.text(max_size=200))
def test_no_text_at_all_makes_the_reader_fail(text: str) -> None:
    fields = parse(text)
    assert isinstance(fields.values, dict)


def test_very_many_hidden_line_ends_are_told_as_a_few() -> None:
    assert len(parse("x: '" + "\u2028" * 20_000 + "'").faults) == 20
    [fault] = parse("x: '" + "\u2028" * 340_000 + "'").faults
    assert "larger than 64 KB" in fault.message

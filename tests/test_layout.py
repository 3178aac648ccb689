"""Layouts: the same everywhere, never failing, each worked out once."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanfolio.cache.compiled import read_code, write_code
from leanfolio.cache.store import own_cache
from leanfolio.output.html import graphviz_engine
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz, Engine, SystemGraphviz
from leanfolio.output.html.layout import (
    BOX,
    MARGIN,
    MOST_EDGES,
    MOST_NODES,
    Layout,
    Shape,
    in_columns,
    lay_out,
    read_plain,
    shape_of,
    source_of,
)
from leanfolio.views.graph import Edge, Graph, Kind, Node, in_order

Link = tuple[int, int, bool]


def a_shape(nodes: int, *edges: tuple[int, int] | Link) -> Shape:
    """A shape of boxes of the usual size; an edge of two numbers is a ranked one."""
    return Shape((BOX,) * nodes, tuple((edge[0], edge[1], edge[2:] != (False,)) for edge in edges))


def a_graph(*links: tuple[str, str, Kind], title: str = "Any") -> Graph:
    ids = dict.fromkeys(id for link in links for id in link[:2])
    nodes = tuple(Node(id, "epic", "epic", f"{title} {id}", None) for id in ids)
    return Graph(title, nodes, tuple(Edge(*link) for link in links))


TREE = a_shape(6, (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (4, 3, False))


class Counting:
    """An engine that counts what it is asked, and answers all with the same words."""

    def __init__(self, answer: str | None = None, *, repeatable: bool = True) -> None:
        self.version = "counting"
        self.repeatable = repeatable
        self.answer = answer
        self.asked: list[str] = []

    def run(self, sources: Sequence[str]) -> list[str | None]:
        self.asked += sources
        return [self.answer for _ in sources]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "leanfolio"


@pytest.fixture(scope="module")
def engine(cache: Path) -> EmbeddedGraphviz:
    return EmbeddedGraphviz(cache)


def laid_out(shape: Shape, engine: Engine) -> Layout:
    return lay_out([shape], engine)[shape]


# What every layout keeps


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Any small graph: circles, links to itself, doubled links and lone boxes among them."""
    nodes = draw(st.integers(1, 12))
    end = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(end, end, st.booleans()), max_size=20))
    sizes = draw(st.sampled_from([[BOX] * nodes, [BOX, (40, 90), *[BOX] * nodes][:nodes]]))
    return Shape(tuple(sizes), tuple(edges))


def assert_good(shape: Shape, layout: Layout) -> None:
    boxes = list(zip(layout.centres, shape.sizes, strict=True))
    for ((x1, y1), (w1, h1)), ((x2, y2), (w2, h2)) in combinations(boxes, 2):
        apart = abs(x1 - x2) >= (w1 + w2) / 2 + 4 or abs(y1 - y2) >= (h1 + h2) / 2 + 4
        assert apart, "two boxes overlap"
    for (x, y), (w, h) in boxes:
        assert x - w / 2 >= MARGIN - 1 and x + w / 2 <= layout.width - MARGIN + 1
        assert y - h / 2 >= MARGIN - 1 and y + h / 2 <= layout.height - MARGIN + 1
    for (source, target, _), path in zip(shape.edges, layout.paths, strict=True):
        assert len(path) % 3 == 1
        assert_on_border(path[0], boxes[source])
        assert_on_border(path[-1], boxes[target])


def assert_on_border(
    point: tuple[float, float], box: tuple[tuple[float, float], tuple[int, int]]
) -> None:
    (x, y), (width, height) = box
    across, down = abs(point[0] - x) - width / 2, abs(point[1] - y) - height / 2
    assert abs(max(across, down)) <= 1.5, f"{point} is not on the border of {box}"


@settings(max_examples=150, deadline=None)
@given(shape=shapes())
def test_no_boxes_overlap_and_every_line_ends_at_its_boxes(
    shape: Shape, engine: EmbeddedGraphviz
) -> None:
    answer = engine.run([source_of(shape)])[0]
    assert answer is not None, "Graphviz gave up"
    layout = read_plain(answer, shape)
    assert layout is not None, "its answer was not understood"
    assert_good(shape, layout)


@settings(max_examples=150, deadline=None)
@given(shape=shapes())
def test_the_same_holds_for_our_own_layout(shape: Shape) -> None:
    assert_good(shape, in_columns(shape))


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(a_shape(0), id="nothing"),
        pytest.param(a_shape(1), id="one"),
        pytest.param(a_shape(5), id="five that are not linked"),
        pytest.param(a_shape(1, (0, 0), (0, 0, False)), id="linked to itself"),
        pytest.param(a_shape(3, (0, 1), (1, 2), (2, 0)), id="a circle"),
        pytest.param(a_shape(2, *[(0, 1)] * 50), id="fifty times the same link"),
        pytest.param(a_shape(300, *[(i, 0) for i in range(1, 300)]), id="a hub"),
        pytest.param(a_shape(300, *[(i, 0, False) for i in range(1, 300)]), id="a needed hub"),
        pytest.param(a_shape(400, *[(i, i - 1) for i in range(1, 400)]), id="a chain"),
        pytest.param(a_shape(3000, *[(i, 0) for i in range(1, 3000)]), id="3,000 leaves"),
        pytest.param(a_shape(3000, *[(i, i - 1) for i in range(1, 3000)]), id="a chain of 3,000"),
    ],
)
def test_there_is_always_a_layout(shape: Shape, engine: EmbeddedGraphviz) -> None:
    layout = laid_out(shape, engine)
    assert len(layout.centres) == len(shape.sizes)
    assert len(set(layout.centres)) == len(shape.sizes)
    assert len(layout.paths) == len(shape.edges)


# Columns


def test_what_is_served_stands_left_of_what_serves_it(engine: EmbeddedGraphviz) -> None:
    for layout in (laid_out(TREE, engine), in_columns(TREE)):
        xs = [x for x, _ in layout.centres]
        assert xs[0] < xs[1] == xs[2] < xs[3] == xs[4] == xs[5]


def test_what_comes_first_stands_on_top(engine: EmbeddedGraphviz) -> None:
    fan = a_shape(6, *[(i, 0) for i in range(1, 6)])
    for layout in (laid_out(fan, engine), in_columns(fan)):
        ys = [y for _, y in layout.centres[1:]]
        assert ys == sorted(ys)


def test_an_item_that_is_only_needed_stands_beside_what_needs_it(engine: EmbeddedGraphviz) -> None:
    graph = a_graph(
        ("KR-1", "OBJ-1", "parent"), ("EP-1", "KR-1", "moves"), ("EP-1", "EP-2", "needs")
    )
    layout = laid_out(shape_of(graph), engine)
    place = dict(zip((node.id for node in graph.nodes), layout.centres, strict=True))
    assert place["EP-2"][0] == place["EP-1"][0]


def test_where_all_links_are_needs_they_make_the_columns() -> None:
    shape = shape_of(a_graph(("EP-1", "EP-2", "needs"), ("EP-2", "EP-3", "needs")))
    assert [ranked for *_, ranked in shape.edges] == [True, True]


def test_an_id_that_stands_twice_is_our_own_bug() -> None:
    node = Node("EP-1", "epic", "epic", "Any", None)
    with pytest.raises(ValueError, match="twice"):
        shape_of(Graph("Any", (node, node), ()))


# The same, everywhere


def test_graphs_that_differ_in_words_alone_share_a_shape() -> None:
    links: tuple[tuple[str, str, Kind], ...] = (
        ("EP-1", "KR-1", "moves"),
        ("FT-1", "EP-1", "parent"),
    )
    others: tuple[tuple[str, str, Kind], ...] = (("A", "B", "moves"), ("C", "A", "parent"))
    assert shape_of(a_graph(*links)) == shape_of(a_graph(*others, title="<script> \\N"))


def test_links_have_the_order_of_their_items_whatever_order_they_came_in() -> None:
    graph = a_graph(("A", "B", "parent"), ("C", "A", "parent"), ("B", "C", "needs"))
    turned = Graph(graph.title, graph.nodes, (*reversed(graph.edges), graph.edges[0]))
    assert in_order(turned) == in_order(graph)


@given(shape=shapes())
def test_graphviz_is_told_numbers_only(shape: Shape) -> None:
    first, *lines, end, last = source_of(shape).split("\n")
    number = r"\d+(\.\d+)?"
    size = f"width={number},height={number}"
    assert re.fullmatch(
        rf"digraph{{rankdir=RL;nodesep={number};ranksep={number};"
        rf'node\[shape=box,label="",fixedsize=true,{size}\];edge\[dir=none\]',
        first,
    )
    for line in lines:
        assert re.fullmatch(
            rf"n\d+(\[{size}\])?|n\d+:w->n\d+:e|n\d+->n\d+\[(minlen=0|constraint=false)\]", line
        )
    assert (end, last) == ("}", "")


def test_a_layout_does_not_depend_on_what_was_laid_out_before(engine: EmbeddedGraphviz) -> None:
    others = [a_shape(n, *[(i, i // 2) for i in range(1, n)]) for n in range(2, 30)]
    assert lay_out([*others, TREE], engine)[TREE] == laid_out(TREE, engine)


PRINTED = """
import hashlib, sys
from pathlib import Path
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
from leanfolio.output.html.layout import BOX, Shape, in_columns, lay_out
shapes = [
    Shape((BOX,) * n, tuple((i, i * 7 % 5 % i, i % 3 > 0) for i in range(1, n)))
    for n in range(12)
]
store = {}
engine = EmbeddedGraphviz(Path(sys.argv[1]))
first = lay_out(shapes, engine, store)
print(hashlib.sha256(repr((first, list(map(in_columns, shapes)), store)).encode()).hexdigest())
"""


def test_another_process_and_hash_seed_give_the_same_bytes(cache: Path) -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINTED, str(cache)],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("4711", "Asia/Tokyo"))
    }
    assert len(printed) == 1


# Once each


def test_each_shape_is_laid_out_once() -> None:
    engine = Counting()
    other = a_shape(2, (1, 0))
    lay_out([TREE, other, TREE, TREE, other], engine)
    assert len(engine.asked) == 2


def test_what_the_store_has_is_not_laid_out_again(engine: EmbeddedGraphviz) -> None:
    store: dict[str, bytes] = {}
    first = lay_out([TREE, a_shape(0), a_shape(1)], engine, store)
    later = Counting()
    later.version = engine.version
    assert lay_out([TREE, a_shape(0), a_shape(1)], later, store) == first
    assert later.asked == []


def test_another_engine_does_not_take_what_this_one_left(engine: EmbeddedGraphviz) -> None:
    store: dict[str, bytes] = {}
    lay_out([TREE], engine, store)
    other = Counting()
    lay_out([TREE], other, store)
    assert len(other.asked) == 1


@pytest.mark.parametrize("left", [b"", b"[1", b"\xff", b"null", b"[1,2,[[1,2]],[]]", b'{"a":1}'])
def test_a_broken_entry_of_the_store_is_laid_out_again(
    left: bytes, engine: EmbeddedGraphviz
) -> None:
    store: dict[str, bytes] = {}
    first = lay_out([TREE], engine, store)
    broken = dict.fromkeys(store, left)
    assert lay_out([TREE], engine, broken) == first
    assert broken == store


WARM = """
import pickle, sys
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
from leanfolio.output.html.layout import lay_out
shapes, store = pickle.load(sys.stdin.buffer)
lay_out(shapes, EmbeddedGraphviz(), store)
print("wasmtime" in sys.modules)
"""


def test_a_build_that_recalls_all_never_loads_wasmtime(engine: EmbeddedGraphviz) -> None:
    import pickle

    store: dict[str, bytes] = {}
    lay_out([TREE], engine, store)
    asked = subprocess.run(
        [sys.executable, "-c", WARM],
        input=pickle.dumps(([TREE], store)),
        capture_output=True,
        check=True,
    )
    assert asked.stdout.strip() == b"False"


# Where Graphviz gives up


@pytest.mark.parametrize(
    "answer",
    [None, "", "graph 1 1 1\nstop\n", "node n0 a b\nstop\n", "edge n0 n1 4 1 1\nstop\n", "node\n"],
)
def test_our_own_layout_serves_where_graphviz_gives_up(answer: str | None) -> None:
    assert laid_out(TREE, Counting(answer)) == in_columns(TREE)


def test_a_refusal_is_remembered_only_if_every_machine_would_refuse() -> None:
    for repeatable in (True, False):
        store: dict[str, bytes] = {}
        lay_out([TREE], Counting(repeatable=repeatable), store)
        assert bool(store) == repeatable


@pytest.mark.parametrize(
    "shape",
    [
        a_shape(0),
        a_shape(MOST_NODES + 1),
        a_shape(2, *[(1, 0)] * (MOST_EDGES + 1)),
    ],
)
def test_what_is_too_large_is_laid_out_by_us(shape: Shape) -> None:
    engine = Counting()
    assert laid_out(shape, engine) == in_columns(shape)
    assert engine.asked == []


def test_a_graph_that_is_too_hard_stops_by_its_steps(engine: EmbeddedGraphviz) -> None:
    tangle = a_shape(60, *[(i, j) for i in range(60) for j in range(i) if (i * j) % 3 < 2][:1100])
    assert engine.run([source_of(tangle), source_of(TREE)])[0] is None
    assert laid_out(tangle, engine) == in_columns(tangle)
    assert engine.run([source_of(TREE)])[0] is not None, "the next graph is not harmed"


def test_words_that_are_no_graph_are_a_refusal(engine: EmbeddedGraphviz) -> None:
    assert engine.run(["digraph{n0->", "no graph", ""]) == [None, None, None]


# The machine code kept between runs


def code_in(cache: Path) -> Path:
    return next(cache.glob("*.code"))


def test_what_was_compiled_is_kept_for_us_alone(engine: EmbeddedGraphviz, cache: Path) -> None:
    laid_out(TREE, engine)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(code_in(cache).stat().st_mode) == 0o600
    assert [path.suffix for path in cache.iterdir()] == [".code"]


def test_machine_code_that_wasmtime_refuses_is_compiled_again(
    engine: EmbeddedGraphviz, cache: Path, tmp_path: Path
) -> None:
    expected = laid_out(TREE, engine)
    folder = tmp_path / "leanfolio"
    write_code(folder, code_in(cache).name, b"whole, but no machine code")
    assert laid_out(TREE, EmbeddedGraphviz(folder)) == expected
    assert code_in(folder).stat().st_size == code_in(cache).stat().st_size


def test_a_cache_that_cannot_be_written_does_not_matter(
    engine: EmbeddedGraphviz, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    unwritable = EmbeddedGraphviz(tmp_path / "file" / "leanfolio")
    assert laid_out(TREE, unwritable) == laid_out(TREE, engine)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "gone", "folder", "link", "shared"])
def test_damaged_machine_code_is_not_run(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "leanfolio"
    write_code(folder, "a.code", b"code" * 100)
    assert read_code(folder, "a.code") == b"code" * 100
    file = folder / "a.code"
    whole = file.read_bytes()
    if damage in {"gone", "folder", "link"}:
        file.unlink()
    match damage:
        case "cut":
            file.write_bytes(whole[:-1])
        case "changed":
            file.write_bytes(whole[:-1] + b"x")
        case "empty":
            file.write_bytes(b"")
        case "folder":
            file.mkdir()
        case "link":
            (tmp_path / "b.code").write_bytes(whole)
            file.symlink_to(tmp_path / "b.code")
        case "shared":
            file.chmod(0o620)
    assert read_code(folder, "a.code") is None


@pytest.mark.parametrize("fault", ["everyone", "group", "link", "somebody else's"])
def test_a_cache_that_others_can_write_is_neither_read_nor_written(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "leanfolio"
    write_code(folder, "a.code", b"code")
    match fault:
        case "everyone":
            folder.chmod(0o777)
        case "group":
            folder.chmod(0o770)
        case "link":
            folder.rename(tmp_path / "elsewhere")
            folder.symlink_to(tmp_path / "elsewhere")
        case _:
            monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    assert read_code(folder, "a.code") is None
    write_code(folder, "b.code", b"code")
    assert not (folder / "b.code").exists()


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    write_code(tmp_path, "a.code", b"code")
    assert list(tmp_path.iterdir()) == []


def test_the_cache_stands_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert own_cache() == Path("/caches/leanfolio")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", "/home/someone")
    assert own_cache() == Path("/home/someone/.cache/leanfolio")


# The machine's own Graphviz


@pytest.mark.skipif(
    shutil.which("dot") is None,
    reason="NOT TESTED: no `dot` on this machine, so the system engine was not run",
)
def test_the_system_engine_lays_out_many_graphs_in_one_process() -> None:
    engine = SystemGraphviz()
    assert re.fullmatch(r"system \d+(\.\d+)+", engine.version)
    many = [a_shape(n, *[(i, i // 2) for i in range(1, n)]) for n in range(1, 250)]
    for shape, layout in lay_out(many, engine).items():
        assert_good(shape, layout)
    assert None not in engine.run([source_of(shape) for shape in many])


def a_dot(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program named `dot` that does what the script says, first on the path."""
    (folder / "dot").write_text(f"#!{sys.executable}\nimport sys, time\n{script}\n")
    (folder / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_graph_that_dot_fails_on_does_not_harm_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_dot(
        tmp_path,
        "text = sys.stdin.read()\n"
        "if 'n7' in text: sys.exit(1)\n"
        "for _ in range(text.count('digraph')): print('graph 1 1 1\\nnode n0 1 1\\nstop')",
        monkeypatch,
    )
    sources = [source_of(a_shape(n)) for n in (1, 9, 2)]
    assert [answer is None for answer in SystemGraphviz().run(sources)] == [False, True, False]


def test_a_dot_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_dot(tmp_path, "time.sleep(60)", monkeypatch)
    monkeypatch.setattr(graphviz_engine, "SECONDS", 0.2)
    assert SystemGraphviz().run([source_of(TREE)]) == [None]

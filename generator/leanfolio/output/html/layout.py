"""Where each box and each line of a drawing stands.

Graphviz decides, and sees no word of content: only `n1 -> n0` and the sizes of boxes. Drawings of
one shape share one layout. Where Graphviz gives up, a plain layout of our own serves, so that there
is always a drawing. The clock has no say: Graphviz runs in a sandbox that counts its steps, so a
graph that is too hard for one machine is too hard for all, and the bytes are the same.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from hashlib import sha256

from msgspec import Struct

from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.views.graph import Graph

Point = tuple[float, float]
Curve = tuple[Point, ...]  # a point, then three for each cubic piece

BOX = (160, 56)  # every item, in CSS pixels; one size, so that shapes repeat
MARGIN = 6  # around the drawing: room for a thick border and a focus ring
ACROSS = 44  # between columns: room for a bend and an arrow head
DOWN = 20  # between the boxes of a column
LEVEL = 10  # of a line's end: its arrow head, and a little of its shaft
BULGE = 26  # how far our own layout bends a line that leaves its column and comes back
MOST_NODES = 400
MOST_EDGES = 1_200


class Shape(Struct, frozen=True):
    """All that a layout depends on: how large the boxes are, and which is linked to which.

    An edge is (source, target, ranked). A ranked edge puts its target in a column further left.
    """

    sizes: tuple[tuple[int, int], ...]
    edges: tuple[tuple[int, int, bool], ...]


class Layout(Struct, frozen=True):
    """Where everything stands, in CSS pixels from the top left corner.

    Each path runs from the border of its edge's source to the border of its target.
    """

    width: float
    height: float
    centres: tuple[Point, ...]
    paths: tuple[Curve, ...]


def shape_of(graph: Graph) -> Shape:
    """What a drawing looks like without its words: goals on the left, work on the right.

    `needs` has no say in the columns, which are the strategy's, unless there is nothing else.
    """
    index = {node.id: i for i, node in enumerate(graph.nodes)}
    if len(index) != len(graph.nodes):
        raise ValueError(f"an id stands twice in the graph {graph.title!r}")
    served = any(edge.kind in {"parent", "moves"} for edge in graph.edges)
    edges = (
        (index[edge.source], index[edge.target], edge.kind != "needs" or not served)
        for edge in graph.edges
    )
    return Shape((BOX,) * len(graph.nodes), tuple(edges))


def lay_out(
    shapes: Iterable[Shape],
    engine: Engine,
    store: MutableMapping[str, bytes] | None = None,
) -> dict[Shape, Layout]:
    """A layout for every shape, each worked out once, and only where the store has none."""
    store = {} if store is None else store
    sources = {shape: source_of(shape) for shape in dict.fromkeys(shapes)}
    keys = {shape: _key(source, engine) for shape, source in sources.items()}
    result = {shape: _recalled(store.get(key), shape) for shape, key in keys.items()}
    missing = {shape: sources[shape] for shape, layout in result.items() if layout is None}
    for shape, (layout, lasting) in _worked_out(missing, engine).items():
        result[shape] = layout
        if lasting:
            store[keys[shape]] = _kept(layout)
    return {shape: layout for shape, layout in result.items() if layout is not None}


def _worked_out(sources: Mapping[Shape, str], engine: Engine) -> dict[Shape, tuple[Layout, bool]]:
    """Graphviz's layouts, ours for what it cannot do, and whether each may be remembered."""
    small = [shape for shape in sources if _is_small(shape)]
    answers = engine.run([sources[shape] for shape in small]) if small else []
    drawn = {
        shape: layout
        for shape, answer in zip(small, answers, strict=True)
        if answer is not None and (layout := read_plain(answer, shape)) is not None
    }
    tried = set(small)
    return {
        shape: (drawn[shape], True)
        if shape in drawn
        else (in_columns(shape), engine.repeatable or shape not in tried)
        for shape in sources
    }


def _is_small(shape: Shape) -> bool:
    return 0 < len(shape.sizes) <= MOST_NODES and len(shape.edges) <= MOST_EDGES


def _key(source: str, engine: Engine) -> str:
    ours = f"layout 1, {MOST_NODES} {MOST_EDGES} {MARGIN} {LEVEL} {BULGE}"
    return sha256(f"{ours}\n{engine.version}\n{source}".encode()).hexdigest()


def _kept(layout: Layout) -> bytes:
    values = (layout.width, layout.height, layout.centres, layout.paths)
    return json.dumps(values, separators=(",", ":")).encode()


def _recalled(kept: bytes | None, shape: Shape) -> Layout | None:
    """What the store has for a shape, or None where that is nothing, or not whole."""
    if kept is None:
        return None
    try:
        width, height, centres, paths = json.loads(kept)
        layout = Layout(
            float(width),
            float(height),
            tuple((float(x), float(y)) for x, y in centres),
            tuple(tuple((float(x), float(y)) for x, y in path) for path in paths),
        )
    except (ValueError, TypeError):
        return None
    return layout if _is_whole(layout, shape) else None


def _is_whole(layout: Layout, shape: Shape) -> bool:
    """Whether every box has its place, and every line is made of whole curves."""
    return (
        len(layout.centres) == len(shape.sizes)
        and len(layout.paths) == len(shape.edges)
        and all(len(path) >= 4 and len(path) % 3 == 1 for path in layout.paths)
    )


# What Graphviz is asked, and what it answers


def source_of(shape: Shape) -> str:
    """The question to Graphviz: numbered boxes without text, and which points to which."""
    usual = Counter(shape.sizes).most_common(1)[0][0] if shape.sizes else BOX
    spaces = f"rankdir=RL;nodesep={DOWN / 72:.4f};ranksep={ACROSS / 72:.4f}"
    boxes = f'node[shape=box,label="",fixedsize=true,{_size(usual)}]'
    lines = [f"digraph{{{spaces};{boxes};edge[dir=none]"]
    for i, size in enumerate(shape.sizes):
        lines.append(f"n{i}" if size == usual else f"n{i}[{_size(size)}]")
    for edge, joins in zip(shape.edges, _joins(shape), strict=True):
        lines.append(_line(edge, joins=joins))
    return "\n".join((*lines, "}\n"))


def _size(size: tuple[int, int]) -> str:
    return f"width={size[0] / 72:.4f},height={size[1] / 72:.4f}"


def _line(edge: tuple[int, int, bool], *, joins: bool) -> str:
    source, target, ranked = edge
    if ranked and source != target:
        return f"n{source}:w->n{target}:e"
    return f"n{source}->n{target}[{'minlen=0' if joins else 'constraint=false'}]"


def _joins(shape: Shape) -> list[bool]:
    """For each edge without a say in the columns: whether nothing else holds its ends together.

    Such an item stands in the column of the item that it hangs on, not at the far left.
    """
    part = list(range(len(shape.sizes)))

    def part_of(node: int) -> int:
        while part[node] != node:
            part[node] = part[part[node]]
            node = part[node]
        return node

    for source, target, ranked in shape.edges:
        if ranked:
            part[part_of(source)] = part_of(target)
    joins = []
    for source, target, ranked in shape.edges:
        ends = part_of(source), part_of(target)
        joins.append(not ranked and ends[0] != ends[1])
        part[ends[0]] = ends[1]
    return joins


def read_plain(answer: str, shape: Shape) -> Layout | None:
    """Graphviz's plain text as a layout, or None where it does not fit the shape."""
    result: dict[int, Point] = {}
    curves: dict[tuple[int, int], deque[Curve]] = defaultdict(deque)
    try:
        for line in answer.splitlines():
            match line.split():
                case ["node", name, x, y, *_]:
                    result[int(name[1:])] = (float(x) * 72, float(y) * -72)
                case ["edge", tail, head, count, *rest]:
                    numbers = [float(number) * 72 for number in rest[: 2 * int(count)]]
                    curve = tuple((x, -y) for x, y in zip(*[iter(numbers)] * 2, strict=True))
                    curves[int(tail[1:]), int(head[1:])].append(curve)
        centres = [result[node] for node in range(len(shape.sizes))]
        paths = [curves[source, target].popleft() for source, target, _ in shape.edges]
    except (ValueError, LookupError):
        return None
    if _is_upside_down(centres):
        centres = [(x, -y) for x, y in centres]
        paths = [tuple((x, -y) for x, y in path) for path in paths]
    layout = _framed(shape, centres, [_eased(path) for path in paths])
    return layout if _is_whole(layout, shape) else None


def _is_upside_down(centres: Sequence[Point]) -> bool:
    """Whether what comes first stands mostly below what comes next, in the columns.

    To Graphviz a drawing and its mirror image are one; to a reader the first comes first.
    """
    last: dict[float, float] = {}
    falls = 0
    for x, y in centres:
        falls += (y > last.get(x, y)) - (y < last.get(x, y))
        last[x] = y
    return falls < 0


def _eased(path: Curve) -> Curve:
    """A line between two neighbouring columns as a sweep of ours, which is calmer than Graphviz's.

    Nothing stands between the columns, so that it can run into nothing.
    """
    (x1, y1), (x2, y2) = path[0], path[-1]
    return _sweep(x1, y1, x2, y2) if 0 < x1 - x2 <= ACROSS + 1 and len(path) == 4 else path


def _sweep(x1: float, y1: float, x2: float, y2: float) -> Curve:
    """From side to side, level at the end: of lines that meet, the arrow heads are one."""
    knee = x2 + LEVEL if x1 > x2 else x2 - LEVEL
    middle, third = (x1 + knee) / 2, (knee - x2) / 3
    sweep = (x1, y1), (middle, y1), (middle, y2), (knee, y2)
    return (*sweep, (knee - third, y2), (x2 + third, y2), (x2, y2))


def _framed(shape: Shape, centres: Sequence[Point], paths: Sequence[Curve]) -> Layout:
    """The drawing moved to the top left, its margin around it, rounded to tenths of a pixel."""
    sized = list(zip(centres, shape.sizes, strict=True))
    xs = [x + side * w / 2 for (x, _), (w, _) in sized for side in (-1, 1)]
    ys = [y + side * h / 2 for (_, y), (_, h) in sized for side in (-1, 1)]
    xs += [x for path in paths for x, _ in path]
    ys += [y for path in paths for _, y in path]
    left, top = min(xs, default=0) - MARGIN, min(ys, default=0) - MARGIN
    width, height = max(xs, default=0) + MARGIN - left, max(ys, default=0) + MARGIN - top

    def moved(points: Iterable[Point]) -> tuple[Point, ...]:
        return tuple((round(x - left, 1), round(y - top, 1)) for x, y in points)

    return Layout(round(width, 1), round(height, 1), moved(centres), tuple(map(moved, paths)))


# Our own layout


def in_columns(shape: Shape) -> Layout:
    """A plain layout without Graphviz: what is served stands left of all that serves it."""
    columns = _columns(shape)
    centres = _stacked(shape, columns)
    curves = [_bend(shape, columns, centres, edge[0], edge[1]) for edge in shape.edges]
    return _framed(shape, centres, curves)


def _columns(shape: Shape) -> list[int]:
    """The column of every box: one to the right of the last that it serves."""
    waits = [0] * len(shape.sizes)
    servants: list[list[int]] = [[] for _ in shape.sizes]
    for source, target, ranked in shape.edges:
        if ranked and source != target:
            waits[source] += 1
            servants[target].append(source)
    columns, placed = [0] * len(waits), [False] * len(waits)
    for node in _served_first(waits, servants, placed):
        placed[node] = True
        for servant in servants[node]:
            if not placed[servant]:
                columns[servant] = max(columns[servant], columns[node] + 1)
    return columns


def _served_first(
    waits: list[int], servants: Sequence[Sequence[int]], placed: Sequence[bool]
) -> Iterator[int]:
    """Every box, after all that it serves; a circle is cut at its first box."""
    ready = deque(node for node, waiting in enumerate(waits) if not waiting)
    rest = iter(range(len(waits)))
    for _ in waits:
        node = ready.popleft() if ready else next(i for i in rest if not placed[i])
        yield node
        for servant in servants[node]:
            waits[servant] -= 1
            if not waits[servant] and not placed[servant]:
                ready.append(servant)


def _stacked(shape: Shape, columns: Sequence[int]) -> list[Point]:
    """Each column from top to bottom, every box near what it serves, around one middle line."""
    served: list[list[int]] = [[] for _ in shape.sizes]
    for source, target, _ in shape.edges:
        if columns[target] < columns[source]:
            served[source].append(target)
    members: list[list[int]] = [[] for _ in range(max(columns, default=-1) + 1)]
    for node, column in enumerate(columns):
        members[column].append(node)

    centres: list[Point] = [(0.0, 0.0)] * len(shape.sizes)
    left = 0.0
    for nodes in members:
        wide = max(shape.sizes[node][0] for node in nodes)
        top = -sum(shape.sizes[node][1] + DOWN for node in nodes) / 2
        for _, node in sorted((_middle(centres, served[node]), node) for node in nodes):
            height = shape.sizes[node][1]
            centres[node] = (left + wide / 2, top + height / 2)
            top += height + DOWN
        left += wide + ACROSS
    return centres


def _middle(centres: Sequence[Point], nodes: Sequence[int]) -> float:
    return sum(centres[node][1] for node in nodes) / len(nodes) if nodes else 0.0


def _bend(
    shape: Shape, columns: Sequence[int], centres: Sequence[Point], source: int, target: int
) -> Curve:
    """One curve from side to side; within a column it goes round on the right."""
    (x1, y1), (x2, y2) = centres[source], centres[target]
    half1, half2 = shape.sizes[source][0] / 2, shape.sizes[target][0] / 2
    if columns[source] == columns[target]:
        apart = 0 if source != target else shape.sizes[source][1] / 4
        x1, x2, y1, y2 = x1 + half1, x2 + half2, y1 - apart, y2 + apart
        far = max(x1, x2) + BULGE
        return (x1, y1), (far, y1), (far, y2), (x2, y2)
    way = -1 if columns[target] < columns[source] else 1
    x1, x2 = x1 + way * half1, x2 - way * half2
    return _sweep(x1, y1, x2, y2)

"""The house rules that a machine can watch. Why each stands: CONTRIBUTING.md."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "generator" / "leanfolio"
TEMPLATES = ROOT / "templates"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted(
    path
    for suffix in ("*.jinja", "*.html", "*.js", "*.css")
    for path in TEMPLATES.rglob(suffix)
    if "starter" not in path.parts
)
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = SETTINGS["tool"]["importlinter"]["contracts"]
NAMELESS = frozenset(("utils", "util", "helpers", "helper", "common", "manager", "misc", "base"))
CLOCKS = frozenset(
    ("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time",
     "time.time_ns", "time.localtime", "time.gmtime")
)  # fmt: skip


JINJA = Environment(autoescape=True)
SHORT = 20  # lines


def name_of(path: Path) -> str:
    """A module as one says it: views.board."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def core() -> frozenset[str]:
    """The stages that are no doors, as the import contract lists them."""
    names = (each["source_modules"] for each in CONTRACTS if each["name"].startswith("The core"))
    return frozenset(name.removeprefix("leanfolio.") for name in next(names))


CORE = [path for path in MODULES if name_of(path).split(".")[0] in core()]
FIGURES = [
    path for path in CORE if not name_of(path).startswith("views.")
]  # a view rounds, and draws


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(paths: Iterable[Path], names: Iterable[str] | None = None) -> list[str]:
    """The place and name of every call, or of calls by these names: print, datetime.now."""
    wanted = None if names is None else frozenset(names)
    found = []
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = ".".join(ast.unparse(node.func).split(".")[-2:])
                if wanted is None or name in wanted:
                    found.append(f"{name_of(path)}:{node.lineno} {name}")
    return found


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def roots(path: Path) -> set[str]:
    """The packages that a file imports from."""
    return {each.split(".")[0] for each in imports(path)}


def ours() -> list[Path]:
    """Every file that is in the repository, or would be with the next `git add`."""
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if found.returncode:  # not a repository: an unpacked source archive
        pytest.skip("only a git repository knows which files are its own")
    paths = (ROOT / name.decode() for name in found.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


# Names -----------------------------------------------------------------------------------------


def test_a_module_is_named_after_what_it_is_about() -> None:
    names = map(name_of, MODULES)
    assert [name for name in names if NAMELESS & set(re.split(r"[._]", name))] == []


def test_a_module_opens_with_a_sentence() -> None:
    said = {name_of(path): ast.get_docstring(tree(path)) or "" for path in MODULES}
    assert [name for name, text in said.items() if not re.match(r"[A-Z0-9`]", text)] == []


def test_what_is_long_says_what_it_is() -> None:
    """A short function is told by its name and its types; a longer one opens with a sentence."""
    silent = [
        f"{name_of(path)}.{node.name}"
        for path in MODULES
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and (node.end_lineno or 0) - node.lineno >= SHORT
    ]
    assert silent == []


# The core: values in, values out ---------------------------------------------------------------


def test_the_core_is_all_that_stands_below_the_doors() -> None:
    layers = next(each["layers"] for each in CONTRACTS if each["type"] == "layers")
    below = [name for layer in layers[layers.index("pipeline") :] for name in layer.split(" | ")]
    assert set(below) == core()


def test_the_core_reads_no_clock() -> None:
    assert called(CORE, CLOCKS) == []


def test_the_core_prints_nothing_opens_nothing_and_runs_no_text() -> None:
    assert called(CORE, ("print", "input", "open", "exec", "eval", "compile", "__import__")) == []


def test_the_core_draws_lots_from_a_seed_alone() -> None:
    assert [each for each in called(CORE) if " random." in each] == []
    unseeded = [
        f"{name_of(path)}:{node.lineno}"
        for path in CORE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Random" and not node.args
    ]
    assert unseeded == []


def test_figures_are_exact_and_rounded_in_views_alone() -> None:
    assert called(FIGURES, ("float", "round")) == []


# Words -----------------------------------------------------------------------------------------

WORDS = re.compile(r"(?:^|\s)[a-z]{2,}[,.;:]?(?:\s|$)")  # an English word between blanks
NOTES = frozenset(("finding", "summary", "note", "why", "detail", "words", "title"))
NOT_SENTENCES = {  # words of programs, each with its reason
    "output.html.graphviz_engine": "names of cache entries, and of the engine's version",
    "output.html.layout": "the key of a cached layout, and the language of Graphviz",
    "output.html.drawing": "SVG, and the classes of a box",
    "views.funding.guardrails.word": "a code of the data files; the page has a message for it",
    "views.funding.rows.variance_word": "a code of the data files; the page has a message for it",
}


def spoken(node: ast.AST) -> str:
    """The literal text of a string or an f-string; nothing for any other expression."""
    if isinstance(node, ast.JoinedStr):
        texts = (part.value for part in node.values if isinstance(part, ast.Constant))
        return "\0".join(str(text) for text in texts)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def english_texts(source: ast.Module) -> Iterator[str]:
    """F-strings with English words, and sentences that a function gives or names a finding.

    Each with the function that it stands in. Errors of our own are for programmers, not readers.
    """
    for outer in ast.walk(source):
        if not isinstance(outer, ast.FunctionDef):
            continue
        raised = [node for node in ast.walk(outer) if isinstance(node, ast.Raise)]
        excused = {id(part) for node in raised for part in ast.walk(node)}
        for node in ast.walk(outer):
            text = spoken(node) if id(node) not in excused else ""
            if isinstance(node, ast.JoinedStr) and WORDS.search(text):
                yield f"{outer.name} {ast.unparse(node)}"
            if isinstance(node, ast.Return | ast.Yield):
                given: ast.AST | None = node.value
            elif isinstance(node, ast.keyword) and node.arg in NOTES:
                given = node.value
            else:
                continue
            if isinstance(given, ast.Constant) and re.search(r"[a-z] [a-z]", spoken(given)):
                yield f"{outer.name} {ast.unparse(given)}"


def test_what_a_page_says_is_a_message_and_no_f_string() -> None:
    """Only a message can be put into another language, or be right for one and for many."""
    english = [
        f"{name_of(path)}.{text}"
        for path in MODULES
        if name_of(path).startswith(("views.", "output.html."))
        for text in english_texts(tree(path))
    ]
    wrong = [text for text in english if not text.startswith(tuple(NOT_SENTENCES))]
    assert wrong == []
    assert [name for name in NOT_SENTENCES if not any(t.startswith(name) for t in english)] == []


def test_english_in_an_f_string_or_a_result_is_noticed() -> None:
    bad = """
def finding(n):
    yield f"{n} epics wait"
    yield Row(note="nothing is late")
    return "nothing waits here"
"""
    fine = """
def url(n):
    if not n:
        raise ValueError(f"no page has number {n}")
    return f"funding/page-{n}.html", message("one epic waits")
"""
    assert len(list(english_texts(ast.parse(bad)))) == 3
    assert list(english_texts(ast.parse(fine))) == []


def test_no_text_is_taken_apart_for_its_numbers() -> None:
    """Numbers stay numbers until they are printed, so nothing has to look for them in words."""
    printing = [path for path in MODULES if name_of(path).startswith(("views.", "output.html."))]
    parsing = ("findall", "finditer")
    assert [call for call in called(printing) if call.endswith(parsing)] == []


# The doors -------------------------------------------------------------------------------------


def test_only_the_plugin_knows_mkdocs() -> None:
    foreign = [path for path in MODULES if {"mkdocs", "properdocs"} & roots(path)]
    assert list(map(name_of, foreign)) == ["mkdocs_plugin", "mkdocs_preview"]


def test_a_process_is_started_for_git_graphviz_and_the_browser_alone() -> None:
    starting = {name_of(path) for path in MODULES if "subprocess" in roots(path)}
    assert starting <= {"disk.browser", "disk.git", "output.html.graphviz_engine"}
    assert called(MODULES, ("os.system", "os.popen", "os.execv", "os.spawnv")) == []


def test_only_a_fetch_speaks_to_a_network() -> None:
    """One module opens connections; others of its room read headers of what came."""
    spoken = {"socket", "ssl", "http", "urllib.request", "requests", "ftplib", "smtplib"}
    speaking = [name_of(path) for path in MODULES if spoken & {*imports(path), *roots(path)}]
    assert speaking == ["fetching.connection", "fetching.refusals", "fetching.waiting"]
    classes = ("HTTPConnection", "HTTPSConnection", "urlopen", "create_connection")
    opening = [each for each in called(MODULES) if each.endswith(classes)]
    assert {each.partition(":")[0] for each in opening} == {"fetching.connection"}


def test_yaml_is_parsed_for_events_and_never_loaded() -> None:
    loaders = ("yaml.load", "yaml.safe_load", "yaml.full_load", "yaml.unsafe_load")
    assert called(MODULES, loaders) == []
    assert [name_of(path) for path in MODULES if {"pickle", "marshal", "shelve"} & roots(path)] == [
        "output.html.page_workers"
    ]  # from one of our processes to another, and never from a file


def test_importing_the_package_loads_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import leanfolio; assert leanfolio.__version__;"
        "print(sorted(set(sys.modules) - before))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['leanfolio']"


# Templates -------------------------------------------------------------------------------------


def test_a_template_opens_by_saying_what_it_is_given() -> None:
    silent = []
    for path in PAGES:
        text = path.read_text(encoding="utf-8").strip()
        if not text.startswith(("{#", "/*", "//")) and len(text.splitlines()) > 1:
            silent.append(path.name)
    assert silent == []


def templates() -> dict[str, str]:
    """The text of every template of a page, by its path below the folder of templates."""
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in PAGES
        if path.suffix == ".jinja"
    }


def test_a_template_is_short_and_opens_with_a_comment() -> None:
    for name, text in templates().items():
        lines = text.splitlines()
        assert text.startswith("{#"), name
        assert len(lines) <= 60, f"{name} has {len(lines)} lines"
        assert max(map(len, lines)) <= 120, f"{name} has a line of {max(map(len, lines))}"


def exists(type: str) -> bool:
    """Whether the package has a type of this name, such as views.board.Board."""
    module, _, member = type.rpartition(".")
    try:
        return hasattr(import_module(f"leanfolio.{module}"), member)
    except ImportError:
        return False


def test_the_types_that_a_template_names_exist() -> None:
    unknown = []
    for name, text in templates().items():
        for comment in re.findall(r"\{#.*?#\}", text, re.DOTALL):
            types = re.findall(r"\bviews?(?:\.\w+)*\.[A-Z]\w+", comment)
            unknown += [f"{name}: {each}" for each in types if not exists(each)]
    assert unknown == []


def test_a_template_computes_nothing_joins_no_text_and_looks_nothing_up() -> None:
    """Figures and sentences come ready from the views; a template loops and prints."""
    arithmetic = (
        nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow,
        nodes.Neg, nodes.Concat,
    )  # fmt: skip
    computing = {"abs", "format", "round", "sum", "int", "float", "filesizeformat"}
    found = []
    for name, text in templates().items():
        parsed = JINJA.parse(text)
        found += [f"{name}:{node.lineno}" for node in parsed.find_all(arithmetic)]
        found += [
            f"{name}:{node.lineno} {node.name}"
            for node in parsed.find_all(nodes.Filter)
            if node.name in computing
        ]
        found += [
            f"{name}:{node.lineno} looks up"
            for node in parsed.find_all(nodes.Getitem)
            if not isinstance(node.arg, nodes.Const)
        ]
    assert found == []


def test_a_template_marks_nothing_as_safe_and_asks_nothing_of_other_sites() -> None:
    wrong = re.compile(
        r"\|\s*safe\b|autoescape\s+false"
        r"""|(?:src\s*=|url\(|@import|fetch\()\s*["']?(?:https?:)?//"""
    )
    texts = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
    assert [name for name, text in texts.items() if wrong.search(text)] == []


# The repository --------------------------------------------------------------------------------


def test_no_file_names_a_machine_or_a_registry() -> None:
    """Paths and hosts of one workplace mean nothing on the next."""
    hosts = "|".join(
        (r"pypi\." + "org", "files" + r"\.pythonhosted", r"registry\." + "npmjs", r"deb\.debian")
    )
    here = (str(ROOT), str(Path.home()), "/" + "work/", "/" + "root/")
    paths = "|".join(re.escape(each) for each in here if len(each) > 4)
    wrong = re.compile(rf"{hosts}|(?<![\w.:/-])(?:{paths})")
    found = []
    for path in ours():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if wrong.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_no_file_of_the_repository_is_larger_than_a_megabyte() -> None:
    assert [str(path) for path in ours() if path.stat().st_size > 1_000_000] == []


def test_the_map_names_every_module_of_the_package() -> None:
    said = ast.get_docstring(tree(PACKAGE / "__init__.py")) or ""
    words = set(re.findall(r"[a-z_]+", said))
    named = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {each for each in named if not each.startswith("_")} - words == set()


def test_the_tests_run_the_code_of_this_folder() -> None:
    """A line of a workflow that a test runs could install another leanfolio beside it."""
    import leanfolio

    assert Path(leanfolio.__file__).is_relative_to(Path(__file__).parents[1] / "generator")

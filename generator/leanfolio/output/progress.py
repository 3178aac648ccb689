"""How far a build is: the stage and its share on a terminal, and how long each stage took."""

import time
from typing import TextIO

from msgspec import Struct

PAUSE = 0.1  # seconds between two lines on the terminal
QUIET = 0.5  # seconds that a build runs before it says what it does


class Stage(Struct, frozen=True):
    """One stage of a build: its wall seconds, and the processor seconds of this process."""

    name: str
    wall: float
    processor: float


class Progress:
    """What a build is doing. Of no stream it only measures; a stream has to be a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stages: list[Stage] = []
        self._stream = stream
        self._begun = self._shown = time.perf_counter()
        self._current: tuple[str, float, float] | None = None
        self._width = 0  # of what stands on the terminal's line

    def stage(self, name: str) -> None:
        """End the stage before, and begin this one."""
        self._end()
        self._current = name, time.perf_counter(), time.process_time()
        self._show(name)

    def step(self, done: int, of: int) -> None:
        """Say how much of the stage is done."""
        if self._stream is not None and self._current is not None:
            self._show(f"{self._current[0]} {done:,} of {of:,}")

    def close(self) -> None:
        """End the last stage, and leave an empty line on the terminal."""
        self._end()
        if self._stream is not None and self._width:
            self._stream.write(f"\r{' ' * self._width}\r")
            self._stream.flush()
            self._width = 0

    def table(self) -> str:
        """The stages with their seconds, one a line, and their sum."""
        total = Stage(
            "all", sum(s.wall for s in self.stages), sum(s.processor for s in self.stages)
        )
        lines = [f"{'stage':<28} {'wall s':>8} {'CPU s':>8}"]
        lines += [f"{s.name:<28} {s.wall:8.2f} {s.processor:8.2f}" for s in (*self.stages, total)]
        return "".join(f"{line}\n" for line in lines)

    def _end(self) -> None:
        if self._current is not None:
            name, wall, processor = self._current
            self.stages.append(
                Stage(name, time.perf_counter() - wall, time.process_time() - processor)
            )
            self._current = None

    def _show(self, text: str) -> None:
        now = time.perf_counter()
        if self._stream is None or now - self._begun < QUIET or now - self._shown < PAUSE:
            return
        self._shown = now
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._width = len(text)

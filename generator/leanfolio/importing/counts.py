"""What a map leaves out: counted, with samples, and never dropped unsaid."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

FEW = 3  # samples of each


def times(number: int) -> str:
    """How often, in words."""
    return "once" if number == 1 else f"{number} times"


class Unmapped(Struct, frozen=True):
    """Something of the files that the map does not carry: how often, and what it looks like.

    `kind` is type, status, field, link, iteration or change; `label` is what people call it.
    """

    kind: str
    name: str
    label: str
    count: int
    samples: tuple[str, ...]


class Counts(Struct):
    """Counts by kind and name, with the first few different samples."""

    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    samples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str, label: str, sample: str, number: int = 1) -> None:
        key = (kind, name)
        self.numbers[key] += number
        self.labels.setdefault(key, label)
        known = self.samples.setdefault(key, [])
        if len(known) >= FEW:
            return
        short = " ".join(sample.split())
        short = short if len(short) <= 40 else f"{short[:39]}…"
        if short and short not in known:
            known.append(short)

    def all(self) -> Iterator[Unmapped]:
        """Everything that was counted, by kind and name."""
        for (kind, name), number in sorted(self.numbers.items()):
            key = (kind, name)
            yield Unmapped(kind, name, self.labels[key], number, tuple(self.samples[key]))

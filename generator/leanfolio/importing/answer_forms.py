"""Files of a system, each taken by its form: JSON answers are recognised, all else is a table."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from leanfolio.importing.json_text import Answer, read_answer
from leanfolio.importing.source_text import SourceFile
from leanfolio.importing.work_item import Extract, SourceError


class Reading(Protocol):
    """What has been read of a system's files so far."""

    extract: Extract


R = TypeVar("R", bound=Reading)
Form = tuple[Callable[[Any], bool], str, Callable[[R, Answer], None]]  # whether it is, name, taking


class SystemWords(NamedTuple):
    """What messages say of a system: its name, and which of its forms are known."""

    name: str
    known: str


def take_files(
    reading: R, sources: Sequence[SourceFile], words: SystemWords, forms: Sequence[Form[R]],
    read_table: Callable[[SourceFile, Extract], str],
) -> None:  # fmt: skip
    """Take what the files say, and note their forms. Raises SourceError where one is unknown."""
    for source in sources:
        if not source.is_json:
            reading.extract.forms.append((source.name, read_table(source, reading.extract)))
            continue
        answer = read_answer(source)
        for matches, form, take in forms:
            if matches(answer.value):
                reading.extract.forms.append((source.name, form))
                take(reading, answer)
                break
        else:
            raise SourceError(
                f"{source.name} is JSON of no form that {words.name} gives", words.known
            )

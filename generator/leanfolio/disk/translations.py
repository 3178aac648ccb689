"""The catalogues that travel with the package: one .po file for each language."""

import re
from pathlib import Path

LOCALES = Path(__file__).parents[1] / "wording" / "locale"


def read_translations(language: str, locales: Path = LOCALES) -> bytes:
    """Return the .po file of a language such as "pl" or "de-AT"; empty where there is none.

    A language without a catalogue of its own takes that of the language without its region.
    """
    parts = re.split("[-_]", language)
    for length in range(len(parts), 0, -1):
        path = locales / "_".join(parts[:length]) / "LC_MESSAGES" / "leanfolio.po"
        if path.is_file():
            return path.read_bytes()
    return b""

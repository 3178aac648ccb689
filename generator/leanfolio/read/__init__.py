"""Read: the bytes of files become items and prose pages, or problems.

reading   what the files say, and what is wrong with them
fields    what fields there are, where each stands, how its value is shown
rules     the rules of reading, a function each
text      bytes -> text
wording   what pydantic found wrong -> a problem
"""

from leanfolio.read.fields import key_place, part_in, problem_of
from leanfolio.read.files import TYPE_OF_FOLDER, read
from leanfolio.read.items import valid_item
from leanfolio.read.reading import Reading
from leanfolio.read.rules import ID, RULES, a
from leanfolio.read.text import decode

__all__ = [
    "ID",
    "RULES",
    "TYPE_OF_FOLDER",
    "Reading",
    "a",
    "decode",
    "key_place",
    "part_in",
    "problem_of",
    "read",
    "valid_item",
]  # fmt: skip

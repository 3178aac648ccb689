"""Read: the bytes of files become items and prose pages, or problems.

text              bytes -> text
yaml/             front matter -> fields, each with its place
items, files      fields -> items; which file holds which type
reading           the result: items, prose pages, problems
fields            the known fields, and the place of each in a file
rules             the rules of reading, a function each
value_problems    an error of pydantic -> a problem
links             items -> a portfolio: unique ids, links that lead to items, no cycles
suggestions       similar names, for hints; link_suggestions, free_ids: for links and ids
"""

from leanfolio.read.fields import key_place, part_in, problem_of
from leanfolio.read.files import TYPE_OF_FOLDER, FieldsOf, read
from leanfolio.read.items import valid_item
from leanfolio.read.reading import Reading
from leanfolio.read.rules import ID, RULES, a
from leanfolio.read.text import decode
from leanfolio.read.yaml import parse

__all__ = [
    "ID",
    "RULES",
    "TYPE_OF_FOLDER",
    "FieldsOf",
    "Reading",
    "a",
    "decode",
    "key_place",
    "parse",
    "part_in",
    "problem_of",
    "read",
    "valid_item",
]  # fmt: skip

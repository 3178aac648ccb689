"""The front matter of a file: YAML 1.2's core, with the place of every key and value.

    delimiters      the two lines that a front matter stands between; lines that were meant as one
    fields          the values of the fields, and where each stands
    later           the same of values that an earlier run has read
    yaml_error      what is wrong with the YAML itself, and where
    syntax_hints    what an author did that is no YAML, behind what libyaml says of it
    quoting         text that needs quotes, as YAML takes it for something else
    parser          the parser whose events are read
    braces          keys without a value inside braces, such as a comma in a number leaves

libyaml only scans events here; values are resolved by us, since its own loader turns `no` into
False and `12:30` into 750, keeps the last of two equal keys without a word, and can be made to
crash by deep nesting or to swell by aliases.
"""

from leanfolio.read.yaml.delimiters import FENCE, earlier_delimiter, split
from leanfolio.read.yaml.fields import HIDDEN_LINE_END, MAX_BYTES, MAX_DEPTH, Fields, parse
from leanfolio.read.yaml.later import fields_known
from leanfolio.read.yaml.syntax_hints import syntax_fault
from leanfolio.read.yaml.yaml_error import YamlError

__all__ = [
    "FENCE",
    "HIDDEN_LINE_END",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Fields",
    "YamlError",
    "earlier_delimiter",
    "fields_known",
    "parse",
    "split",
    "syntax_fault",
]  # fmt: skip

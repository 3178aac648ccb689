"""The parser of YAML: libyaml's, else PyYAML's own, with the same events and marks."""

from typing import Any

import yaml

Parser: Any = getattr(yaml, "cyaml", yaml).__dict__.get("CParser") or yaml.SafeLoader

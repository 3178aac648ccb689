"""The project's mkdocs.yml; where it has none, the usual one."""

import contextlib
import json
import logging
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from leanfolio.disk.configuration_text import plugin_setting, text_at, top_nodes
from leanfolio.disk.files import CONFIGURATIONS, Project
from leanfolio.read.yaml import syntax_fault

USUAL = """site_name: {name}
docs_dir: {docs}
plugins: [leanfolio]
"""


class WrongConfiguration(Exception):
    """mkdocs.yml cannot be used; the message says where and why, and below it what to do."""


@contextlib.contextmanager
def configuration_file(project: Project, title: str) -> Iterator[Path]:
    """The path of the project's own file, or of the usual one for as long as the block lasts.

    Raises WrongConfiguration where the project's own is no YAML.
    """
    if (own := project.configuration) is not None:
        require_yaml(own)
        yield own
        return
    with tempfile.TemporaryDirectory(prefix="leanfolio-") as folder:
        path = Path(folder) / CONFIGURATIONS[0]
        docs = json.dumps(str(project.content.resolve()))
        path.write_text(USUAL.format(name=json.dumps(title), docs=docs), encoding="utf-8")
        yield path


def require_yaml(path: Path) -> None:
    """Raise WrongConfiguration at the line of what is no YAML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongConfiguration(f"{path.name} is not UTF-8 text: {error.reason}") from error
    fault = syntax_fault(text)
    if fault is not None:
        where = f"{path.name}:{fault.line}:{fault.column}"
        raise WrongConfiguration(f"{where}: {fault.said}\nhint: {fault.hint}")


CONFIG_VALUE = re.compile(r"Config value '([^']*)': (.*)", re.DOTALL)


class ConfigurationLog(logging.Handler):
    """What MkDocs says of the values of a configuration, each with the line of its setting."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message, which names the setting, and for one of a plugin also the option."""
        value = CONFIG_VALUE.fullmatch(record.getMessage())
        setting, what = value.groups() if value else ("", record.getMessage())
        option = re.search(r"option '([^']+)'", what)
        line = line_of(self.path, option[1] if option else setting)
        place = f"{self.path.name}:{line}" if line else self.path.name
        text = f"{place}: {setting}: {what}" if setting else f"{place}: {what}"
        (self.errors if record.levelno >= logging.ERROR else self.warnings).append(text)


def line_of(path: Path, setting: str) -> int:
    """The line on which a setting is written, from 1; 0 where it is not."""
    found = re.compile(rf"(?:[ -]*|.*[{{,] *){re.escape(setting)} *:")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if setting else []
    return next((n for n, line in enumerate(lines, start=1) if found.match(line)), 0)


@contextlib.contextmanager
def configuration_log(path: Path) -> Iterator[ConfigurationLog]:
    """Take over what MkDocs logs of this file while the block lasts; warnings follow it."""
    logger, log = logging.getLogger("mkdocs.config"), ConfigurationLog(path)
    passed_on = logger.propagate
    logger.addHandler(log)
    logger.propagate = False
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.propagate = passed_on
        for warning in log.warnings:
            logger.warning("%s", warning)


class SiteConfiguration(Struct, frozen=True):
    """What mkdocs.yml says of a site, for what is made beside it; "" of what it does not say."""

    site_name: str = ""
    site_url: str = ""
    repo_url: str = ""
    language: str = "en"
    changes_since: str | None = None


def site_configuration(project: Project) -> SiteConfiguration:
    """The name, addresses and language of the site of a project.

    The file is looked at and not loaded: its tags can run code. What it inherits from another file
    or takes from the environment is not known here.
    """
    top = top_nodes(project)
    return SiteConfiguration(
        site_name=text_at(top, "site_name") or "",
        site_url=text_at(top, "site_url") or "",
        repo_url=text_at(top, "repo_url") or "",
        language=plugin_setting(top, "language") or "en",
        changes_since=plugin_setting(top, "changes_since"),
    )

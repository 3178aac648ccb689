"""What a tracker answers, as files: fetch. The one command that uses the network."""

import os
import sys
import time
from collections.abc import Callable
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from leanfolio.cli.command import ENVIRONMENT, USAGE, fail
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.fetching.address import Address
    from leanfolio.fetching.fetch_error import FetchError
    from leanfolio.fetching.folder import Written
    from leanfolio.fetching.tracker import Fetched
    from leanfolio.importing.work_item import System

Command = Callable[..., None]
TOKENS = {"jira": "LEANFOLIO_JIRA_TOKEN", "azure": "LEANFOLIO_AZURE_TOKEN"}
URLS = {"jira": "LEANFOLIO_JIRA_URL", "azure": "LEANFOLIO_AZURE_URL"}
EMAIL = "LEANFOLIO_JIRA_EMAIL"
SHORTEST = 8  # characters of a token
EXAMPLES = {
    "jira": "--url https://example.atlassian.net --query 'project = SHOP'",
    "azure": "--url https://dev.azure.com/ORGANIZATION/PROJECT --query 'SELECT [System.Id] ...'",
}


class Wish(NamedTuple):
    """What is to be fetched, from where, and into which folder."""

    system: "System"
    url: str
    query: str
    target: Path


def fetch_options(command: Command) -> Command:
    """The options that the fetches of all trackers share."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS = (
    click.option("--query", help="What to fetch; default: `query` below `fetch` in the map."),
    click.option("--url", help="The address of the tracker; default: that of the map."),
    click.option(
        "--map",
        "map_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The map that names both: exchange/NAME.yml.",
    ),
    click.option(
        "--into",
        type=click.Path(file_okay=False, path_type=Path),
        help="The folder of the answers; default: exchange/NAME, beside the map.",
    ),
    click.option("--dry-run", "dry", is_flag=True, help="Say what would be asked; ask nothing."),
)


@click.group(epilog="Example: leanfolio fetch jira --map exchange/jira.yml")
def fetch() -> None:
    """Fetch what a tracker answers to a query, as files for `import`, over the network.

    The token comes from the environment: LEANFOLIO_JIRA_TOKEN, with LEANFOLIO_JIRA_EMAIL for Jira
    Cloud, or LEANFOLIO_AZURE_TOKEN. Where LEANFOLIO_JIRA_URL or LEANFOLIO_AZURE_URL is set, no
    other host gets it, whatever the map says.

    Exit code 3 where not all came; earlier files stay then, and the next run goes on from there.
    """


@fetch.command(name="jira", epilog=f"Example: leanfolio fetch jira {EXAMPLES['jira']}")
@fetch_options
@click.pass_context
def fetch_jira(context: click.Context, /, **given: object) -> None:
    """Fetch the issues that JQL finds, with their whole change logs, from Cloud or Server."""
    run(context, "jira", given)


@fetch.command(name="azure", epilog=f"Example: leanfolio fetch azure {EXAMPLES['azure']}")
@fetch_options
@click.pass_context
def fetch_azure(context: click.Context, /, **given: object) -> None:
    """Fetch the work items that WIQL or a saved query finds, with all their updates."""
    run(context, "azure", given)


def run(context: click.Context, system: "System", given: dict[str, object]) -> None:
    """Fetch, or say what would be asked."""
    from leanfolio.fetching.address import address_of
    from leanfolio.fetching.fetch_error import FetchError
    from leanfolio.output.counted import counted

    wish = wish_of(context, system, given)
    try:
        address = address_of(wish.url)
        require_own_host(wish.system, address)
        if given["dry"]:
            say_plan(wish, address)
            return
        fetched, written = fetched_into(wish, address)
    except FetchError as error:
        refuse(error)
    except OSError as error:
        raise SystemExit(end_with(error, "the answers could not be written")) from None
    for note in fetched.notes:
        click.echo(f"note: {note}", err=True)
    items = counted(fetched.items, {"jira": "issue", "azure": "work item"}[system])
    changed = f"{written.changed} of {counted(written.files, 'file')} new or changed"
    click.echo(f"{items} in {wish.target}: {changed}")
    map_file = given["map_file"]
    map_or_draft = f"--map {map_file}" if map_file else f"--draft-map exchange/{system}.yml"
    click.echo(f"next: leanfolio import {system} {wish.target} {map_or_draft}", err=True)
    if not map_file:
        values = dumps({"url": wish.url, "query": wish.query}, ensure_ascii=False)
        click.echo(f"for the next time, write into the map: fetch: {values}", err=True)


def refuse(error: "FetchError") -> NoReturn:
    """End the command where a fetch cannot finish; earlier files are as they were."""
    from leanfolio.output.visible import visible

    fail(USAGE if error.is_usage else ENVIRONMENT, visible(str(error)), error.hint)


def wish_of(context: click.Context, system: "System", given: dict[str, object]) -> Wish:
    """What options and map ask for together. Ends the command where something is missing."""
    from leanfolio.cli.exchange_trackers import map_of
    from leanfolio.importing.mapping import MapError

    file, url, query, into = given["map_file"], given["url"], given["query"], given["into"]
    folder = Path(context.obj.content).parent / "exchange"
    target = folder / system
    if isinstance(file, Path):
        try:
            named = map_of(file, system, "a fetch from").map.fetch
        except MapError as error:
            fail(USAGE, str(error))
        except OSError as error:
            raise SystemExit(end_with(error, "the map could not be read")) from None
        url, query = url or (named and named.url), query or (named and named.query)
        target = file.with_suffix("")
    url = url or os.environ.get(URLS[system], "").strip()
    for name, value in (("--url", url), ("--query", query)):
        if not value:
            where = f"or `{name[2:]}` below `fetch` in the map"
            fail(USAGE, f"give {name}, {where}", f"such as {EXAMPLES[system]}")
    return Wish(system, str(url), str(query), into if isinstance(into, Path) else target)


def require_own_host(system: "System", address: "Address") -> None:
    """End the command where the environment names another host for the token. Raises FetchError."""
    from leanfolio.fetching.address import address_of

    own = os.environ.get(URLS[system], "").strip()
    if own and not address.serves(str(address_of(own))):
        message = f"{address} is not the host of {URLS[system]}, to which the token belongs"
        fail(USAGE, message, "correct the one that is wrong; a changed map may be an attack")


def authorization(system: "System") -> tuple[str, str]:
    """The header that opens the tracker, and the token in it. Ends the command without one."""
    from base64 import b64encode

    name = TOKENS[system]
    token, email = os.environ.get(name, "").strip(), os.environ.get(EMAIL, "").strip()
    if not token:
        kind = "a personal access token" if system == "azure" else "an API token"
        hint = f"make {kind} that may read, and put it into the variable {name}; into no file"
        fail(USAGE, f"the environment has no {name}", hint)
    if len(token) < SHORTEST or not (token.isascii() and token.isprintable()) or " " in token:
        hint = f"a token is one word of at least {SHORTEST} letters and digits"
        fail(USAGE, f"{name} holds no token", hint)
    if system == "azure":
        return f"Basic {b64encode(f':{token}'.encode()).decode()}", token
    if email:
        return f"Basic {b64encode(f'{email}:{token}'.encode()).decode()}", token
    return f"Bearer {token}", token


def fetched_into(wish: Wish, address: "Address") -> "tuple[Fetched, Written]":
    """Ask, and write. Raises FetchError, OSError."""
    from leanfolio.disk.replace import ForeignFolderError, refuse_foreign
    from leanfolio.fetching import azure, jira
    from leanfolio.fetching.connection import Connection
    from leanfolio.fetching.folder import write_folder
    from leanfolio.fetching.partial import partial
    from leanfolio.fetching.tracker import Tracker
    from leanfolio.output.counted import counted

    header, token = authorization(wish.system)
    if wish.system == "azure":
        azure.query_request(wish.query)
    tell, say = progress()
    request = {"system": wish.system, "url": str(address), "query": wish.query}
    try:
        refuse_foreign(wish.target)
        with partial(wish.target, request) as answers:
            if answers.known:
                kept = counted(answers.known, "answer")
                say(f"going on with a fetch that stopped: {kept} had come")
            connection = Connection(address, header, (token,), say, time.sleep)
            tracker = Tracker(connection, answers, tell)
            ask = azure.fetch if wish.system == "azure" else jira.fetch
            try:
                fetched = ask(tracker, wish.query)
            finally:
                connection.close()
            return fetched, write_folder(wish.target, fetched.files)
    except ForeignFolderError as error:
        fail(USAGE, str(error), "name an empty folder with --into")


def progress() -> tuple[Callable[[str], None], Callable[[str], None]]:
    """What shows how far a fetch is, on a terminal alone, and what says a line to anybody."""
    from leanfolio.output.visible import visible

    terminal = sys.stderr.isatty()

    def say(text: str) -> None:
        click.echo(visible(text), err=True)

    return (say if terminal else lambda _: None), say


def say_plan(wish: Wish, address: "Address") -> None:
    """Print which requests a fetch would make. Raises FetchError of a query that is none."""
    from leanfolio.fetching import azure, jira
    from leanfolio.output.visible import visible

    azures = wish.system == "azure"
    for request in azure.requests_of(wish.query) if azures else jira.requests_of(wish.query):
        click.echo(visible(f"{request.method} {address}{request.path}  ({request.why})"))
    names = [TOKENS[wish.system], *([EMAIL] if wish.system == "jira" else [])]
    for name in names:
        click.echo(f"{name} is {'set' if os.environ.get(name, '').strip() else 'not set'}")
    click.echo(f"the answers would go into {wish.target}")
    click.echo("nothing was asked or written (--dry-run)", err=True)

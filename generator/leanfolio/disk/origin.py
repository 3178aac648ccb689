"""Where the leanfolio that runs was installed from, as a line of requirements.txt.

An installer writes `direct_url.json` (PEP 610) into the metadata of what did not come from an
index. A git address names its commit and an archive its hash. A folder, a file, an editable
install and an address that needs a key are nothing that a CI machine could reach: then the package
itself is packed as a wheel, which is kept in the repository of the portfolio.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from urllib.parse import SplitResult, urldefrag, urlsplit

from msgspec import Struct

from leanfolio.disk.wheel import wheel_file

VENDOR = "vendor"
HEX = re.compile(r"[0-9a-f]{40,128}")


class NoWheelError(Exception):
    """The package was not installed by an installer: nothing says what a wheel would hold."""


class Requirement(Struct, frozen=True):
    """What requirements.txt says of leanfolio, and the files that have to lie beside it."""

    text: str  # one line, or comments
    files: tuple[tuple[str, bytes], ...] = ()  # path from the folder of requirements.txt, content


def installed(name: str = "leanfolio") -> Distribution | None:
    """The metadata of the installed package; None where it runs without being installed."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def requirement_at_address(package: Distribution) -> str | None:
    """The line by which everybody can install this package; None where there is no such address."""
    text = package.read_text("direct_url.json")
    if text is None:
        return f"{package.name}=={package.version}"
    try:
        origin = json.loads(text)
        reference = reference_of(origin)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    # A space would begin another option of pip's, and a line end another line.
    if reference is None or not reference.isascii() or re.search(r"\s|\$\{", reference):
        return None
    return f"{package.name} @ {reference}"


def reference_of(origin: dict[str, dict[str, str]]) -> str | None:
    """The address of a `direct_url.json` with its commit or hash; None where others have no access.

    Raises KeyError, TypeError, ValueError or AttributeError for what is no such record.
    """
    address = str(origin["url"])
    if not is_reachable(urlsplit(address)):
        return None
    base = urldefrag(address).url
    below = f"subdirectory={origin['subdirectory']}" if "subdirectory" in origin else ""
    if "vcs_info" in origin:
        commit = origin["vcs_info"]["commit_id"]
        if origin["vcs_info"]["vcs"] != "git" or not HEX.fullmatch(commit):
            return None
        return f"git+{base}@{commit}{below and '#' + below}"
    if "archive_info" in origin:
        hashes = archive_hashes(origin["archive_info"])
        parts = [*(f"{name}={value}" for name, value in hashes[:1]), *([below] if below else [])]
        return f"{base}{'#' if parts else ''}{'&'.join(parts)}"
    return None


def archive_hashes(record: Mapping[str, object]) -> list[tuple[str, str]]:
    """The hashes of an archive, SHA-256 first; older installers wrote one as `hash`."""
    named = record.get("hashes")
    hashes = (
        {str(name): str(value) for name, value in named.items()} if isinstance(named, dict) else {}
    )
    name, _, value = str(record.get("hash", "")).partition("=")
    hashes.setdefault(name, value)
    known = [(name, value) for name, value in hashes.items() if HEX.fullmatch(value)]
    return sorted(known, key=lambda pair: (pair[0] != "sha256", pair[0]))


def is_reachable(address: SplitResult) -> bool:
    """Whether a machine without keys can ask this address: https or http, no user, not local."""
    host = address.hostname or ""
    if address.scheme not in {"https", "http"} or "@" in address.netloc or not host:
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def vendored(package: Distribution | None) -> Requirement:
    """A wheel of this package in vendor/. Raises NoWheelError where it is not installed."""
    if package is None:
        raise NoWheelError("leanfolio runs without being installed, so it cannot be packed")
    name, data = wheel_file(package)
    return Requirement(f"./{VENDOR}/{name}", ((f"{VENDOR}/{name}", data),))


def without_address(version: str) -> Requirement:
    """A requirements.txt that installs nothing, and says what to do."""
    return Requirement(
        f"# leanfolio {version} was installed from no address that others can reach.\n"
        "# Put a wheel of it into vendor/ and name it here, as in\n"
        "#     ./vendor/leanfolio-VERSION-py3-none-any.whl\n"
        "# or the address of its repository, as in\n"
        "#     leanfolio @ git+https://HOST/PATH@COMMIT"
    )


def requirement(vendor: bool | None) -> Requirement:
    """What requirements.txt should say; `vendor` asks for a wheel, refuses one, or leaves it open.

    Left open, a wheel is packed where there is no address. Raises NoWheelError where a wheel is
    asked for and cannot be packed.
    """
    package = installed()
    line = None if package is None or vendor else requirement_at_address(package)
    if line is not None:
        return Requirement(line)
    if vendor is False or (vendor is None and package is None):
        from leanfolio import __version__  # noqa: PLC0415

        return without_address(__version__)
    return vendored(package)

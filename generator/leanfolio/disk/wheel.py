"""A wheel made again from an installed package, without pip, a network or a build.

The files of the package and its metadata are what a wheel holds; what an installer added (programs,
compiled files, its own notes) is left out. Of an editable install, whose record names no file of
the package, the files are taken from where they lie. The same files give the same bytes.
"""

import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from email import message_from_string
from hashlib import sha256
from importlib.metadata import Distribution
from io import BytesIO
from pathlib import Path, PurePosixPath

from leanfolio.disk.templates import templates_folder

ADDED = frozenset(("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json"))
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip archive can hold
PACKAGE = Path(__file__).parents[1]


def wheel_file(package: Distribution) -> tuple[str, bytes]:
    """The name and the bytes of a wheel of this package."""
    metadata = metadata_folder(package)
    files = dict(installed_files(package))
    if package.name == PACKAGE.name and f"{PACKAGE.name}/__init__.py" not in files:
        files = {name: data for name, data in files.items() if name.startswith(f"{metadata}/")}
        files |= dict(package_files())
    rows = [
        f"{name},sha256={record_hash(data)},{len(data)}" for name, data in sorted(files.items())
    ]
    rows.append(f"{metadata}/RECORD,,")
    ordered = [(name, files[name]) for name in sorted(files, key=lambda n: (metadata in n, n))]
    ordered.append((f"{metadata}/RECORD", ("\n".join(rows) + "\n").encode()))
    return wheel_name(package, metadata), packed(ordered)


def metadata_folder(package: Distribution) -> str:
    """The name of the folder of the package's metadata: leanfolio-0.1.0.dist-info."""
    return next(
        path.parts[0] for path in package.files or () if path.parts[0].endswith(".dist-info")
    )


def installed_files(package: Distribution) -> Iterator[tuple[str, bytes]]:
    """The files of the record that came with the wheel, by their path in it."""
    for path in package.files or ():
        added = path.parts[0].endswith(".dist-info") and path.name in ADDED
        if ".." in path.parts or path.suffix == ".pyc" or added:
            continue
        place = Path(str(path.locate()))
        if place.is_file():
            yield path.as_posix(), place.read_bytes()


def package_files() -> Iterator[tuple[str, bytes]]:
    """The files of this package where they lie, and its templates, by their path in a wheel."""
    for folder, below in (
        (PACKAGE, PurePosixPath(PACKAGE.name)),
        (templates_folder(), PurePosixPath(PACKAGE.name, "templates")),
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield str(below / path.relative_to(folder).as_posix()), path.read_bytes()


def wheel_name(package: Distribution, metadata: str) -> str:
    """The file's name, with the systems that the wheel was made for: name-1.0-py3-none-any.whl."""
    tags = message_from_string(package.read_text("WHEEL") or "").get_all("Tag") or ["py3-none-any"]
    parts = zip(*(str(tag).split("-") for tag in tags), strict=True)
    compressed = "-".join(".".join(sorted(set(part))) for part in parts)
    return f"{metadata.removesuffix('.dist-info')}-{compressed}.whl"


def record_hash(data: bytes) -> str:
    """The SHA-256 as a RECORD writes it."""
    return urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()


def packed(files: list[tuple[str, bytes]]) -> bytes:
    """A zip archive of these files in this order, with no time of its own."""
    result = BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return result.getvalue()

"""A ZIP archive with nothing of the day or the machine on which it was written."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can tell
PLAIN_FILE = 0o644 << 16


def with_fixed_times(data: bytes) -> bytes:
    """The same files in the same order, each dated 1 January 1980."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = ZipInfo(name, FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = PLAIN_FILE
            info.create_system = 3
            new.writestr(info, old.read(name))
    return out.getvalue()

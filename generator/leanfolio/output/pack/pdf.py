"""A printed PDF without what differs between two prints of one page: the time, and who printed.

Only the information of the document is touched, and nothing moves: each value is replaced by one of
the same length, so that the table of offsets at the end stays true.
"""

import re
from datetime import date

INFO = re.compile(rb"/Info (\d+) 0 R")
DATE = re.compile(rb"/(CreationDate|ModDate) \(D:[0-9+\-'Z]*\)")
MAKER = re.compile(rb"/Creator \((?:\\.|[^\\()])*\)")
OURS = b"/Creator (leanfolio)"


class NotOurPdf(ValueError):
    """The browser wrote a PDF in another form: its dates cannot be found."""


def with_fixed_dates(data: bytes, day: date) -> bytes:
    """The same document, made on this day at midnight UTC. Raises NotOurPdf."""
    found = INFO.findall(data)
    start = data.find(b"\n%d 0 obj" % int(found[-1])) if found else -1
    end = data.find(b"endobj", start)
    if start < 0 or end < 0:
        raise NotOurPdf("the PDF does not say what it is")
    info = data[start:end]
    if len(DATE.findall(info)) != info.count(b"Date ("):
        raise NotOurPdf("the PDF states its dates in another form")
    moment = b"D:%04d%02d%02d000000+00'00'" % (day.year, day.month, day.day)
    fixed = DATE.sub(lambda match: padded(b"/%s (%s)" % (match[1], moment), match[0]), info)
    fixed = MAKER.sub(lambda match: padded(OURS, match[0]), fixed)
    return data[:start] + fixed + data[end:]


def padded(new: bytes, old: bytes) -> bytes:
    """The new value with blanks after it, as long as the old one; a shorter old one stays."""
    return new.ljust(len(old)) if len(new) <= len(old) else old

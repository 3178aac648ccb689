"""The sitemap: every page of a site that has an address, for search engines."""

import gzip
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP = "sitemap.xml"


def sitemap_files(site_url: str, urls: Iterable[str], day: str, time: int) -> dict[str, bytes]:
    """The sitemap and, as MkDocs has it, the same compressed at a time in seconds of UNIX."""
    data = sitemap(site_url, urls, day).encode()
    return {SITEMAP: data, f"{SITEMAP}.gz": gzip.compress(data, mtime=time)}


def sitemap(site_url: str, urls: Iterable[str], day: str) -> str:
    """The sitemap by the protocol of sitemaps.org; `day` is when the pages were last changed."""
    root = site_url.rstrip("/") + "/"
    entries = "".join(
        f"<url><loc>{escape(root + quote(url), quote=False)}</loc><lastmod>{day}</lastmod></url>\n"
        for url in urls
    )
    return f'{HEAD}<urlset xmlns="{NAMESPACE}">\n{entries}</urlset>\n'

"""The text of each page as it was last made, for the case that its file cannot be linked."""

from leanfolio.cache.entry import CacheEntry

PAGE_TEXTS = CacheEntry("page", str.encode, bytes.decode, compressed=True)

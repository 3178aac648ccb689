"""What is kept between runs, so that a build after an edit makes only what the edit changes.

How an incremental build works, from the first step to the last:

**What a page depends on.** A page is made from the build: the portfolio with its items, the
figures, the records, the history, the day. While it is made and rendered, it is given stand-ins
(`tracking`) that record the name of everything that is read: `built.portfolio.items EP-1` for one
item, `built.portfolio._by_type Epic` for all epics, `built.figures.board` for a figure, `sources
epics/EP-1.md` for the prose of an item, `built.as_of` for the day. These names are the page's
dependencies. Nobody writes them down by hand, so none can be forgotten: a stand-in holds nothing
that could be read past it, and reading while nothing is recorded is an error. A key that was looked
up in vain is a dependency too: the page changes when such an item comes.

**When a page is reused.** After a page is made, an `OutputRecord` (`page_dependencies`) is kept:
the names, one fingerprint over the values behind all of them, and the SHA-256 of the file. The next
build computes the fingerprint of each name from its own values (`fingerprints`); each once, however
many pages share it. Where the fingerprint over all is the same, the page would come out the same.
Then its file in the old site is linked into the new one. If another commit is to stand on the page,
it is put into a copy of that file, in the places that are kept for all pages (`page_stamps`); if
somebody changed or removed the file, its text is taken from the cache (`page_texts`).

**When it is printed again.** Where the fingerprint is another, the values that the page shows are
made (a `Page` of `views`), without printing them. If their digest is that of the last time, and so
is all that was read while they were printed (links and views in prose), the page stands, and a new
record is kept: after the edit of a cost, the page of a goal reads another epic and shows the same.
Otherwise the page is made anew, from its prose on.

**What a fingerprint covers.** Of an item its front matter and title; of its prose the whole file.
Of figures, and of what a page shows, what `repr` shows: so neither holds an item or a function.
The fingerprints of figures are kept as a record of their own, with what they were computed from: so
a build in which no page is made anew computes no figures.

**What every page depends on** without reading it from the build: the code and templates that make
it, the versions of the libraries that print it, the settings of the site, its navigation, and which
audience it is for. A change there makes all pages anew. The commit, and the day that a page prints
in its frame, are no part of this: they are put into the finished text.

**Data files and the search index** are outputs like pages, with records of their own.

**What is kept beside**: the parsed prose of each body (`prose_links`), its HTML, the values of each
front matter (`front_matters`), the layout of each graph, the front matter of each version in git,
and the answer of `check` to the same content (`check_result`). Which site was built from which
inputs is kept too (`site_record`): where the next build finds the same inputs, and every file of
that site as it was, it makes nothing. Each is kept under a digest of all that it was made from, so
it never goes stale; `CacheEntry` says how one is read back, and what cannot be read counts as not
there. Templates and Graphviz, compiled, lie in files of their own (`compiled`).

**What is never kept**: anything under a file's name or time alone; the site itself, which is only
ever written whole. To delete the cache costs time
and changes no byte of a site: `tests/test_incremental.py` holds every kind of edit to that.
"""

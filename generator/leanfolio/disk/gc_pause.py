"""Memory: the search for garbage is put off while a portfolio is made, which makes next to none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused(*, lasting: bool = False) -> Iterator[None]:
    """No search for rings of values to free: it would take a third of the time and find nothing.

    What is `lasting` is never searched again until the next such portfolio is made; only then is
    what an earlier one left behind given back, so that a server does not grow with each change.
    """
    was = gc.isenabled()
    if lasting and gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if lasting:
            gc.freeze()
        if was:
            gc.enable()

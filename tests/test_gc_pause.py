"""A server that reads a portfolio again and again gives back what it no longer holds."""

import gc
import weakref

import pytest

from leanfolio.disk.gc_pause import gc_paused


class Ring:
    """Something that only a search can free."""

    def __init__(self) -> None:
        self.itself = self


def test_the_search_goes_on_afterwards_even_after_a_fault() -> None:
    with pytest.raises(ZeroDivisionError), gc_paused(lasting=True):
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()
    gc.disable()
    try:
        with gc_paused():
            pass
        assert not gc.isenabled()  # whoever had turned it off wants it off
    finally:
        gc.enable()


def test_what_was_left_behind_goes_when_the_next_is_made() -> None:
    with gc_paused(lasting=True):
        ring = Ring()
        seen = weakref.ref(ring)
        del ring
    gc.collect()
    assert seen() is not None  # put aside, and not looked at
    with gc_paused(lasting=True):
        assert seen() is None

"""What a body may take to be read: counted in steps, never timed, so that all machines agree."""

EFFORT = 4_000_000  # steps of about 0.5 us; a real page of 512 KB takes a tenth of that
MARK = 10  # steps for a mark that may begin or end something
LINK = 100  # steps for a link, beside one for each character of its destination


class OverEffortError(Exception):
    """A body is made to keep a reader busy: more marks and links than prose can have."""


class Effort:
    """Counts what one body takes."""

    def __init__(self) -> None:
        self.spent = 0

    def spend(self, steps: int) -> None:
        """Count steps. Raises OverEffortError beyond the limit."""
        self.spent += steps
        if self.spent > EFFORT:
            raise OverEffortError

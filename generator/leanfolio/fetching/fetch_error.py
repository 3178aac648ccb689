"""Why a fetch cannot finish, in words that hold no token."""


class FetchError(Exception):
    """Why a fetch ended, and what to do. Earlier files are as they were.

    `status` is that of the answer which ended it, 0 where none came. `is_usage` says that the
    command or the map has to be corrected; else the system or the network stood in the way.
    `begins_anew` says that the answers which came do not fit together, and none is kept.
    """

    def __init__(
        self, message: str, hint: str = "", *, status: int = 0, is_usage: bool = False,
        begins_anew: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.hint = hint
        self.status = status
        self.is_usage = is_usage
        self.begins_anew = begins_anew

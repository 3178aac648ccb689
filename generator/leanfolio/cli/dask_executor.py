"""A Dask cluster as an executor, for who outgrows one machine. Needs the extra `dask`."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from distributed import Client

SECONDS = 10  # to answer at all


class _Client(Client):
    def __del__(self) -> None:
        """Nothing: one that never reached its scheduler would wait for it again, with an error."""


class DaskExecutor(Executor):
    """Runs functions on the workers of a cluster, which need the same version of leanfolio."""

    def __init__(self, address: str) -> None:
        """Raises OSError where no scheduler answers, and ValueError for what is no address."""
        self._client: Any = _Client(  # type: ignore[no-untyped-call]
            address, timeout=SECONDS, set_as_default=False
        )
        self._executor = self._client.get_executor(pure=False)  # type: ignore[no-untyped-call]

    def share(self, data: bytes) -> Any:
        """Send bytes to every worker once; what is returned stands for them as an argument."""
        return self._client.scatter(data, broadcast=True)

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **more: Any
    ) -> "Future[Any]":
        future: Future[Any] = self._executor.submit(function, *arguments, **more)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on without us."""
        self._executor.shutdown(wait=wait)
        self._client.close()

"""One thread for everything that touches keys, disk and numbers, so that the screens never wait for them.

One thread, and not several: what is kept is kept in order, and a bank's connection stays with the thread that
opened it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

R = TypeVar("R")


class Keeper:
    """Runs calls one after the other in its thread. A call that began is finished even if nobody waits any more."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")

    async def call(self, function: Callable[..., R], *arguments: Any, **named: Any) -> R:
        """The result of `function`, or what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(function, *arguments, **named))

    def close(self) -> None:
        """Let the calls that were asked for end, and take no more."""
        self._pool.shutdown(wait=True)

"""Group commit: bundles that arrive while one transaction is being synced to disk share the next one."""

from __future__ import annotations

import asyncio

from sync.bundle import Bundle
from sync.collector.store import Acceptance, Store
from sync.errors import StoreFault

_LARGEST_GROUP = 256
_LONGEST_QUEUE = 1024
_RETRY_AFTER = 5

_Waiting = tuple[Bundle, asyncio.Future[Acceptance]]


class GroupWriter:
    """The only writer of a server. `run` it as a task; `submit` returns once the bundle is durable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(_LONGEST_QUEUE)

    async def submit(self, bundle: Bundle) -> Acceptance:
        """Keep a checked bundle. Raises StoreFault `store.busy` (queue full), `store.unavailable`."""
        future: asyncio.Future[Acceptance] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((bundle, future))
        except asyncio.QueueFull as error:
            raise StoreFault("store.busy", retry_after=_RETRY_AFTER) from error
        return await future

    async def run(self) -> None:
        """Serve the queue until cancelled."""
        while True:
            group = [await self._queue.get()]
            while len(group) < _LARGEST_GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._keep(group)

    async def _keep(self, group: list[_Waiting]) -> None:
        try:
            kept = await asyncio.to_thread(self._store.keep, [bundle for bundle, _ in group])
        except StoreFault as fault:
            if len(group) > 1:  # one of them may be at fault: let the others through
                for member in group:
                    await self._keep([member])
            else:
                _settle(group[0][1], fault)
        else:
            for (_, future), acceptance in zip(group, kept, strict=True):
                _settle(future, acceptance)


def _settle(future: asyncio.Future[Acceptance], outcome: Acceptance | StoreFault) -> None:
    if future.done():  # the client hung up; the bundle is kept all the same
        return
    if isinstance(outcome, StoreFault):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)

"""Workers that may die: processes of this machine, or of a Dask cluster, that do tasks in order."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from threading import Thread

import pyarrow as pa

from helpers.store import StoreError

Bad = dict[int, str]  # documents that break a task: place in the part, and why
Task = tuple[Callable[[Bad, tuple | None], None], int]  # what is done, with how many documents


def _enrol() -> None:
    """Make a worker end with the process that started it, and take little memory."""
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps what it took
    pa.set_cpu_count(1)  # a worker a core is enough
    Thread(target=lambda: (connection.wait([parent_process().sentinel]), os._exit(1)), daemon=True).start()


class Crew:
    """Does tasks. One that fails, or kills its worker, is done again without the documents that do so alone.

    A task is called with the documents to leave alone, and with the first and last place of those to try without
    writing anything, or None. Errors of the system (a full disk) are no document's fault and are raised.
    """

    def __init__(self, start: Callable[[], Executor], deaths: type[Exception], size: int):
        self.start, self.deaths, self.size, self.pool = start, deaths, size, None

    def _submit(self, task: Task, bad: Bad, only: tuple | None = None) -> Future:
        self.pool = self.pool or self.start()
        # What is blocked stays so in the workers that begin now: an interruption is for this process alone.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self.pool.submit(task[0], bad, only)
        except BrokenExecutor:
            self.stop()
            return self._submit(task, bad, only)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def stop(self) -> None:
        if self.pool:
            self.pool.shutdown(wait=True)
            self.pool = None

    def ordered(self, tasks: Iterable[Task], ahead: float) -> Iterator[None]:
        """Yield when a task is done, in their order; so many at most are begun before their turn."""
        waiting: deque[tuple[Task, Future]] = deque()
        try:
            for task in tasks:
                waiting.append((task, self._submit(task, {})))
                while waiting and (len(waiting) > ahead or waiting[0][1].done()):
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            for _, future in waiting:
                future.cancel()

    def _next(self, waiting: deque) -> None:
        task, future = waiting.popleft()
        if not self._failure(future):
            return
        for _, other in waiting:
            other.cancel()
        self.stop()  # while the task is alone, it is its own documents that kill
        self._mend(task)
        for place, (other, future) in enumerate(waiting):
            if future.cancelled() or isinstance(future.exception(), self.deaths):
                waiting[place] = (other, self._submit(other, {}))

    def _failure(self, future: Future) -> Exception | None:
        """Wait for a task; return why it failed, None if it did not."""
        try:
            future.result()
        except OSError:
            raise
        except CancelledError:
            raise StoreError("The scheduler gave up. See to it, then the same command with --resume.") from None
        except Exception as error:  # whatever one document does, the others are read
            if isinstance(error, self.deaths):
                self.stop()
            return error
        return None

    def _mend(self, task: Task) -> None:
        """Do a task while no other is done; if it fails, without the documents that fail alone."""
        error, bad = self._failure(self._submit(task, {})), {}
        if error and not self._failure(self._submit(task, {}, (0, 0))):  # otherwise it is no document's fault
            for place in range(task[1]):
                if why := self._failure(self._submit(task, {}, (place, place + 1))):
                    bad[place] = "the process died" if isinstance(why, self.deaths) else type(why).__name__
            error = self._failure(self._submit(task, bad))
        if error:
            raise StoreError(f"The workers fail whatever documents are left out: {error!r}") from error


@contextmanager
def hired(workers: int | None, scheduler: str | None) -> Iterator[Crew]:
    """Give a crew: processes of this machine or, with the address of a scheduler, the workers of a Dask cluster."""
    if scheduler:
        from distributed import Client, KilledWorker

        with Client(scheduler, set_as_default=False) as client:
            yield Crew(lambda: client.get_executor(pure=False), KilledWorker, 1 + sum(client.nthreads().values()))
        return
    size = workers or len(os.sched_getaffinity(0))
    fresh = get_context("spawn")  # a fork would copy locks that threads hold
    crew = Crew(lambda: ProcessPoolExecutor(size, fresh, initializer=_enrol), BrokenExecutor, size)
    try:
        yield crew
    finally:
        crew.stop()

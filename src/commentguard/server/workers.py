"""Several processes that answer at one address: their sockets, and one that replaces those that die."""

from __future__ import annotations

import socket
import sys

from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from commentguard.errors import ServerError


class Workers(Multiprocess):
    """Processes that answer, each at a socket of its own where there are so many, replaced when they die."""

    def init_processes(self) -> None:
        """Start all."""
        self.processes = [self._started(number) for number in range(self.processes_num)]

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that have died, or do not answer within `timeout_worker_healthcheck`."""
        for number, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            # The worker has this end too. Open here, it would hide that the worker is gone: who dies while it is asked
            # whether it lives would be waited for until the time is up.
            worker.child_conn.close()
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:  # the next one would fail as well
                self.should_exit.set()
                return
            self.processes[number] = self._started(number)

    def _started(self, number: int) -> Process:
        worker = Process(self.config, [self.sockets[number % len(self.sockets)]])
        worker.start()
        return worker


def listening_at(host: str, port: int, workers: int) -> list[socket.socket]:
    """Return sockets that listen at an address: one, or on Linux one for each worker.

    Of workers that share a socket, the one that is woken first takes connections for as long as it has nothing to do:
    those that are kept open, as proxies do, would all be its own.

    Parameters
    ----------
    host : str
        The address.
    port : int
        0 for any that is free.
    workers : int
        How many processes will answer.

    Raises
    ------
    ServerError
        When it can't be listened at, or another program does already.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        one = _bound(family, kind, protocol, address, shared=False)
        if workers == 1 or sys.platform != "linux":
            one.listen(2048)
            return [one]
        address = one.getsockname()
        one.close()  # it has told that nobody else is there, and which port is free
        found = [_bound(family, kind, protocol, address, shared=True) for _ in range(workers)]
        for each in found:
            each.listen(2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServerError(f"{host}:{port}: can't be listened at ({reason}); choose another --host or --port") from None
    return found


def _bound(family: int, kind: int, protocol: int, address: object, shared: bool) -> socket.socket:
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind(address)  # type: ignore[arg-type]
    except BaseException:
        found.close()
        raise
    found.set_inheritable(True)
    return found

"""`district-platform doctor`: whether machine, district and everything outside are as they must be, one line for each check.

machine     versions, disk, memory, permissions, clock, ports
district    lock, schedules, last publication, last backup with a test restore
outside     TLS certificates, the state in its store, destinations that are behind

A check looks and changes nothing; it says what is, and what to do where that is wrong.
"""

from collections.abc import Callable, Iterator

from district_platform.operations.doctor import district, machine, outside
from district_platform.operations.doctor.model import Answer, Status
from district_platform.settings import Settings

CHECKS: dict[str, Callable[[Settings], Iterator[Answer]]] = {
    "versions": machine.versions,
    "disk": machine.disk,
    "memory": machine.memory,
    "permissions": machine.permissions,
    "clock": machine.clock,
    "ports": machine.ports,
    "lock": district.lock,
    "schedules": district.schedules,
    "publication": district.publication,
    "backup": district.backup,
    "tls": outside.tls,
    "state": outside.state,
    "destinations": outside.destinations,
}


def examine(settings: Settings) -> Iterator[tuple[str, Answer]]:
    """Every check's answers, in this order. A check that itself fails is an answer, too."""
    for name, check in CHECKS.items():
        try:
            yield from ((name, answer) for answer in check(settings))
        except Exception as error:
            says = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield name, Answer(Status.WARN, f"could not be looked at: {says}", "Mend that, and ask again.")

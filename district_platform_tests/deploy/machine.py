"""Processes on a root of their own: this machine's files below, what is written kept apart, and nothing of it left afterwards.

It is what a container is made of (overlay, mount and network namespaces, no capabilities), without an engine. Needs root.
"""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

_NUMBERS = count()


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine at a place of the other root."""

    source: Path
    target: str
    is_read_only: bool = False


@dataclass(frozen=True)
class Rights:
    """As whom a command runs, and whether it may write outside its mounts."""

    user: str = ""
    """`uid:gid`, without any capability; empty: root."""
    is_read_only: bool = False


@dataclass(frozen=True)
class Root:
    """A root: the files of `layer` over this machine's own. What is written stays in `kept`, or is lost when the command ends.

    Two overlays, one on the other: the kernel takes no layer that lies below another one.
    """

    folder: Path
    layer: Path | None = None
    kept: Path | None = None
    network: int | None = None
    """A process in whose network namespace commands run."""
    mounts: tuple[Mount, ...] = field(default=())
    closed: tuple[str, ...] = ()
    """Folders in which nothing is and nothing can be made, whoever asks."""

    def command(
        self, words: Sequence[str], environment: Mapping[str, str], rights: Rights = Rights(), at: str = "/"
    ) -> list[str]:
        """The command line that runs `words` there, with this environment alone."""
        own = self.folder / f"run-{next(_NUMBERS)}"
        below, merged = own / "below", own / "root"
        for each in (below, merged):
            each.mkdir(parents=True)
        lower = below if self.layer else Path("/")
        script = [
            "set -eu; umask 022",
            *([_overlay(Path("/"), self.layer, own / "work-below", below)] if self.layer else []),
            _overlay(lower, self.kept or own / "upper", own / "work", merged),
            *(f"mount --rbind /{each} {merged}/{each}" for each in ("dev", "proc", "sys")),
            f"mount -t tmpfs -o mode=1777 tmpfs {merged}/tmp",
            *(line for mount in sorted(self.mounts, key=lambda each: each.target) for line in _mounting(mount, merged)),
            *(f"mount -t tmpfs -o ro,mode=0555 tmpfs {merged}{folder}" for folder in self.closed),
            *([f"mount -o remount,ro {merged}"] if rights.is_read_only else []),
            shlex.join(["exec", "chroot", str(merged), "env", "-i", *_pairs(environment), *_as(rights, words, at)]),
        ]
        entering = ["nsenter", f"--net=/proc/{self.network}/ns/net"] if self.network else []
        return [*entering, "unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(script)]

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], rights: Rights = Rights(), at: str = "/"
    ) -> str:
        """What the command prints. Fails with its words where it fails."""
        done = subprocess.run(
            self.command(words, environment, rights, at), capture_output=True, text=True, check=False, cwd="/"
        )
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout


def _overlay(lower: Path, upper: Path, work: Path, merged: Path) -> str:
    for each in (upper, work):
        each.mkdir(parents=True, exist_ok=True)
    return f"mount -t overlay overlay -o lowerdir={lower},upperdir={upper},workdir={work} {merged}"


def _mounting(mount: Mount, merged: Path) -> list[str]:
    target = f"{merged}{mount.target}"
    made = f"mkdir -p {target}" if mount.source.is_dir() else f"mkdir -p $(dirname {target}) && touch {target}"
    closed = [f"mount -o remount,bind,ro {target}"] if mount.is_read_only else []
    return [f"[ -e {target} ] || {{ {made}; }}", f"mount --bind {mount.source} {target}", *closed]


def _pairs(environment: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in environment.items()]


def _as(rights: Rights, words: Sequence[str], at: str) -> list[str]:
    there = ["sh", "-c", f'cd {shlex.quote(at)} && exec "$@"', "sh", *words]
    if not rights.user:
        return there
    uid, gid = rights.user.split(":")
    nobody = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    return ["setpriv", *nobody, "--no-new-privs", *there]


def installing() -> dict[str, str]:
    """What steps that install packages need of this process's environment: where packages come from."""
    return {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "HTTP", "http"))
    }

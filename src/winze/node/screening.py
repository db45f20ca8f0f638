"""The screener: permits for deposits, except of addresses on the operator's lists (protocol §7).

A list is a text file with one address a line; `#` begins a comment. Lists are read again when their
files change. What it is asked about is kept nowhere, and stands in no message to the operator.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount

from winze.contracts import NetworkDescription, SignedPermit, sign_permit
from winze.protocol import EthAddress, Field, InvalidEthAddress, Seconds, Timestamp, Wei

from .errors import DepositRefused, ListUnusable

LISTED: Final = "Deposits that fail to meet AML standards cannot be accepted"
"""What the depositor is told whose address is on a list (flows.md)."""

Stamp = tuple[int, int, int]
"""What changes with a file: its inode, its size, its time of change in nanoseconds."""


@dataclass(frozen=True)
class _List:
    stamp: Stamp | None
    addresses: frozenset[EthAddress]


class Screener:
    """Who signs permits."""

    def __init__(
        self,
        key: LocalAccount,
        network: NetworkDescription,
        lists: Sequence[Path],
        *,
        lifetime: Seconds,
        now: Callable[[], Timestamp],
        warn: Callable[[str], None],
    ) -> None:
        """Read the lists.

        Args:
            key: signs the permits; the pool's owner names its address there.
            network: whose pool the permits are for.
            lists: files of refused addresses.
            lifetime: how long a permit holds.
            now: the chain's time.
            warn: is told when a list has changed and can no longer be read.

        Raises:
            ListUnusable: a file cannot be read, or holds a line that is no address.
        """
        self._key, self._network = key, network
        self._lifetime, self._now, self._warn = lifetime, now, warn
        self._lock = threading.Lock()
        self._lists = {path: _List(_stamp(path), read_list(path)) for path in lists}

    @property
    def address(self) -> EthAddress:
        """Whose signature the permits bear."""
        return EthAddress(self._key.address)

    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        """The permit for one deposit of `value` to `inner` by `depositor`.

        Raises:
            DepositRefused: the depositor is on a list or is nobody, or the value is zero.
        """
        # Looking at files and signing both block.
        return await asyncio.to_thread(self._permit, depositor, value, inner)

    def _permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        if depositor.is_zero:
            raise DepositRefused("the zero address makes no deposits: name the depositor's")
        if value == 0:
            raise DepositRefused("a deposit of 0 wei is none: name what will be deposited")
        if any(depositor in each for each in self._current()):
            raise DepositRefused(LISTED)
        return sign_permit(
            self._key,
            self._network.chain_id,
            self._network.pool,
            depositor=depositor,
            value=value,
            inner=inner,
            deadline=Timestamp(self._now() + self._lifetime),
        )

    def _current(self) -> Sequence[frozenset[EthAddress]]:
        """The lists as the files are now; a file that went bad counts as it last was good."""
        with self._lock:
            for path, known in self._lists.items():
                # Taken before reading: a file that changes meanwhile is read again next time.
                stamp = _stamp(path)
                if stamp != known.stamp:
                    self._lists[path] = _List(stamp, self._reread(path, known))
            return [each.addresses for each in self._lists.values()]

    def _reread(self, path: Path, known: _List) -> frozenset[EthAddress]:
        try:
            return read_list(path)
        except ListUnusable as problem:
            self._warn(f"{problem}; its {len(known.addresses)} addresses of before still count")
            return known.addresses


def read_list(path: Path) -> frozenset[EthAddress]:
    """The addresses that a list names.

    Raises:
        ListUnusable: the file cannot be read, or holds a line that is no address.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as problem:
        raise ListUnusable(f"the list {path} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError:
        raise ListUnusable(f"the list {path} is no UTF-8 text") from None
    return frozenset(_addresses(path, lines))


def _addresses(path: Path, lines: Sequence[str]) -> Iterator[EthAddress]:
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            try:
                yield EthAddress(text)
            except InvalidEthAddress as problem:
                raise ListUnusable(f"the list {path}, line {number}: {problem}") from problem


def _stamp(path: Path) -> Stamp | None:
    """What tells whether the file changed; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

"""`python -m tests.wallet.interrupted`: does the jobs that its input names, each in a process.

What takes long to import and to read is there once; every job is a fork of it, so that a kill
costs little. For each that ended a line tells its number and its exit status, as `waitpid` has it.
"""

import asyncio
import os
import signal
import sys
import traceback
from typing import NoReturn

from winze.circuits import Circuit, Prover, development_keys

from .person import Job, play


def main() -> None:
    """Fork a job for each line, and somebody who waits for it."""
    prover = Prover(development_keys())
    prover.load(Circuit.TRANSFER, Circuit.CLAIM)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for those who wait
    for line in iter(sys.stdin.readline, ""):
        job = Job.read(line)
        if os.fork() == 0:
            _wait_for(job, prover)


def _wait_for(job: Job, prover: Prover) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        _play(job, prover)
    _, status = os.waitpid(child, 0)
    os.write(1, f"{job.number} {status}\n".encode())
    os._exit(0)


def _play(job: Job, prover: Prover) -> NoReturn:
    log = os.open(f"{job.folder}/{job.number}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        asyncio.run(play(job, prover))
    except BaseException:  # noqa: BLE001 - whatever it is, it is for the log
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


main()

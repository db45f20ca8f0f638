"""Runs one program and ends it when whoever started the warden goes away, for whatever reason.

Run as a script: `python warden.py PROGRAM ARGUMENTS...`. Its standard input is a pipe that nobody
writes to. It ends when the starter closes it, and the kernel closes it when the starter dies, even
by a signal that leaves no time to clean up. The program then gets SIGTERM, so that it can save its
state, and later SIGKILL. It imports nothing of Winze, to start quickly and to need little memory.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 20.0
"""How long the program may take to save its state."""

_PR_SET_PDEATHSIG = 1


def main(command: list[str]) -> int:
    """Run `command` until it ends or our input does; its exit code, above 128 for a signal."""
    # Nothing else runs in this process yet, which is what makes `preexec_fn` safe.
    program = subprocess.Popen(  # noqa: S603 - whoever starts us chose the command
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - see above
    )
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda *_: program.terminate())
    threading.Thread(target=_end_with_input, args=(program,), daemon=True).start()
    code = program.wait()
    return code if code >= 0 else 128 - code


def _end_with_input(program: "subprocess.Popen[bytes]") -> None:
    # Not through `sys.stdin`, whose lock this thread would hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    program.terminate()
    try:
        program.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()


def _end_with_parent() -> None:
    """Have the kernel end the program should the warden itself be killed; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

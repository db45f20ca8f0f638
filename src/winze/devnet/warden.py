"""Runs one program and ends it when whoever started the warden goes away, for whatever reason.

Run as a script: `python warden.py PROGRAM ARGUMENTS...`. Its standard input is a pipe that nobody
writes to. It ends when the starter closes it, and the kernel closes it when the starter dies, even
by a signal that leaves no time to clean up. The program then gets SIGTERM, so that it can save its
state, and later SIGKILL. It imports nothing of Winze, to start quickly and to need little memory.
"""

import os
import subprocess
import sys
import threading

GRACE_SECONDS = 20.0
"""How long the program may take to save its state."""


def _end_with_input(program: "subprocess.Popen[bytes]") -> None:
    # Not through `sys.stdin`, whose lock this thread would hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    program.terminate()
    try:
        program.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()


def main(command: list[str]) -> int:
    """Run `command` until it ends or our input does; its exit code, above 128 for a signal."""
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own caller's
    threading.Thread(target=_end_with_input, args=(program,), daemon=True).start()
    code = program.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

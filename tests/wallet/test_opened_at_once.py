"""Several processes of one wallet may begin at the same moment: each opens the same new files."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from tests.wallet.worlds import seed
from winze.wallet import Journal, RowStore

AT_ONCE = 4
TIMES = 100

Opened = Callable[[Path], Journal | RowStore]


def come(opened: Opened, folder: Path, begin: Barrier) -> None:
    """Open one file after the other, each at the moment at which the others do."""
    try:
        for number in range(TIMES):
            begin.wait()
            opened(folder / str(number)).close()
    except BaseException:
        begin.abort()  # the others need not wait
        raise


@pytest.mark.parametrize(
    "opened", [lambda path: Journal(path, seed()), RowStore], ids=["journal", "rows"]
)
def test_who_opens_a_new_file_at_the_same_time_as_others_waits_for_them(
    tmp_path: Path, opened: Opened
) -> None:
    forked = multiprocessing.get_context("fork")
    begin = forked.Barrier(AT_ONCE, timeout=60)
    everybody = [
        forked.Process(target=come, args=(opened, tmp_path, begin)) for _ in range(AT_ONCE)
    ]
    for each in everybody:
        each.start()
    for each in everybody:
        each.join()
    assert [each.exitcode for each in everybody] == [0] * AT_ONCE

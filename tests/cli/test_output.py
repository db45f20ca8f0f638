"""How commands end: with a message, and a status that says what happened."""

import pytest
import typer

from winze.chain import ModelMismatch
from winze.cli.output import ExitCode, explained_errors
from winze.protocol import LedgerError


def status_of(error: BaseException) -> int:
    with pytest.raises(typer.Exit) as ended, explained_errors():
        raise error
    return ended.value.exit_code


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LedgerError("nothing to seal"), ExitCode.FAILED),
        (ModelMismatch("nothing to seal"), ExitCode.DISAGREES),
    ],
)
def test_an_error_of_ours_is_told_on_the_side_and_ends_the_command(
    error: Exception, status: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(error) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{type(error).__name__}: nothing to seal\n"


def test_a_message_is_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    message = f"[bold]{'x' * 200}[/bold] [1, 2] :smile:"
    assert status_of(LedgerError(message)) == ExitCode.FAILED
    assert capsys.readouterr().err == f"LedgerError: {message}\n"


def test_ctrl_c_has_a_status_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(KeyboardInterrupt()) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err == "interrupted\n"


def test_a_bug_is_not_explained_away() -> None:
    with pytest.raises(ZeroDivisionError), explained_errors():
        _ = 1 // 0


def test_where_nothing_goes_wrong_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with explained_errors():
        pass
    assert capsys.readouterr() == ("", "")

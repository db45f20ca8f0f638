"""`winze keys`: the keys with which statements are proved and verified."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from winze.circuits import (
    Circuit,
    CircuitKeys,
    Shelved,
    compile_constraints,
    development_keys,
    import_ceremony,
    shelved_keys,
)
from winze.files import sha256_of_file, write_atomically

from .output import KeyReporter, console, explained_errors, progress_console, show_json

keys = typer.Typer()

_AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
_HASH_SHOWN = 16


@keys.callback(invoke_without_command=True)
def development(context: typer.Context, as_json: _AsJson = False) -> None:
    """Make the development keys of all circuits, unless they are there, and show them.

    They are kept in Winze's data directory (WINZE_DATA moves it), and made again when a circuit
    changes or a file is damaged. Development keys are unsafe for real funds; the commands below
    are for those of a ceremony.
    """
    if context.invoked_subcommand is not None:
        return
    with explained_errors():
        found = development_keys(KeyReporter())
    if as_json:
        show_json({circuit: _plain(each) for circuit, each in found.items()})
        return
    table = Table("circuit", "kind", "constraints", "proving key", "verifying key", "folder")
    for circuit, each in found.items():
        manifest = each.manifest
        table.add_row(
            circuit,
            manifest.kind,
            f"{manifest.constraints:,}",
            manifest.proving_key_sha256[:_HASH_SHOWN],
            manifest.verifying_key_sha256[:_HASH_SHOWN],
            str(each.folder),
        )
    console.print(table)


@keys.command("list")
def list_all(as_json: _AsJson = False) -> None:
    """Show all keys on this machine, whoever made them, each file held against its hash."""
    with explained_errors():
        found = shelved_keys()
    if as_json:
        show_json([_plain_shelved(each) for each in found])
        return
    table = Table("circuit", "kind", "proving key", "size", "contributors", "folder", "problem")
    for each in found:
        table.add_row(*_row(each), str(each.folder), escape(each.problem))
    console.print(table)


@keys.command("r1cs")
def r1cs(
    circuit: Annotated[Circuit, typer.Argument(help="The circuit.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    as_json: _AsJson = False,
) -> None:
    """Write a circuit's constraints as an .r1cs file: what a ceremony for it starts from."""
    with explained_errors():
        progress_console.print(f"compiling the {circuit} circuit; about 10 seconds")
        content = compile_constraints(circuit.source, lambda _: None)
    try:
        write_atomically(out, content)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}") from error
    said = {"circuit": circuit, "file": str(out), "sha256": sha256_of_file(out)}
    if as_json:
        show_json(said)
    else:
        console.print(f"{out}: SHA-256 {said['sha256']}", soft_wrap=True, highlight=False)


@keys.command("import")
def import_zkey(
    zkey: Annotated[Path, typer.Argument(help="The .zkey file that the ceremony ended with.")],
    circuit: Annotated[
        Circuit | None, typer.Option(help="The circuit it is for; seen from the file if not said.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Import a ceremony's keys for one circuit, after checking them against it.

    Run `snarkjs zkey verify` first: only it can tell that the ceremony itself was sound.
    """
    with explained_errors():
        found = import_ceremony(zkey, circuit, KeyReporter())
    if as_json:
        show_json({"circuit": found.manifest.circuit} | _plain(found))
        return
    manifest = found.manifest
    console.print(f"the {manifest.circuit} circuit has a ceremony's keys in {found.folder}")
    for name, value in (
        ("proving key", manifest.proving_key_sha256),
        ("verifying key", manifest.verifying_key_sha256),
    ):
        console.print(f"  {name:<14} SHA-256 {value}", soft_wrap=True, highlight=False)
    for each in manifest.ceremony.contributions if manifest.ceremony else ():
        title = "beacon" if each.beacon else "contribution"
        text = f"  {title:<14} {each.hash} {each.name}"
        console.print(text, soft_wrap=True, highlight=False, markup=False)


def _row(shelved: Shelved) -> tuple[str, ...]:
    if shelved.keys is None:
        return ("?", "?", "?", "?", "?")
    manifest = shelved.keys.manifest
    return (
        escape(manifest.circuit),
        manifest.kind,
        manifest.proving_key_sha256[:_HASH_SHOWN],
        f"{shelved.keys.proving_key_bytes / 1e6:.1f} MB",
        escape(", ".join(_contributors(shelved.keys))),
    )


def _contributors(found: CircuitKeys) -> list[str]:
    ceremony = found.manifest.ceremony
    people = [each for each in ceremony.contributions if not each.beacon] if ceremony else []
    return [each.name or "(no name)" for each in people]


def _plain_shelved(shelved: Shelved) -> dict[str, object]:
    said: dict[str, object] = {"folder": str(shelved.folder), "problem": shelved.problem}
    if shelved.keys is None:
        return said
    return said | {"circuit": shelved.keys.manifest.circuit} | _plain(shelved.keys)


def _plain(found: CircuitKeys) -> dict[str, object]:
    manifest = found.manifest
    said: dict[str, object] = {
        "kind": manifest.kind,
        "constraints": manifest.constraints,
        "compiler": manifest.compiler,
        "source_hash": manifest.source_hash,
        "proving_key_sha256": manifest.proving_key_sha256,
        "proving_key_bytes": found.proving_key_bytes,
        "verifying_key_sha256": manifest.verifying_key_sha256,
        "setup_seconds": manifest.setup_seconds,
        "folder": str(found.folder),
    }
    if manifest.ceremony:
        said["ceremony"] = asdict(manifest.ceremony)
    return said

"""`winze keys`: the keys with which statements are proved and verified."""

from typing import Annotated

import typer
from rich.table import Table

from winze.circuits import CircuitKeys, development_keys

from .output import KeyReporter, console, explained_errors, show_json


def keys(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Make the development keys of all circuits, unless they are there, and show them.

    They are kept in Winze's data directory (WINZE_DATA moves it), and made again when a circuit
    changes or a file is damaged. Development keys are unsafe for real funds.
    """
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
            manifest.proving_key_sha256[:16],
            manifest.verifying_key_sha256[:16],
            str(each.folder),
        )
    console.print(table)


def _plain(found: CircuitKeys) -> dict[str, object]:
    manifest = found.manifest
    return {
        "kind": manifest.kind,
        "constraints": manifest.constraints,
        "compiler": manifest.compiler,
        "source_hash": manifest.source_hash,
        "proving_key_sha256": manifest.proving_key_sha256,
        "verifying_key_sha256": manifest.verifying_key_sha256,
        "setup_seconds": manifest.setup_seconds,
        "folder": str(found.folder),
    }

"""A circuit whose keys are made in a second."""

from pathlib import Path

from winze.circuits import CircuitKeys, KeyStore, Signals

SOURCE = """pragma circom 2.2.0;
include "factors.circom";
component main {public [product]} = Factors();
"""
TEMPLATE = """pragma circom 2.2.0;

// I know two factors of a product.
template Factors() {
    signal input product;
    signal input first;
    signal input second[2];
    signal quotient <-- second[0] \\ second[1];
    second[0] === quotient * second[1];
    product === first * quotient;
}
"""
FACTORS: Signals = {"product": 35, "first": 7, "second": [10, 2]}


def write_tiny(folder: Path, template: str = TEMPLATE) -> Path:
    """The circuit's sources in `folder`; its `main` is returned."""
    folder.mkdir(exist_ok=True)
    (folder / "factors.circom").write_text(template)
    main = folder / "tiny.circom"
    main.write_text(SOURCE)
    return main


def tiny_keys(folder: Path) -> CircuitKeys:
    """Its keys, made below `folder`."""
    return KeyStore(folder).keys("tiny", write_tiny(folder / "sources"))

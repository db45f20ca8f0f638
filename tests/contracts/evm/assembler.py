"""Bytecode written out, for parties whose every unit of gas matters."""

_OPCODES = {
    "STOP": 0x00,
    "SUB": 0x03,
    "LT": 0x10,
    "EQ": 0x14,
    "OR": 0x17,
    "SHA3": 0x20,
    "CALLER": 0x33,
    "CALLVALUE": 0x34,
    "CALLDATALOAD": 0x35,
    "CALLDATASIZE": 0x36,
    "CALLDATACOPY": 0x37,
    "CODECOPY": 0x39,
    "RETURNDATASIZE": 0x3D,
    "RETURNDATACOPY": 0x3E,
    "BLOCKHASH": 0x40,
    "SELFBALANCE": 0x47,
    "MSTORE": 0x52,
    "SLOAD": 0x54,
    "SSTORE": 0x55,
    "JUMP": 0x56,
    "JUMPI": 0x57,
    "GAS": 0x5A,
    "JUMPDEST": 0x5B,
    "TLOAD": 0x5C,
    "TSTORE": 0x5D,
    "PUSH0": 0x5F,
    "DUP1": 0x80,
    "SWAP2": 0x91,
    "LOG0": 0xA0,
    "LOG1": 0xA1,
    "CALL": 0xF1,
    "RETURN": 0xF3,
    "DELEGATECALL": 0xF4,
    "REVERT": 0xFD,
    "INVALID": 0xFE,
}
_PUSH1 = 0x60


def assemble(text: str) -> bytes:
    """The code that `text` writes: opcodes by name, and numbers, which are pushed.

    What follows a `;` up to the end of its line is a comment.
    """
    words = [word for line in text.splitlines() for word in line.partition(";")[0].split()]
    return b"".join(map(_encoded, words))


def _encoded(word: str) -> bytes:
    if word in _OPCODES:
        return bytes([_OPCODES[word]])
    number = int(word, 0)
    size = max(1, (number.bit_length() + 7) // 8)
    return bytes([_PUSH1 + size - 1]) + number.to_bytes(size)

"""Poseidon as fast as we have it; `poseidon_reference` says what it is.

Trees are hashes of two elements by the thousand, and for two the native library serves. It takes
no other number, so 1, 3 and 4 inputs, which occur once for a key, a header, a note that is spent
or claimed, go to the twin: slower, but a header's one hash is little beside its block's tree.
"""

from light_poseidon_python import Hasher

from .poseidon_reference import poseidon_reference
from .types import Field

_NATIVE_INPUTS = 2
_NATIVE = Hasher(_NATIVE_INPUTS)  # made once, which spares a fifth of each hash


def poseidon(*inputs: Field) -> Field:
    """Circomlib's Poseidon over 1 to 4 field elements (`H1` to `H4` of protocol §1).

    Raises:
        OutOfRange: there are no inputs, more than 4, or one is not an element of the field.
    """
    if len(inputs) != _NATIVE_INPUTS:
        return poseidon_reference(*inputs)
    # The library reduces whatever it is given, so that p and 0 would hash alike: check first.
    # It reads its inputs by `str`, which a masked secret would not survive: hence the plain int.
    elements = [
        int(element if isinstance(element, Field) else Field(element)) for element in inputs
    ]
    return Field(int(_NATIVE.hash(elements)))

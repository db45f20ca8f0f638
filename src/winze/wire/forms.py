"""JSON as nodes and wallets read and write it: strict, so that one content has one form.

What is absent is left out and never null; nothing unknown is passed over; numbers in JSON are whole
and below 2^53, for larger ones are texts (`spellings`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn

from .errors import InvalidForm

_INTEGER_DIGITS: Final = 16
_MOST_OPENED: Final = 200
_SHOWN: Final = 40


def read_json(text: str | bytes) -> Any:
    """What JSON `text` holds.

    Raises:
        InvalidForm: it is no JSON, repeats a field, has too many objects and lists, or a number
            that is not a whole one of at most 16 digits, written plainly.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        # The decoder recurses, and too deep a text would end the process, for libraries raise the
        # limit beyond what the stack holds (py_ecc does, which web3 imports). So what opens objects
        # and lists is counted before; inside of texts it counts too, but ours have none.
        if text.count("{") + text.count("[") > _MOST_OPENED:
            raise InvalidForm("body", f"has more than {_MOST_OPENED} objects and lists")
        return _DECODER.decode(text)
    except UnicodeDecodeError as problem:
        raise InvalidForm("body", "is no UTF-8 text") from problem
    except json.JSONDecodeError as problem:
        raise InvalidForm("body", f"is no JSON: {problem}") from problem


def write_json(form: Mapping[str, Any]) -> str:
    """`form` as compact JSON text."""
    return json.dumps(form, separators=(",", ":"))


def read_object(
    name: str, value: Any, required: Sequence[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """`value`, if it is an object with all `required` fields and otherwise only `optional` ones.

    Raises:
        InvalidForm: it is no object, or a field is missing or unknown; the field is named.
    """
    if not isinstance(value, dict):
        raise InvalidForm(name, f"must be an object, not {shown(value)}")
    for field in required:
        if field not in value:
            raise InvalidForm(f"{name}.{field}", "is missing")
    for field in value.keys() - {*required, *optional}:
        raise InvalidForm(f"{name}.{_shortened(field)}", "is unknown: leave it out")
    return value


def shown(value: object) -> str:
    """`value` for a message: nobody's text is echoed at length, nor anything nested at all."""
    if isinstance(value, str):
        return repr(_shortened(value))
    return repr(value) if isinstance(value, int | float | None) else f"a {type(value).__name__}"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidForm("body", "repeats a field of an object")
    return found


def _integer(digits: str) -> int:
    # "-0" would spell 0 a second time, and many digits cost time that grows with their square
    if digits == "-0" or len(digits) > _INTEGER_DIGITS:
        raise InvalidForm("body", f"has the integer {_shortened(digits)}, which no field takes")
    return int(digits)


def _fraction(digits: str) -> NoReturn:
    raise InvalidForm("body", f"has the number {_shortened(digits)}; only whole ones are used")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_fraction
)

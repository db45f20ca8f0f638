"""The configuration as text: a commented sample that loads, and what is in force."""

import json
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from .model import NodeConfig
from .settings import allowed, groups, is_secret, settings, variable

_EXAMPLES = {
    "network": "network.json",
    "rpc": ["http://127.0.0.1:8545"],
    "keys.relayer": "relayer.json",
}
"""What the sample sets, because there is no default."""

_HIDDEN = "(set, not shown)"


def sample_config() -> str:
    """A TOML file that names every key; what it leaves out is commented, with its default."""
    return "\n".join(_lines()) + "\n"


def shown_config(config: NodeConfig) -> dict[str, Any]:
    """What each key is set to, by its dotted name; a word in place of what may hold a password."""
    values = config.model_dump(mode="json")
    found = {}
    for key in settings():
        value: Any = values
        for name in key.split("."):
            value = value[name]
        found[key] = _HIDDEN if is_secret(key) else value
    return found


def _lines() -> Iterator[str]:
    yield "# The configuration of `winze node`. The variable in brackets sets a key as well,"
    yield "# and wins; lists are separated by commas there."
    yield "# Relative paths start at this file's folder."
    group = ""
    for key, field in settings().items():
        part, _, name = key.rpartition(".")
        if part != group:
            group = part
            yield f"\n# {groups()[part].__doc__}\n[{part}]"
        yield f"\n# {field.description}\n# Takes {allowed(field)}. [{variable(key)}]"
        yield _assignment(key, name, field)


def _assignment(key: str, name: str, field: FieldInfo) -> str:
    if key in _EXAMPLES:
        return f"{name} = {_toml(_EXAMPLES[key])}"
    if field.is_required() or field.default is None:
        return f"# {name} ="
    return f"# {name} = {_toml(field.default)}"


def _toml(value: Any) -> str:
    """A default as TOML writes it."""
    match value:
        case Decimal():
            return str(value)
        case bool() | int():
            return str(value).lower()
        case StrEnum() | str() | Path():
            return json.dumps(str(value))
    return "[" + ", ".join(_toml(each) for each in value) + "]"

"""Reading the configuration: a TOML file, the environment above it, a command's options above both.

Whatever is wrong is told at once, each problem with its key, its rule and where it was set.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from winze.contracts import InvalidNetworkDescription, NetworkDescription, load_network
from winze.files import data_directory

from ..errors import ConfigUnreadable, InvalidConfig
from .model import NodeConfig
from .problems import explained
from .settings import (
    CONFIG_VARIABLE,
    PASSPHRASE_VARIABLE,
    VARIABLE_PREFIX,
    groups,
    plain_types,
    settings,
    takes_list,
)


@dataclass(frozen=True)
class Given:
    """What a key was set to, and where."""

    value: Any
    where: str


def load_config(
    path: Path | None,
    environment: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
) -> NodeConfig:
    """The configuration that a file, the environment and a command's options make together.

    Relative paths in the file start at its folder. Without its own, a node counts on as many
    confirmations as its network asks for, and keeps its database in the data directory.

    Args:
        path: a TOML file; None where everything is set elsewhere.
        environment: variables like `WINZE_NODE_LISTEN__PORT`, which win over the file.
        options: values by dotted key, which win over both; None is not set.

    Raises:
        ConfigUnreadable: there is no such file, or it is no TOML.
        InvalidConfig: a key is unknown or missing, or its value breaks a rule.
    """
    given = dict(_from_file(path)) if path else {}
    given |= _from_environment(environment)
    given |= {
        key: Given(value, f"by --{key.rpartition('.')[2].replace('_', '-')}")
        for key, value in (options or {}).items()
        if value is not None
    }
    problems = list(_complete(given))
    try:
        config = NodeConfig(**_nested(given))
    except ValidationError as error:
        where = {key: each.where for key, each in given.items()}
        raise InvalidConfig([*problems, *explained(error, _nested(given), where)]) from None
    if problems:
        raise InvalidConfig(problems)
    return config


def _from_file(path: Path) -> Iterator[tuple[str, Given]]:
    try:
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigUnreadable(path, f"cannot be read ({problem})") from problem
    except tomllib.TOMLDecodeError as problem:
        raise ConfigUnreadable(path, f"is no TOML ({problem})") from None
    for name, value in content.items():
        parts = value if name in groups() and isinstance(value, dict) else {"": value}
        for inner, each in parts.items():
            key = f"{name}.{inner}" if inner else name
            yield key, Given(_placed(key, each, path.absolute().parent), f"in {path}")


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for name, text in environment.items():
        if not name.startswith(VARIABLE_PREFIX) or name in {PASSPHRASE_VARIABLE, CONFIG_VARIABLE}:
            continue
        key = name.removeprefix(VARIABLE_PREFIX).lower().replace("__", ".")
        field = settings().get(key)
        value = _placed(key, _read(text, field) if field else text, Path())
        yield key, Given(value, f"by the environment's {name}")


def _read(text: str, field: FieldInfo) -> Any:
    """What a variable's text stands for: lists are separated by commas."""
    if takes_list(field):
        return [part.strip() for part in text.split(",") if part.strip()]
    types = plain_types(field.annotation)
    if bool in types:
        return {"true": True, "false": False}.get(text.lower(), text)
    if int in types and text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    return text


def _placed(key: str, value: Any, folder: Path) -> Any:
    """`value` with the paths in it beginning at `folder`."""
    field = settings().get(key)
    if field is None or Path not in plain_types(field.annotation):
        return value
    if isinstance(value, list):
        return [_placed(key, each, folder) for each in value]
    return folder / Path(value).expanduser() if isinstance(value, str) and value else value


def _complete(given: dict[str, Given]) -> Iterator[str]:
    """Add what follows from the network, and yield what does not fit it."""
    network = _network(given.get("network"))
    if isinstance(network, str):
        yield network
    known = network if isinstance(network, NetworkDescription) else None
    least = known.profile.confirmations if known else 0
    name = known.name if known else "unknown"
    given.setdefault("confirmations", Given(least, "by the network"))
    if "database" not in given:
        url = f"sqlite:///{data_directory('node', name).absolute() / 'node.db'}"
        given["database"] = Given(url, "by default")
    asked = given["confirmations"]
    if isinstance(asked.value, int) and 0 <= asked.value < least:
        yield (
            f"confirmations = {asked.value} ({asked.where}): the network {name} asks for {least} "
            f"or more"
        )


def _network(given: Given | None) -> NetworkDescription | str | None:
    """The network that is named, what is wrong with it, or None where the model says it better."""
    if given is None or not isinstance(given.value, Path):
        return None
    try:
        return load_network(given.value)
    except InvalidNetworkDescription as problem:
        return f"network = {given.value} ({given.where}): {problem}"


def _nested(given: Mapping[str, Given]) -> dict[str, Any]:
    """The values as the model takes them: a table for each group."""
    content: dict[str, Any] = {}
    for key, each in given.items():
        group, dot, name = key.partition(".")
        if not dot:
            content[key] = each.value
        elif isinstance(table := content.setdefault(group, {}), dict):
            table[name] = each.value
    return content

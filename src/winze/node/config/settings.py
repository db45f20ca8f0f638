"""The keys of the configuration one by one: dotted names, what they take, who may see them."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .model import NodeConfig
from .types import Takes

VARIABLE_PREFIX: Final = "WINZE_NODE_"
"""What begins the name of each environment variable that sets a key."""

PASSPHRASE_VARIABLE: Final = "WINZE_NODE_PASSPHRASE"  # noqa: S105 - a name
"""The environment variable that holds the keystores' passphrase; no key of the configuration."""

CONFIG_VARIABLE: Final = "WINZE_NODE_CONFIG"
"""The environment variable that names the configuration's file; no key either."""


@cache
def settings() -> MappingProxyType[str, FieldInfo]:
    """Every key by its dotted name (`listen.port`), in the order of the model."""
    return MappingProxyType(dict(_leaves(NodeConfig, "")))


@cache
def groups() -> MappingProxyType[str, type[BaseModel]]:
    """The tables of keys by their names (`listen`), in the order of the model."""
    return MappingProxyType(
        {name: part for name, field in NodeConfig.model_fields.items() if (part := _part(field))}
    )


def variable(key: str) -> str:
    """The environment variable that sets `key`."""
    return VARIABLE_PREFIX + key.upper().replace(".", "__")


def is_secret(key: str) -> bool:
    """Whether what `key` is set to may hold a password, and is never shown."""
    return key in settings() and any(each.secret for each in _told(settings()[key]))


def allowed(field: FieldInfo) -> str:
    """What a key takes, in words."""
    if takes_list(field):
        least = ", at least one" if any(isinstance(rule, MinLen) for rule in field.metadata) else ""
        return f"a list{least}, each {_one(field)}"
    return _one(field)


def plain_types(annotation: Any) -> tuple[Any, ...]:
    """The types that make up an annotation, without `None`."""
    if not get_args(annotation):
        return () if annotation in {type(None), Ellipsis} else (annotation,)
    return tuple(kind for part in _parts(annotation) for kind in plain_types(part))


def takes_list(field: FieldInfo) -> bool:
    """Whether a key takes a list."""
    return get_origin(field.annotation) is tuple


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if part := _part(field):
            yield from _leaves(part, f"{name}.")
        else:
            yield prefix + name, field


def _part(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _told(field: FieldInfo) -> list[Takes]:
    """What the types of a field say of themselves."""
    said = [*field.metadata, *_metadata(field.annotation)]
    return [each for each in said if isinstance(each, Takes)]


def _metadata(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for part in _parts(annotation):
        yield from _metadata(part)


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The types inside an annotation; `Annotated` says more than its type after the first."""
    inner = get_args(annotation)
    return inner[:1] if hasattr(annotation, "__metadata__") else inner


def _one(field: FieldInfo) -> str:
    """What a key takes, or, if it takes a list, each member of it."""
    if said := _told(field):
        return said[0].words
    types = plain_types(field.annotation)
    if bool in types:
        return "true or false"
    if int in types or Decimal in types:
        return _number(field, "a whole number" if int in types else "a number")
    if Path in types:
        return "a file"
    choices = [str(each) for kind in types if issubclass(kind, StrEnum) for each in kind]
    return f"one of {', '.join(choices)}" if choices else "a text"


def _number(field: FieldInfo, words: str) -> str:
    for rule in field.metadata:
        match rule:
            case Ge():
                words += f" from {rule.ge}"
            case Gt():
                words += f" above {rule.gt}"
            case Le():
                words += f" to {rule.le:,}" if isinstance(rule.le, int) else f" to {rule.le}"
    return words

"""What is wrong with a configuration, in words: the key, the rule, and where it was set."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .settings import allowed, groups, is_secret, settings, variable


def explained(
    error: ValidationError, content: Mapping[str, Any], where: Mapping[str, str]
) -> Iterator[str]:
    """One line for each key that `error` complains of.

    Args:
        error: what the model says.
        content: what it was given, from which values are quoted unless they may hold a password.
        where: where each key was set, by its dotted name.
    """
    told: set[str] = set()
    for each in error.errors(include_url=False, include_input=False):
        key = _key(each)
        if key not in told:
            told.add(key)
            place = f" ({where[key]})" if key in where else ""
            yield f"{key}{_quoted(key, content)}{place}: {_rule(key, each)}"


def _key(problem: ErrorDetails) -> str:
    """The key that a problem is about; places inside lists and unions belong to their key."""
    if named := problem.get("ctx", {}).get("key"):
        return str(named)
    names = [str(part) for part in problem["loc"]]
    return ".".join(names[:2]) if names[0] in groups() else names[0]


def _quoted(key: str, content: Mapping[str, Any]) -> str:
    value: Any = content
    for name in key.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return ""
        value = value[name]
    # What an unknown key was given may be a secret in the wrong place.
    return "" if key not in settings() or is_secret(key) else f" = {value}"


def _rule(key: str, problem: ErrorDetails) -> str:
    field = settings().get(key)
    match problem["type"]:
        case "misfit":
            return problem["msg"]
        case "missing":
            return f"is missing: set it in the file, or as {variable(key)}"
        case "extra_forbidden":
            group = key.rpartition(".")[0]
            names = groups()[group].model_fields if group in groups() else [*settings(), *groups()]
            return f"is no key; there are {', '.join(n for n in names if '.' not in n)}"
        case "value_error":
            return problem["msg"].removeprefix("Value error, ")
    if field is None:
        return f"must be a table with {', '.join(groups()[key].model_fields)}"
    places = problem.get("ctx", {}).get("decimal_places")
    digits = f" with at most {places} decimal places" if places is not None else ""
    return f"must be {allowed(field)}{digits}"

"""The package's public face: what `__all__` lists is what there is."""

import inspect

import winze.protocol


def test_the_list_of_exports_is_what_the_package_holds() -> None:
    held = {
        name
        for name, value in vars(winze.protocol).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert sorted(winze.protocol.__all__) == sorted(held)


def test_nothing_is_exported_twice() -> None:
    assert len(set(winze.protocol.__all__)) == len(winze.protocol.__all__)


def test_every_error_of_the_package_is_exported() -> None:
    errors = inspect.getmembers(winze.protocol.errors, inspect.isclass)
    assert {name for name, _ in errors} <= set(winze.protocol.__all__)

"""JSON is read strictly, and nothing that is sent takes long to refuse."""

import pytest

from winze.wire import InvalidForm, read_json, read_object, write_json


def test_what_is_written_is_read() -> None:
    form = {"a": 1, "b": ["c", {}], "d": "é"}
    assert read_json(write_json(form)) == form == read_json(write_json(form).encode())


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "nul", '{"a": }', "[1,]", "{'a': 1}", '"\n"', "\ufeff{}", "1 2"),
        *(b"\xff", b"\xc0\x80", b'"\xed\xa0\x80"', "{}".encode("utf-16")),
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidForm, match=r"^body is no"):
        read_json(text)


@pytest.mark.parametrize("bomb", ["[" * 100_000, '{"a":' * 100_000, '[{"a":' * 200])
def test_deep_nesting_is_refused(bomb: str) -> None:
    with pytest.raises(InvalidForm, match=r"^body has more than 200 objects and lists"):
        read_json(bomb)


def test_as_much_as_may_be_nested_is_read() -> None:
    assert read_json("[" * 200 + "]" * 200)[0]
    with pytest.raises(InvalidForm, match=r"^body has more than 200 objects and lists"):
        read_json("[" * 201 + "]" * 201)


@pytest.mark.parametrize("size", [17, 4300, 4301, 60_000])
def test_long_integers_are_refused_before_they_are_read(size: int) -> None:
    assert read_json("9" * 16) == 10**16 - 1
    with pytest.raises(InvalidForm, match=r"^body has the integer 9{17}"):
        read_json("9" * size)
    with pytest.raises(InvalidForm, match=r"^body has the integer -9{16}"):
        read_json("-" + "9" * (size - 1))


@pytest.mark.parametrize("number", ["-0", "1.0", "1e3", "1E400", "NaN", "Infinity", "-Infinity"])
def test_only_whole_numbers_are_read_and_zero_in_one_spelling(number: str) -> None:
    with pytest.raises(InvalidForm, match=r"^body has the"):
        read_json(f"[{number}]")


def test_a_field_stands_once() -> None:
    with pytest.raises(InvalidForm, match=r"^body repeats a field"):
        read_json('{"a": {"b": 1, "b": 1}}')


@pytest.mark.parametrize("value", [[], "", 1, None, True])
def test_an_object_is_an_object(value: object) -> None:
    with pytest.raises(InvalidForm, match=r"^thing must be an object"):
        read_object("thing", value, ())


def test_surrogates_alone_are_text_that_nothing_takes() -> None:
    assert read_json('"\\ud800"') == "\ud800"

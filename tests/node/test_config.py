"""The configuration: where each value comes from, what is allowed, and how a refusal reads."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.node.networks import described
from winze.contracts import save_network
from winze.node import ConfigUnreadable, InvalidConfig, NodeConfig, load_config
from winze.node.config import BATCH_LIMIT, sample_config, shown_config
from winze.node.config.settings import settings, variable
from winze.protocol import FAST

RPC = "http://127.0.0.1:8545"
SECRET = "hunter2"  # noqa: S105 - that is the point


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINZE_DATA", str(tmp_path / "data"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds a network's description."""
    save_network(described(FAST), tmp_path / "network.json")
    return tmp_path


def written(folder: Path, text: str = "", *, keys: str = "relayer = 1") -> Path:
    """A file that sets what must be set, and `text`."""
    path = folder / "node.toml"
    path.write_text(f'network = "network.json"\nrpc = ["{RPC}"]\n[keys]\n{keys}\n{text}\n')
    return path


def setting(folder: Path, key: str, value: Any) -> NodeConfig:
    """What becomes of one key, set by an option."""
    return load_config(written(folder), {}, {key: value})


def refusal(folder: Path, text: str = "", environment: Mapping[str, str] | None = None) -> str:
    with pytest.raises(InvalidConfig) as refused:
        load_config(written(folder, text), environment or {})
    return str(refused.value)


def test_what_is_not_set_has_its_default(folder: Path) -> None:
    config = load_config(written(folder), {})
    assert (config.listen.host, config.listen.port) == ("127.0.0.1", 8600)
    assert config.listen.cors_origins == ()
    assert config.confirmations == FAST.confirmations
    assert config.database == f"sqlite:///{folder}/data/node/devnet/node.db"
    assert config.batches.size == BATCH_LIMIT
    assert (config.keys.builder, config.keys.distributor, config.keys.screener) == (1, 1, None)


def test_a_job_keeps_the_key_of_its_own(folder: Path) -> None:
    config = load_config(written(folder, keys='relayer = 1\nbuilder = "builder.json"'), {})
    assert config.keys.builder == folder / "builder.json"
    assert config.keys.distributor == 1


def test_the_environment_wins_over_the_file_and_an_option_over_both(folder: Path) -> None:
    path = written(folder, "[listen]\nport = 1")
    environment = {"WINZE_NODE_LISTEN__PORT": "2"}
    assert load_config(path, {}).listen.port == 1
    assert load_config(path, environment).listen.port == 2
    assert load_config(path, environment, {"listen.port": 3}).listen.port == 3
    assert load_config(path, environment, {"listen.port": None}).listen.port == 2


def test_everything_can_be_set_by_the_environment_alone(folder: Path) -> None:
    config = load_config(
        None,
        {
            "WINZE_NODE_NETWORK": str(folder / "network.json"),
            "WINZE_NODE_RPC": "http://one.example, https://two.example",
            "WINZE_NODE_KEYS__RELAYER": "relayer.json",
            "WINZE_NODE_KEYS__BUILDER": "3",
            "WINZE_NODE_WORK__DISTRIBUTE": "False",
            "WINZE_NODE_SCREENING__LISTS": "",
            "WINZE_NODE_FEES__FLOOR_GWEI": "0.000000001",
            "WINZE_NODE_LOG__FORMAT": "json",
            "WINZE_NODE_PASSPHRASE": SECRET,
            "WINZE_NODE_CONFIG": "node.toml",
            "HOME": "elsewhere",
        },
    )
    assert config.rpc == ("http://one.example", "https://two.example")
    assert (config.keys.relayer, config.keys.builder) == (Path("relayer.json"), 3)
    assert config.work.distribute is False
    assert config.screening.lists == ()
    assert config.fees.floor == 1
    assert config.log.format == "json"


def test_relative_paths_in_a_file_start_at_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    path = written(
        folder, '[screening]\nlists = ["a.txt", "/b.txt"]', keys='relayer = "r.json"\nscreener = 0'
    )
    config = load_config(path, {"WINZE_NODE_PASSPHRASE_FILE": "secret"})
    assert config.network == folder / "network.json"
    assert config.keys.relayer == folder / "r.json"
    assert config.screening.lists == (folder / "a.txt", Path("/b.txt"))
    assert config.passphrase_file == Path("secret")


def test_a_home_folder_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    config = load_config(written(folder, keys='relayer = "~/r.json"'), {})
    assert config.keys.relayer == folder / "r.json"


BOUNDS = {
    "confirmations": (FAST.confirmations, 10_000),
    "prover_workers": (1, 64),
    "low_balance_eth": (0, 1_000_000),
    "listen.port": (0, 65_535),
    "batches.size": (1, BATCH_LIMIT),
    "batches.wait": (0, 3600),
    "requests.queue": (1, 1_000_000),
    "requests.max_delay": (0, 31_536_000),
    "fees.margin_percent": (0, 1000),
    "fees.quote_lifetime": (60, 86_400),
    "screening.permit_lifetime": (60, 86_400),
    "limits.requests": (0, 10_000_000),
    "limits.screening": (0, 10_000_000),
    "limits.bulk": (0, 10_000_000),
    "limits.light": (0, 10_000_000),
}


def value_of(config: NodeConfig, key: str) -> Any:
    found: Any = config
    for name in key.split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("key", BOUNDS)
def test_a_number_is_taken_up_to_its_bounds_and_not_one_beyond(folder: Path, key: str) -> None:
    least, most = BOUNDS[key]
    for value in (least, most):
        assert value_of(setting(folder, key, value), key) == value
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidConfig, match=rf"{key} = {value} \(by --"):
            setting(folder, key, value)


def numbers() -> Iterator[str]:
    for key, field in settings().items():
        if field.annotation in (int, Decimal):
            yield key


def test_every_number_has_its_bounds_tested() -> None:
    apart = {"fees.floor_gwei", "fees.ceiling_gwei"}  # each is the other's bound, see below
    assert set(numbers()) == set(BOUNDS) | apart


def test_gas_prices_are_taken_up_to_each_other(folder: Path) -> None:
    for floor, ceiling in (("0", "0.000000001"), ("1000000", "1000000")):
        path = written(folder, f"[fees]\nfloor_gwei = {floor}\nceiling_gwei = {ceiling}")
        config = load_config(path, {})
        assert (config.fees.floor_gwei, config.fees.ceiling_gwei) == (
            Decimal(floor),
            Decimal(ceiling),
        )
    for floor, ceiling, said in (
        ("-0.1", "1", "fees.floor_gwei = -0.1"),
        ("0", "0", "fees.ceiling_gwei = 0"),
        ("1", "1000000.1", "fees.ceiling_gwei = 1000000.1"),
        ("1.1", "1", "fees.floor_gwei = 1.1"),
        ("0.0000000001", "1", "at most 9 decimal places"),
        ("nan", "1", "fees.floor_gwei = NaN"),
    ):
        assert said in refusal(folder, f"[fees]\nfloor_gwei = {floor}\nceiling_gwei = {ceiling}")


def test_amounts_are_exact(folder: Path) -> None:
    config = load_config(written(folder, "[fees]\nfloor_gwei = 0.1\nceiling_gwei = 0.3"), {})
    assert (config.fees.floor, config.fees.ceiling) == (10**8, 3 * 10**8)
    million = "999999.999999999999999999"
    config = load_config(written(folder), {"WINZE_NODE_LOW_BALANCE_ETH": million})
    assert config.low_balance == 10**24 - 1


def test_a_network_that_asks_for_more_confirmations_is_heard(folder: Path) -> None:
    profile = replace(FAST, confirmations=7)
    save_network(replace(described(FAST), profile=profile), folder / "network.json")
    assert load_config(written(folder), {}).confirmations == 7
    assert setting(folder, "confirmations", 7).confirmations == 7
    with pytest.raises(InvalidConfig, match="the network devnet asks for 7 or more"):
        setting(folder, "confirmations", 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[listen]\nport = true", "listen.port = True (in {path}): must be a whole number from 0"),
        ('[listen]\nport = "8600"', "listen.port = 8600 (in {path}): must be a whole number"),
        ("[listen]\nport = 1.0", "listen.port = 1.0 (in {path}): must be a whole number"),
        ('[listen]\nhost = ""', "listen.host =  (in {path}): must be a text"),
        ("[listen]\nprot = 1", "listen.prot (in {path}): is no key; there are host, port, cors"),
        ("[listne]\nport = 1", "listne (in {path}): is no key; there are network, rpc, database"),
        ("[work]\nbuild = 1", "work.build = 1 (in {path}): must be true or false"),
        ('[log]\nlevel = "loud"', "log.level = loud (in {path}): must be one of debug, info, "),
        (
            '[screening]\nlists = "a"',
            "screening.lists = {folder}/a (in {path}): must be a list, each a f",
        ),
        (
            '[listen]\ncors_origins = ["https://app.example/"]',
            "listen.cors_origins = ['https://app.example/'] (in {path}): must be a scheme and a h",
        ),
        ('[listen]\ntrusted_proxies = ["proxy"]', "(in {path}): must be an IP address, like 127"),
        ('[screening]\nlists = ["a"]', "keys.screener: is missing: screening.lists needs it"),
    ],
)
def test_a_refusal_says_the_key_the_value_the_place_and_the_rule(
    folder: Path, text: str, said: str
) -> None:
    path = folder / "node.toml"
    assert said.format(path=path, folder=folder) in refusal(folder, text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("WINZE_NODE_LISTEN__PORT", "http", "listen.port = http (by the environment's WINZE_NODE"),
        ("WINZE_NODE_LISTEN__PORT", "²", "must be a whole number from 0 to 65,535"),
        ("WINZE_NODE_WORK__BUILD", "yes", "work.build = yes (by the environment's WINZE_NODE_WOR"),
        ("WINZE_NODE_PROT", "1", "prot (by the environment's WINZE_NODE_PROT): is no key"),
        ("WINZE_NODE_LISTEN", "1", "listen (by the environment's WINZE_NODE_LISTEN): must be a t"),
        ("WINZE_NODE_KEYS__RELAYER", "-1", "keys.relayer = -1 (by the environment's"),
    ],
)
def test_a_refusal_names_the_variable(folder: Path, name: str, text: str, said: str) -> None:
    assert said in refusal(folder, environment={name: text})


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    said = refusal(folder, "[listen]\nport = -1\n[batches]\nsize = 0", {"WINZE_NODE_X": "1"})
    assert [line.split()[0] for line in said.splitlines()[1:]] == [
        "listen.port",
        "batches.size",
        "x",
    ]


def test_what_is_missing_is_told_with_its_variable() -> None:
    with pytest.raises(InvalidConfig) as refused:
        load_config(None, {})
    assert refused.value.problems == (
        "network: is missing: set it in the file, or as WINZE_NODE_NETWORK",
        "rpc: is missing: set it in the file, or as WINZE_NODE_RPC",
    )


@pytest.mark.parametrize(
    ("work", "key"),
    [("relay", "relayer"), ("build", "builder"), ("distribute", "distributor")],
)
def test_a_job_needs_its_key_unless_it_is_switched_off(folder: Path, work: str, key: str) -> None:
    others = {"relay", "build", "distribute"} - {work}
    off = "[work]\n" + "\n".join(f"{name} = false" for name in sorted(others))
    path = written(folder, off, keys="")
    with pytest.raises(
        InvalidConfig, match=rf"keys.{key}: is missing: set it, or work.{work} to f"
    ):
        load_config(path, {})
    assert load_config(written(folder, f"{off}\n{work} = false", keys=""), {}).keys.relayer is None
    assert load_config(written(folder, off, keys=f"{key} = 4"), {})


@pytest.mark.parametrize(
    "url",
    ["", SECRET, f"ws://{SECRET}", f"http:///{SECRET}", f"http://[{SECRET}", f"{SECRET}://host"],
)
def test_a_chains_url_is_for_the_web_and_never_shown(folder: Path, url: str) -> None:
    with pytest.raises(InvalidConfig, match=r"rpc \(by --rpc\): must begin with http") as refused:
        setting(folder, "rpc", [url, url])
    assert SECRET not in str(refused.value)
    assert len(refused.value.problems) == 1


def test_a_chain_is_asked_somewhere(folder: Path) -> None:
    with pytest.raises(
        InvalidConfig, match=r"rpc \(by --rpc\): must be a list, at least one, each"
    ):
        setting(folder, "rpc", [])


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (SECRET, "is no database URL"),
        (f"mysql://me:{SECRET}@host/node", "must be of sqlite or postgresql"),
        (f"sqlite:///{SECRET}.db", "must name a file from the root on"),
        ("sqlite://", "must name a file from the root on"),
        ("sqlite:///:memory:", "must name a file from the root on"),
    ],
)
def test_a_database_lasts_and_is_never_shown(folder: Path, url: str, problem: str) -> None:
    with pytest.raises(InvalidConfig, match=rf"database \(by --database\): {problem}") as refused:
        setting(folder, "database", url)
    assert SECRET not in str(refused.value)


def test_what_may_hold_a_password_is_never_shown(folder: Path) -> None:
    path = written(folder, "[listen]\nport = -1")
    environment = {
        "WINZE_NODE_DATABASE": f"postgresql://me:{SECRET}@host/node",
        "WINZE_NODE_RPC": f"https://host/{SECRET}",
        "WINZE_NODE_PASSPHRASES": SECRET,
    }
    with pytest.raises(InvalidConfig) as refused:
        load_config(path, environment)
    assert SECRET not in str(refused.value)
    config = load_config(written(folder), {k: v for k, v in environment.items() if k[-1] != "S"})
    assert SECRET in config.database
    for text in (repr(config), str(config), str(shown_config(config))):
        assert SECRET not in text
    assert shown_config(config)["listen.port"] == 8600


@pytest.mark.parametrize("text", ["[listen", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_points_at_the_sample(
    tmp_path: Path, text: str | bytes | None
) -> None:
    path = tmp_path / "node.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigUnreadable, match="`winze node config` prints a sample"):
        load_config(path, {})


def test_a_network_that_cannot_be_read_is_told_beside_the_rest(folder: Path) -> None:
    (folder / "network.json").write_text("{}")
    said = refusal(folder, "[listen]\nport = -1")
    assert f"network = {folder}/network.json (in {folder}/node.toml): network description" in said
    assert "listen.port = -1" in said


def test_the_sample_loads_and_sets_only_what_must_be_set(folder: Path) -> None:
    path = folder / "sample.toml"
    path.write_text(sample_config())
    config = load_config(path, {})
    assert config == load_config(
        None,
        {},
        {
            "network": folder / "network.json",
            "rpc": [RPC],
            "keys.relayer": folder / "relayer.json",
        },
    )


def test_the_sample_with_every_default_written_out_is_the_same(folder: Path) -> None:
    lines = sample_config().splitlines()
    out = [
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line
        for line in lines
    ]
    path = folder / "sample.toml"
    path.write_text(sample_config())
    whole = folder / "whole.toml"
    whole.write_text("\n".join(out))
    assert load_config(whole, {}) == load_config(path, {})
    assert sum(line != again for line, again in zip(lines, out, strict=True)) > 15


def test_the_sample_names_every_key_with_its_variable() -> None:
    sample = sample_config()
    for key in settings():
        assert f"[{variable(key)}]" in sample


def test_a_configuration_does_not_change(folder: Path) -> None:
    config = load_config(written(folder), {})
    with pytest.raises(ValueError, match="frozen"):
        config.listen.port = 1


def test_origins_and_proxies_are_taken_as_they_are_written(folder: Path) -> None:
    path = written(folder, '[listen]\ncors_origins = ["*"]\ntrusted_proxies = ["::1", "10.0.0.1"]')
    listen = load_config(path, {}).listen
    assert listen.cors_origins == ("*",)
    assert listen.trusted_proxies == ("::1", "10.0.0.1")
    origins = ("https://app.example", "http://127.0.0.1:8080")
    assert setting(folder, "listen.cors_origins", origins).listen.cors_origins == origins

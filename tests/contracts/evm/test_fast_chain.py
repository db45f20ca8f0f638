"""Both EVMs behave the same below our contracts: each test runs on either.

an account     has a balance · is given code · keeps its storage
a call         is answered · logs · reverts with words, without, or out of gas · is undone ·
               leaves no transient storage · comes from an account that has code
a block hash   is known for 256 blocks, by the contract as by the test
a history      is told alike by both
"""

import pytest

from tests.contracts.evm.assembler import assemble
from tests.contracts.evm.chain import NO_HASH, NO_WORDS, OUT_OF_GAS, CallFailed, Chain
from tests.contracts.evm.deployment import artifacts
from tests.contracts.evm.fast_chain import FastChain
from tests.contracts.evm.parties import Fickle, bookkeeper
from tests.contracts.evm.samples import ALICE, BOB, CAROL, OWNER, Town
from winze.protocol import ETHER, EthAddress, Refused, keccak, word

ACCOUNT = EthAddress("0x" + "ac" * 20)
RETURN = "PUSH0 MSTORE 0x20 PUSH0 RETURN"
NOW = 1_750_000_000


@pytest.fixture(params=[Chain, FastChain])
def chain(request: pytest.FixtureRequest) -> Chain:
    made: Chain = request.param(NOW)
    return made


def asked(chain: Chain, program: str, data: bytes = b"") -> int:
    """What a program answers."""
    chain.place(ACCOUNT, assemble(program))
    return int.from_bytes(chain.call(ACCOUNT, data, sender=ALICE).output)


def test_a_call_brings_its_value_and_the_sender_keeps_nothing(chain: Chain) -> None:
    chain.give(BOB, 5)
    chain.call(BOB, b"", sender=ALICE, value=3)
    assert (chain.balance(BOB), chain.balance(ALICE)) == (8, 0)


def test_code_that_changes_leaves_balance_and_storage_alone(chain: Chain) -> None:
    chain.place(ACCOUNT, assemble("7 PUSH0 SSTORE STOP"))
    chain.call(ACCOUNT, b"", sender=ALICE, value=3)
    assert asked(chain, f"PUSH0 SLOAD {RETURN}") == 7
    assert chain.balance(ACCOUNT) == 3


def test_what_is_stored_without_a_call_is_read_by_the_next_call(chain: Chain) -> None:
    program = f"PUSH0 SLOAD {RETURN}"
    for number in (5, 6):
        chain.store(ACCOUNT, 0, number)
        assert asked(chain, program) == chain.stored(ACCOUNT, 0) == number


def test_logs_come_with_their_topics_in_their_order(chain: Chain) -> None:
    chain.place(ACCOUNT, assemble("9 PUSH0 MSTORE 8 0x20 PUSH0 LOG1 PUSH0 PUSH0 LOG0 STOP"))
    logs = chain.call(ACCOUNT, b"", sender=ALICE).logs
    assert logs == ((ACCOUNT, (word(8),), word(9)), (ACCOUNT, (), b""))


def test_an_execution_costs_the_same_gas_on_both() -> None:
    used = []
    for kind in (Chain, FastChain):
        chain = kind(NOW)
        chain.place(ACCOUNT, assemble("7 PUSH0 SSTORE STOP"))
        used.append(chain.call(ACCOUNT, bytes(40) + b"\1" * 60, sender=ALICE).gas)
    assert used == [22_105] * 2


@pytest.mark.parametrize(
    ("program", "gas", "reason"),
    [
        ("PUSH0 PUSH0 REVERT", None, NO_WORDS),
        ("JUMPDEST PUSH0 JUMP", 30_000, OUT_OF_GAS),
        ("7 PUSH0 SSTORE STOP", 22_104, OUT_OF_GAS),
    ],
)
def test_a_failing_call_says_why_and_leaves_the_value_with_nobody(
    chain: Chain, program: str, gas: int | None, reason: str
) -> None:
    chain.place(ACCOUNT, assemble(program))
    with pytest.raises(CallFailed) as failure:
        chain.call(ACCOUNT, b"", sender=ALICE, value=3, gas=gas)
    assert failure.value.reason == reason
    assert (chain.balance(ACCOUNT), chain.balance(ALICE)) == (0, 0)


def test_a_call_with_just_enough_gas_succeeds(chain: Chain) -> None:
    chain.place(ACCOUNT, assemble("7 PUSH0 SSTORE STOP"))
    chain.call(ACCOUNT, b"", sender=ALICE, gas=22_105)
    assert chain.stored(ACCOUNT, 0) == 7


def test_transient_storage_ends_with_the_call(chain: Chain) -> None:
    program = f"PUSH0 TLOAD 7 PUSH0 TSTORE {RETURN}"
    assert [asked(chain, program), asked(chain, program)] == [0, 0]


def test_what_is_undone_did_not_happen(chain: Chain) -> None:
    chain.place(ACCOUNT, assemble("CALLVALUE PUSH0 SSTORE STOP"))
    chain.call(ACCOUNT, b"", sender=ALICE, value=1)
    with chain.undone():
        chain.call(ACCOUNT, b"", sender=ALICE, value=2)
        assert chain.stored(ACCOUNT, 0) == 2
    assert (chain.stored(ACCOUNT, 0), chain.balance(ACCOUNT)) == (1, 1)
    chain.call(ACCOUNT, b"", sender=ALICE, value=4)
    assert (chain.stored(ACCOUNT, 0), chain.balance(ACCOUNT)) == (4, 5)


def test_an_account_with_code_can_call_and_still_is_what_it_was(chain: Chain) -> None:
    party = bookkeeper(chain, ACCOUNT)
    chain.place(BOB, assemble(f"CALLER {RETURN}"))
    for _ in range(2):
        answer = chain.call(BOB, b"", sender=party.address)
        assert answer.output == bytes(12) + ACCOUNT.bytes20
        chain.call(ACCOUNT, b"", sender=ALICE, value=5)
    assert (chain.stored(ACCOUNT, 5), chain.stored(ACCOUNT, 10)) == (5, 5)


def test_the_calls_of_an_account_with_code_fail_with_the_same_words(chain: Chain) -> None:
    fickle = Fickle.at(chain, ACCOUNT)
    itx = chain.deploy(artifacts()["itx"], ALICE, sender=OWNER)
    data = artifacts()["itx"].abi.function("mint", 1).encode([1 << 160 | int(BOB, 16)])
    for takes in (True, False):
        fickle.decide(takes=takes)
        with pytest.raises(CallFailed, match="only the minter"):
            chain.call(itx, data, sender=ACCOUNT)
    with pytest.raises(CallFailed):
        chain.call(ACCOUNT, b"", sender=ALICE)


@pytest.mark.parametrize(("age", "known"), [(0, False), (1, True), (256, True), (257, False)])
def test_a_hash_is_known_for_256_blocks(chain: Chain, age: int, *, known: bool) -> None:
    number = chain.number - age
    seen = asked(chain, f"{number} BLOCKHASH {RETURN}")
    assert word(seen) == chain.blockhash(number)
    assert (word(seen) != NO_HASH) == known


def test_deployed_contracts_get_the_addresses_that_their_nonces_give(chain: Chain) -> None:
    before = chain.nonce(OWNER)
    first, second = (chain.deploy(artifacts()["itx"], ALICE, sender=OWNER) for _ in range(2))
    assert first != second
    assert chain.nonce(OWNER) == before + 2


def a_history(kind: type[Chain]) -> list[object]:
    """What a few calls come to."""
    town = Town(chain=kind)
    told: list[object] = []
    for number in range(40):
        told.append(town.deposit(BOB, ETHER, int.from_bytes(keccak(word(number))) >> 8, mine=True))
        told.append(town.answer.logs)
    transfers = [town.transfer(amount=7, fee=2, recipient=CAROL) for _ in range(16)]
    told += [town.execute(ALICE, transfers), town.answer.logs]
    with pytest.raises(Refused) as refusal:
        town.withdraw(ALICE, CAROL, CAROL)
    return [*told, str(refusal.value), town.chain.balance(CAROL)]


def test_both_tell_the_same_history() -> None:
    assert a_history(FastChain) == a_history(Chain)

"""An external wallet is asked in the right order, and nothing it answers is believed."""

from collections.abc import AsyncIterator

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from tests.chains import Chain, bare_chain
from tests.wallet.connection.providers import FakeProvider, UnlockedProvider
from tests.wallet.worlds import network
from winze.contracts import (
    ContractCall,
    InsufficientFunds,
    RpcError,
    TransactionReverted,
    WrongNetwork,
    connect,
    eth_balance,
    request,
)
from winze.devnet import funded_account, set_balance
from winze.protocol import EthAddress, InvalidSignature, Wei
from winze.wallet import (
    Declined,
    ExternalConnection,
    LocalConnection,
    ProviderError,
    SentTransaction,
    WrongSigner,
    sign_in,
)

FRIEND = EthAddress("0x" + "f0" * 20)
GIFT = ContractCall("a gift", FRIEND, b"", Wei(5))
OWN = funded_account(2)
ADDRESS = EthAddress(OWN.address)
HASH = "0x" + "ab" * 32


def signature(text: str, key: str = "") -> str:
    signer = Account.from_key(key) if key else OWN
    return "0x" + bytes(signer.sign_message(encode_defunct(text=text)).signature).hex()


# -- signatures, which need no chain ---------------------------------------------------------------


def signing(answer: object) -> tuple[ExternalConnection, FakeProvider]:
    provider = FakeProvider({"personal_sign": answer})
    return ExternalConnection(provider, ADDRESS, connect("http://127.0.0.1:1")), provider


async def test_a_text_is_handed_over_as_bytes_with_the_account() -> None:
    mine, provider = signing(signature("hallö"))
    assert (await mine.sign_message("hallö")).hex() == signature("hallö")[2:]
    assert provider.asked == [("personal_sign", ["0x" + "hallö".encode().hex(), ADDRESS])]


@pytest.mark.parametrize("v", ["1b", "1c", "00", "01"])
async def test_every_spelling_of_v_is_read(v: str) -> None:
    found = signature("text")
    fitting = int(v, 16) % 27 == int(found[-2:], 16) % 27
    mine, _ = signing(found[:-2] + v)
    if fitting:
        assert len(await mine.sign_message("text")) == 65
    else:
        with pytest.raises((WrongSigner, InvalidSignature)):
            await mine.sign_message("text")


async def test_a_signature_by_another_key_or_of_another_text_is_refused() -> None:
    for answer in (signature("text", "0x" + "11" * 32), signature("another text")):
        with pytest.raises(WrongSigner, match=ADDRESS):
            await signing(answer)[0].sign_message("text")


@pytest.mark.parametrize(
    "answer", [None, 7, "", "0x", "0xzz", "0x" + "5e" * 64, "0x" + "00" * 65], ids=str
)
async def test_what_is_no_signature_is_refused(answer: object) -> None:
    with pytest.raises(InvalidSignature):
        await signing(answer)[0].sign_message("text")


async def test_a_number_that_no_point_has_is_no_signature() -> None:
    unknown = "0x" + (5).to_bytes(32).hex() + (1).to_bytes(32).hex() + "1b"
    with pytest.raises(InvalidSignature, match="no key"):
        await signing(unknown)[0].sign_message("text")


@pytest.mark.parametrize("code", [4001, 4100])
async def test_an_owner_who_says_no_is_told_apart(code: int) -> None:
    with pytest.raises(Declined, match="personal_sign"):
        await signing(ProviderError(code, "no"))[0].sign_message("text")


async def test_another_error_keeps_its_code_and_words() -> None:
    with pytest.raises(ProviderError, match=r"busy.*-32002") as told:
        await signing(ProviderError(-32002, "busy"))[0].sign_message("text")
    assert told.value.code == -32002


# -- sending ---------------------------------------------------------------------------------------


@pytest.fixture
async def chain() -> AsyncIterator[Chain]:
    async with bare_chain() as chain:
        yield chain


def sending(chain: Chain, **changes: object) -> tuple[ExternalConnection, FakeProvider]:
    answers = {
        "eth_chainId": "0x7a69",
        "eth_accounts": [str(FRIEND), str(ADDRESS).lower()],
        "eth_sendTransaction": HASH,
    }
    provider = FakeProvider(answers | changes)
    return ExternalConnection(provider, ADDRESS, chain.w3), provider


@pytest.mark.chain
async def test_preparing_asks_the_wallet_for_its_chain_alone(chain: Chain) -> None:
    mine, provider = sending(chain)
    assert await mine.prepare(GIFT) == SentTransaction(0)
    assert [method for method, _ in provider.asked] == ["eth_chainId"]


@pytest.mark.chain
async def test_chain_and_account_are_looked_at_right_before_it_sends(chain: Chain) -> None:
    mine, provider = sending(chain)
    sent = await mine.send(GIFT, SentTransaction(9))
    assert sent == SentTransaction(9, HASH)
    assert [method for method, _ in provider.asked] == [
        *("eth_chainId", "eth_accounts", "eth_sendTransaction")
    ]
    (fields,) = provider.asked[-1][1]
    assert (fields["from"], fields["to"], fields["chainId"]) == (ADDRESS, FRIEND, "0x7a69")
    assert "nonce" not in fields


@pytest.mark.chain
async def test_what_has_a_hash_is_not_sent_again(chain: Chain) -> None:
    mine, provider = sending(chain)
    known = SentTransaction(9, HASH)
    assert await mine.send(GIFT, known) == known
    assert provider.asked == []


@pytest.mark.chain
@pytest.mark.parametrize("answer", ["0x1", "1", None, 31337, "0x" + "f" * 40], ids=str)
async def test_another_chain_is_named_beside_the_networks(chain: Chain, answer: object) -> None:
    mine, provider = sending(chain, eth_chainId=answer)
    for asking in (mine.prepare(GIFT), mine.send(GIFT, SentTransaction(0))):
        with pytest.raises(WrongNetwork, match="chain 31337 and the wallet on chain"):
            await asking
    assert provider.times("eth_sendTransaction") == 0


@pytest.mark.chain
async def test_an_account_that_is_not_there_is_asked_for_once(chain: Chain) -> None:
    mine, provider = sending(chain, eth_accounts=[], eth_requestAccounts=[str(ADDRESS)])
    await mine.send(GIFT, SentTransaction(0))
    assert provider.times("eth_requestAccounts") == 1


@pytest.mark.chain
@pytest.mark.parametrize("given", [[], [str(FRIEND)], None, "x"], ids=str)
async def test_without_the_account_nothing_is_sent(chain: Chain, given: object) -> None:
    mine, provider = sending(chain, eth_accounts=[], eth_requestAccounts=given)
    with pytest.raises(Declined, match=ADDRESS):
        await mine.send(GIFT, SentTransaction(0))
    assert provider.times("eth_sendTransaction") == 0


@pytest.mark.chain
@pytest.mark.parametrize("answer", [None, 5, "", "0x12", HASH + "00"], ids=str)
async def test_what_is_no_hash_is_told(chain: Chain, answer: object) -> None:
    with pytest.raises(RpcError, match="no transaction's hash"):
        await sending(chain, eth_sendTransaction=answer)[0].send(GIFT, SentTransaction(0))


@pytest.mark.chain
@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (ProviderError(4001, "User rejected"), Declined),
        (ProviderError(-32000, "insufficient funds for gas * price + value"), InsufficientFunds),
        (ProviderError(-32603, "execution reverted: Pool: no"), TransactionReverted),
        (ProviderError(-32603, "who knows"), RpcError),
    ],
    ids=str,
)
async def test_a_wallets_refusal_is_told_as_what_it_is(
    chain: Chain, problem: ProviderError, told: type[Exception]
) -> None:
    with pytest.raises(told):
        await sending(chain, eth_sendTransaction=problem)[0].send(GIFT, SentTransaction(0))


@pytest.mark.chain
async def test_a_wallet_is_asked_to_switch_to_the_networks_chain(chain: Chain) -> None:
    mine, provider = sending(chain, wallet_switchEthereumChain=None)
    await mine.switch_chain()
    assert provider.asked == [("wallet_switchEthereumChain", [{"chainId": "0x7a69"}])]


@pytest.mark.chain
async def test_what_cannot_be_paid_or_is_refused_does_not_reach_the_wallet(chain: Chain) -> None:
    mine, provider = sending(chain)
    await set_balance(chain.w3, ADDRESS, Wei(6))
    with pytest.raises(InsufficientFunds):
        await mine.send(GIFT, SentTransaction(0))
    await request(chain.w3, "placing", "anvil_setCode", FRIEND, "0x5f5ffd")
    with pytest.raises(TransactionReverted):
        await mine.send(GIFT, SentTransaction(0))
    assert provider.times("eth_sendTransaction") == 0


@pytest.mark.chain
async def test_a_real_external_wallet_signs_in_and_sends(chain: Chain) -> None:
    mine = ExternalConnection(UnlockedProvider(chain.url), ADDRESS, chain.w3)
    local = LocalConnection(chain.w3, OWN, network())
    identities = [await sign_in(ADDRESS, each.sign_message, network()) for each in (mine, local)]
    assert identities[0] == identities[1]
    prepared = await mine.prepare(GIFT)
    sent = await mine.send(GIFT, prepared)
    assert await mine.send(GIFT, sent) == sent
    assert await eth_balance(chain.w3, FRIEND) == 5
    assert await request(chain.w3, "looking", "eth_getTransactionReceipt", sent.hash)

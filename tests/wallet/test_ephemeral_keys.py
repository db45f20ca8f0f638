"""The key that a transfer's two memos share is drawn anew for each transfer (protocol §5)."""

from tests.wallet.worlds import OWN, STRANGER, World, network, seed
from winze.protocol import ETHER, Field, Memo, Wei, seal_memos
from winze.wallet import NoteFinder, Payment, Spender

SEED = seed()
KEY_BYTES = len(SEED.viewing.public)
BOX_BYTES = 64
TAG_BYTES = 16
ONCE = bytes(range(KEY_BYTES))


def first_box(memo: Memo) -> bytes:
    """What stands in the first memo's box, without its tag, if the key is always the same."""
    sealed = seal_memos([(memo, SEED.viewing.public), (memo, SEED.viewing.public)], ONCE)
    return sealed[KEY_BYTES + TAG_BYTES : KEY_BYTES + BOX_BYTES]


def test_the_same_key_twice_would_betray_both_memos() -> None:
    """What one box holds more than the other is seen by everybody, without any key."""
    one, other = (first_box(Memo(Wei(value), Field(5), OWN)) for value in (3, ETHER))
    difference = bytes(a ^ b for a, b in zip(one, other, strict=True))
    assert int.from_bytes(difference[:12]) == 3 ^ ETHER
    assert not any(difference[12:])


def test_every_transfer_has_a_key_of_its_own() -> None:
    world = World()
    world.deposit(SEED.mining(0).deposit_note(0, Wei(ETHER), mineable=True))
    world.prove()
    (mined,) = NoteFinder(SEED, OWN).find(world.records, world.ledger)
    spender = Spender(network(), world.ledger, SEED.viewing.public)
    made = [spender.transfer([mined], Payment(STRANGER, Wei(1)), SEED.main) for _ in range(5)]
    assert len({each.terms.memos[:KEY_BYTES] for each in made}) == len(made)

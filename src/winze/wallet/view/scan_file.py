"""What was found in final blocks, kept in a file that only the seed opens.

Everything in it can be found again: where it is damaged or another wallet's it is passed over.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from winze.files import write_atomically
from winze.protocol import (
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Memo,
    Note,
    Position,
    Seed,
    Timestamp,
    Wei,
)

from ..holdings import Happened, OwnNote, OwnSpend
from .found import Found
from .inners import OwnInners

_LABEL: Final = b"winze/1/scan"
_VERSION: Final = 1


class ScanFile:
    """One wallet's; with no path nothing is kept."""

    def __init__(self, path: Path | None, seed: Seed) -> None:
        # With its default of one key the library returns bytes; its type also covers several.
        secret = HKDF(seed.secret, SecretBox.KEY_SIZE, b"", SHA256, context=_LABEL)
        self._box, self._path = SecretBox(cast("bytes", secret)), path

    def save(self, epoch: str, found: Found, inners: OwnInners) -> None:
        """Keep what was found in the rows of this epoch; the file is replaced in one step."""
        if self._path is None:
            return
        form = {
            "version": _VERSION,
            "epoch": epoch,
            "blocks": found.blocks,
            "inners": inners.to_json(),
            "notes": [_note_form(found, n, at) for n, at in found.nullifiers.items()],
            "spends": [_spend_form(at, spend) for at, spend in found.spends.items()],
            "unexplained": sorted(found.unexplained),
        }
        write_atomically(self._path, bytes(self._box.encrypt(json.dumps(form).encode())))

    def load(self, inners: OwnInners) -> tuple[str, Found]:
        """The epoch and what was found in it; nothing where there is no such file."""
        try:
            if self._path is None:
                return "", Found()
            form = json.loads(self._box.decrypt(self._path.read_bytes()))
            if form["version"] != _VERSION:
                return "", Found()
            inners.take(form["inners"])
            return form["epoch"], _found(form, inners)
        except (OSError, CryptoError, ValueError, KeyError, TypeError):
            return "", Found()


def _note_form(found: Found, nullifier: bytes, position: Position) -> Mapping[str, Any]:
    own, claim_id = found.notes[position], found.claim_ids.get(position)
    return {
        "value": own.note.value,
        "mineable": own.note.mineable,
        "blinding": own.note.blinding,
        "account": own.account.index,
        "position": own.position,
        "happened": _happened_form(own.happened),
        "number": own.number,
        "depositor": own.depositor,
        "rewards": None if own.memo is None else own.memo.rewards,
        "nullifier": nullifier.hex(),
        "claim_id": claim_id,
    }


def _spend_form(position: Position, spend: OwnSpend) -> Mapping[str, Any]:
    return {
        "position": position,
        "inputs": [own.position for own in spend.inputs],
        "recipient": spend.recipient,
        "amount": spend.amount,
        "outputs": [own.position for own in spend.outputs],
        "rewards": spend.rewards,
        "happened": _happened_form(spend.happened),
        "outs": [int(each) for each in spend.outs],
    }


def _happened_form(happened: Happened) -> tuple[int, int, str]:
    return happened.chain_block, happened.timestamp, happened.transaction.hex()


def _found(form: Mapping[str, Any], inners: OwnInners) -> Found:
    found = Found(blocks=form["blocks"])
    for each in form["notes"]:
        own = _note(each, inners)
        # Known already, so nobody need spend milliseconds on working them out again.
        vars(own)["nullifier"] = Field(int(each["nullifier"], 16))
        found.notes[own.position] = own
        found.nullifiers[bytes.fromhex(each["nullifier"])] = own.position
        if each["claim_id"] is not None:
            vars(own)["claim_id"] = found.claim_ids[own.position] = Field(each["claim_id"])
    for each in form["spends"]:
        found.spends[Position(each["position"])] = _spend(each, found)
    found.unexplained = set(map(Position, form["unexplained"]))
    return found


def _note(form: Mapping[str, Any], inners: OwnInners) -> OwnNote:
    account = inners.account(form["account"])
    value, blinding = Wei(form["value"]), Field(form["blinding"])
    deposited, rewards = form["depositor"], form["rewards"]
    return OwnNote(
        note=Note(value, form["mineable"], account.owner, blinding),
        account=account,
        position=Position(form["position"]),
        happened=_happened(form["happened"]),
        number=form["number"],
        depositor=None if deposited is None else EthAddress(deposited),
        memo=None if rewards is None else Memo(value, blinding, EthAddress(rewards)),
    )


def _spend(form: Mapping[str, Any], found: Found) -> OwnSpend:
    position = Position(form["position"])
    return OwnSpend(
        inputs=tuple(found.notes[Position(each)] for each in form["inputs"]),
        recipient=EthAddress(form["recipient"]),
        amount=Wei(form["amount"]),
        outputs=tuple(found.notes[Position(each)] for each in form["outputs"]),
        rewards=EthAddress(form["rewards"]),
        block=BlockIndex(position.block),
        happened=_happened(form["happened"]),
        outs=(Field(form["outs"][0]), Field(form["outs"][1])),
    )


def _happened(form: tuple[int, int, str]) -> Happened:
    number, timestamp, transaction = form
    return Happened(ChainBlock(number), Timestamp(timestamp), bytes.fromhex(transaction))

"""What a forgery is: a witness beside the rule of its circuit that it breaks."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.circuits.drafts import BlockDraft, ClaimDraft, TransferDraft


@dataclass(frozen=True)
class Rule:
    """A rule of a circuit, as text, and what stands there where the rule is gone."""

    file: str
    text: str
    without: str = ""
    """Where the rule computes something, the same left to the prover."""


@dataclass(frozen=True)
class Forgery:
    """A witness that breaks one rule."""

    name: str
    rule: Rule
    draft: TransferDraft | ClaimDraft | BlockDraft
    steps: tuple[Rule, ...] = ()
    """The computations between the rule and what the witness falsifies: without any one of them
    the prover fills the gap as it likes, and the forgery passes as well."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Everything that it needs to be refused."""
        return (self.rule, *self.steps)


def chosen(signal: str, cases: Mapping[int, int]) -> str:
    """A hint in circom: the value that belongs to what `signal` is, else 0."""
    hint = "0"
    for case, value in cases.items():
        hint = f"({signal} == {case} ? {value} : {hint})"
    return hint


VALUE_BOUND = Rule("templates/notes.circom", "Range(VALUE_BITS())(value);")
RANGE = Rule("templates/bits.circom", "signal decomposed[bits] <== Num2Bits(bits)(in);")

KIND = "right[0] <== kind;"
ANY_KIND_0 = Rule("templates/ledger.circom", KIND, "right[0] <-- 0;")
ANY_KIND_1 = Rule("templates/ledger.circom", KIND, "right[0] <-- 1;")

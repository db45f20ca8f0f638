"""Random values of the protocol's types."""

from hypothesis import strategies as st

from winze.protocol import FIELD_ORDER, VALUE_BITS, EthAddress, Field, Seconds, Wei

EDGES = st.sampled_from([0, 1, 2, FIELD_ORDER - 2, FIELD_ORDER - 1])
fields = st.one_of(EDGES, st.integers(0, FIELD_ORDER - 1)).map(Field)
values = st.integers(0, (1 << VALUE_BITS) - 1).map(Wei)
secrets = st.binary(min_size=32, max_size=32)
eth_addresses = st.binary(min_size=20, max_size=20).map(EthAddress.from_bytes)
durations = st.integers(1, Seconds.bound // 2).map(Seconds)

"""What an operator watches: counters and gauges for Prometheus, about the node and never its users.

Labels are of few fixed values each, so that no caller can make the registry grow, and none is an
address of a user, a request's id, or a client.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_SLOW = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


class Metrics:
    """The node's metrics, in a registry of their own: two nodes in one process do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.height = Gauge(
            "winze_height",
            "Blocks: head and cursor of the chain, sealed and proved of the ledger",
            ("of",),
            registry=registry,
        )
        self.queue = Gauge(
            "winze_requests_waiting", "Requests by state", ("state",), registry=registry
        )
        self.requests = Counter(
            "winze_requests",
            "Requests that came in: their state then, or the code of their rejection",
            ("result",),
            registry=registry,
        )
        self.verification = Histogram(
            "winze_verification_seconds",
            "Time to verify one proof",
            ("circuit",),
            buckets=_FAST,
            registry=registry,
        )
        self.stage = Histogram(
            "winze_stage_seconds",
            "Time that a stage took: confirm, seal, draw, prove, include, batch",
            ("stage",),
            buckets=_SLOW,
            registry=registry,
        )
        self.rpc_errors = Counter(
            "winze_rpc_errors", "Questions to the chain that failed", registry=registry
        )
        self.balance = Gauge(
            "winze_balance_ether",
            "What the node's own addresses hold to pay for gas",
            ("key",),
            registry=registry,
        )
        self.reorganisations = Counter(
            "winze_reorganisations", "How often the chain took blocks back", registry=registry
        )
        self.sent = Counter(
            "winze_transactions",
            "The node's transactions that were settled, by what they call and how they ended",
            ("action", "state"),
            registry=registry,
        )
        self.gas_spent = Counter(
            "winze_gas_spent_ether", "Fees paid for the node's transactions", registry=registry
        )
        self.answers = Counter(
            "winze_api_answers",
            "Answers of the API by class of endpoint and status",
            ("endpoint", "status"),
            registry=registry,
        )
        self.answer_time = Histogram(
            "winze_api_seconds",
            "Time until the API began its answer, by class of endpoint",
            ("endpoint",),
            buckets=_FAST,
            registry=registry,
        )

"""Metrics are of one node, and no caller makes them grow."""

from prometheus_client import generate_latest

from winze.node.metrics import Metrics


def told(metrics: Metrics) -> list[str]:
    return generate_latest(metrics.registry).decode().splitlines()


def test_two_nodes_in_one_process_do_not_mix() -> None:
    first, second = Metrics(), Metrics()
    first.rpc_errors.inc()
    assert "winze_rpc_errors_total 1.0" in told(first)
    assert "winze_rpc_errors_total 0.0" in told(second)


def test_every_metric_is_ours_and_explained() -> None:
    explained = [line for line in told(Metrics()) if line.startswith("# HELP")]
    assert len(explained) >= 13
    for line in explained:
        _, _, name, what = line.split(" ", 3)
        assert name.startswith("winze_")
        assert what

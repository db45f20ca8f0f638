"""The contracts and talking to them: compiling, deploying, calls, events, transactions."""

from .errors import RpcError
from .rpc import connected, request, rpc_errors

__all__ = ["RpcError", "connected", "request", "rpc_errors"]

"""The contracts in titanoboa's EVM, each call paired with the model of `winze.protocol`."""

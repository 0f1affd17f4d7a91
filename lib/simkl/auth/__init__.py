"""Signing in at Simkl: the code flows, the browser flow with its redirect server, and tokens."""

__all__ = ["auto", "browser", "code_flow", "device", "pin", "redirect_server", "tokens"]

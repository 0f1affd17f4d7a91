"""Signing in at Simkl: the code flows, the browser flow with its redirect server, and tokens."""

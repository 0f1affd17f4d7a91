"""What Simkl speaks: transport, errors, sign-in flows and tokens, and the calls of its API."""

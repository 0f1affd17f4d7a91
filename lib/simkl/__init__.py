"""What Simkl speaks: transport, errors, the sign-in flows, tokens and users. Knows nothing of files or screens."""

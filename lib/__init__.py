"""Simkl Link: links a TV, a terminal or a media server to a Simkl account.

`plugin.py` is the entry point. `simkl` knows what Simkl says. `account` knows what linking means and where the token is
kept. The front ends, `kodi` and `terminal`, show it. Front ends ask inwards; nobody asks back.
"""

"""Simkl Link: links a TV, a terminal or a media server to a Simkl account.

`plugin.py` is the door. `simkl` knows what Simkl says. `account` knows what linking means and where the token is kept.
The faces, `kodi` and `terminal`, show it. Faces ask inwards; nobody asks back.
"""

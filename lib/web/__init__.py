"""The front end for media servers: hooks that take what they send, and pages where each person links.

    python plugin.py serve                  # http://127.0.0.1:8585

A media server posts to a hook address; the delivery is read, kept, and sent to the Simkl account of whoever watched. A
person gets an invitation from the admin, opens it on a phone, and links with a code.

`entry` is what plugin.py calls, `app` the Flask application, `pages` its pages, `access` who may open which, `hooks`
reads what the media servers send, `store` keeps it.
"""

__all__ = ["entry"]

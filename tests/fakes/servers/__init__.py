"""What media servers send, byte for byte as far as it is known, for tests of what receives it.

Each module makes the requests of one sender. They are written from the senders' own sources and documentation, and know
nothing of the code that reads them.
"""

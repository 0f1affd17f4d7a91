"""Reading the body of an answer, which stays small however it is packed."""

from __future__ import annotations

import zlib

import requests
from urllib3.exceptions import ProtocolError

_CHUNK = 64 * 1024
_PACKED = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def read_bounded(response: requests.Response, largest: int) -> bytes | None:
    """Return the body, unpacked, None if it has more than `largest` bytes.

    urllib3 before 2.6 unpacks a whole chunk at once, whatever comes out, and so do the versions in Kodi's repository.
    What is packed in another way than gzip or zlib, or twice, is returned as it is. Raises what `requests` does.
    """
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if packing in _PACKED else None
    body = bytearray()
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            body += unpacker.decompress(chunk, largest + 1 - len(body)) if unpacker is not None else chunk
            if len(body) > largest:
                return None
    except zlib.error as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    return bytes(body)

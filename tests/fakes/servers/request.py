"""One request of a media server to a hook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Mapping


@dataclass(frozen=True)
class SentHook:
    """What goes over the wire."""

    content_type: str
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = ""

    def changed(self, old: bytes, new: bytes) -> SentHook:
        """Return it with other bytes in the body; what is to be replaced must be there."""
        assert old in self.body, old
        return replace(self, body=self.body.replace(old, new))

    def cut(self, share: float) -> SentHook:
        """Return it as it arrives when the connection breaks."""
        return replace(self, body=self.body[: int(len(self.body) * share)])

    def claiming(self, content_type: str) -> SentHook:
        return replace(self, content_type=content_type)


def dotnet_json(values: Any) -> bytes:
    r"""Return JSON as System.Text.Json writes it by default: `\uXXXX` for all but plain letters, and no nulls."""
    text = json.dumps(_without_nulls(values), separators=(",", ":"))
    for each in "<>&'+`":
        text = text.replace(each, f"\\u{ord(each):04X}")
    return text.replace('\\"', "\\u0022").encode("ascii")


def multipart(boundary: str, *parts: tuple[str, str, bytes]) -> bytes:
    """Return the body of a multipart form of (disposition, content type, content)."""
    lines = []
    for disposition, kind, content in parts:
        head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
        head += f"Content-Type: {kind}\r\n" if kind else ""
        lines.append(f"{head}\r\n".encode() + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return value

r"""From the bytes of a request to an object: JSON, a form, or a multipart form, whatever the content type claims.

Jellyfin's Webhook plugin sends JSON as `text/plain`, Plex and Emby send it inside of a multipart form, and an admin can
set a header that fits none of it. So the bytes decide, and the content type only helps with the boundary of a form.

A template of Jellyfin's (Handlebars) can render text that is nearly JSON. What is known to go wrong is repaired:

| Rendered                        | Why                                                                        |
| ------------------------------- | -------------------------------------------------------------------------- |
| `The \&quot;Big\&quot; Heist`   | the plugin escapes the quote, Handlebars escapes it again for HTML         |
| `"IsPaused": True`              | .NET writes a boolean so                                                   |
| `"Year": ,`                     | a value that is missing renders as nothing                                 |
| `C:\Videos`                     | a backslash is not escaped                                                 |

Source: the plugin's `DataObjectHelpers` and `BaseOption`.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any, Mapping
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

MOST_FIELDS = 2000
_BOUNDARY_LINE = re.compile(rb"\s*--([^\r\n]{1,200})\r?\n")
_HTML_QUOTE = re.compile(r"(?<!\\)\\+(?:&quot;|&#34;|&#x22;)")
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_BARE_WORD = re.compile(r"(?<=:)(\s*)(True|False|None)(?=\s*[,}])")
_NO_VALUE = re.compile(r":(\s*)(?=[,}])")
_LAST_COMMA = re.compile(r",(\s*[}\]])")


class NotReadable(Exception):
    """The bytes are no object in any form that is known; the text is a sentence for people."""


def read_body(content_type: str, body: bytes) -> Mapping[str, Any]:
    """Return the object that was sent; of a form, its fields as texts. Raises NotReadable."""
    if not body.strip():
        raise NotReadable("The request has no content.")
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("multipart/") or _looks_multipart(body):
        return _unwrapped(_multipart(content_type, body))
    text = decode_text(body)
    claims_a_form = kind == "application/x-www-form-urlencoded" and not text.lstrip().startswith(("{", "["))
    fields = _urlencoded(text) if claims_a_form or _looks_urlencoded(text) else {}
    if fields:
        return _unwrapped(fields)
    return decode_object(text)


def decode_object(text: str) -> Mapping[str, Any]:
    """Return the JSON object in a text, repaired where a template is known to break it. Raises NotReadable."""
    try:
        found = _loads(text)
    except NotReadable as error:
        repaired = repair_json(text)
        if repaired == text:
            raise
        try:
            found = _loads(repaired)
        except NotReadable:
            raise error from None
    if isinstance(found, str):  # encoded twice
        found = _loads(found)
    if not isinstance(found, dict):
        raise NotReadable("The request is JSON, but no object.")
    return found


def repair_json(text: str) -> str:
    """Mend what templates are known to break; what is JSON already must not come here."""
    text = _HTML_QUOTE.sub(r'\\"', text)
    text = _ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)
    text = _BARE_WORD.sub(lambda found: found[1] + {"True": "true", "False": "false", "None": "null"}[found[2]], text)
    text = _NO_VALUE.sub(r":\1null", text)
    return _LAST_COMMA.sub(r"\1", text)


def decode_text(body: bytes) -> str:
    """Return the bytes as a text: UTF-8, UTF-16 where a byte order mark says so, else Windows' Latin 1."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _loads(text: str) -> Any:
    try:
        return json.loads(text.strip().lstrip("\ufeff"), strict=False, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        detail = f"The request is not readable as JSON (line {error.lineno}, column {error.colno})."
        raise NotReadable(detail) from error
    except (ValueError, RecursionError) as error:
        raise NotReadable("The request is not readable as JSON.") from error


def _looks_multipart(body: bytes) -> bool:
    return _BOUNDARY_LINE.match(body) is not None and b"content-disposition" in body[:2000].lower()


def _looks_urlencoded(text: str) -> bool:
    start = text.lstrip()[:200]
    return not start.startswith(("{", "[", '"')) and re.match(r"[\w.%+-]{1,64}=", start) is not None


def _urlencoded(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise NotReadable("The form has too many fields.") from error


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    """Return the fields of the form as texts; the boundary is taken from the body if the header lacks it.

    A picture that comes along is left out; JSON that comes as a file is not.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        first = _BOUNDARY_LINE.match(body)
        if first is None:
            raise NotReadable("The form has no boundary.")
        boundary = first.group(1).decode("latin-1").strip()
    parser = FormDataParser(max_form_memory_size=len(body), max_form_parts=MOST_FIELDS, silent=False)
    try:
        _, form, files = parser.parse(
            io.BytesIO(body.lstrip()), "multipart/form-data", len(body), {"boundary": boundary}
        )
    except (ValueError, RequestEntityTooLarge) as error:
        raise NotReadable("The form is broken off or malformed.") from error
    fields = {name: text for name, text in form.items() if name}  # werkzeug has None for a part without a name
    for name, file in files.items():
        if name and not file.mimetype.startswith("image/"):
            fields.setdefault(name, decode_text(file.read()))
    if not fields:
        raise NotReadable("The form has no fields.")
    return fields


def _unwrapped(fields: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the object inside of the field that Plex (`payload`) or Emby (`data`) puts it into, else the fields."""
    for name in ("payload", "data"):
        if name in fields:
            return decode_object(fields[name])
    only = next(iter(fields)) if len(fields) == 1 else ""
    if only.lstrip().startswith("{"):  # JSON that was sent with the content type of a form
        return decode_object(only + ("=" + fields[only] if fields[only] else ""))
    return fields

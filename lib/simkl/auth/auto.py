"""Finding out which AUTH generation a client id belongs to, so that nobody needs to know.

The two cannot be told apart by eye. A V2 client id at the PIN's address is refused with `unauthorized_client`, a V1 one
at the device flow's with `invalid_client`; then the other flow is asked. Source: Simkl's pages
`guides/migrating-v1-to-v2`, `api-reference/auth`.
"""

from __future__ import annotations

from lib.simkl.auth.code_flow import CheckResult, Code, Flow
from lib.simkl.auth.tokens import V1, V2
from lib.simkl.errors import ClientIdRefused, OtherGeneration


class AutoFlow:
    """The PIN flow or the device flow, whichever the client id is good for; `auth` is the one that answered."""

    def __init__(self, pin: Flow, device: Flow, auth: str = V1) -> None:
        self._flows = {V1: pin, V2: device}
        self.auth = auth

    def start(self) -> Code:
        """Ask for a user code where it was given last, else at the other generation. Raises `SimklError`."""
        try:
            return self._flows[self.auth].start()
        except OtherGeneration:
            other = V2
        except ClientIdRefused as error:
            if self.auth == V1 or error.identifier != "invalid_client":
                raise
            other = V1
        code = self._flows[other].start()
        self.auth = other
        return code

    def check(self, code: Code) -> CheckResult:
        """Ask once; a code with a secret is the device flow's."""
        return self._flows[V2 if code.secret is not None else V1].check(code)

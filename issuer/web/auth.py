"""Who calls: the token in the Authorization header, and the roles that a call asks for.

RFC 6750 §2.1 (bearer tokens in the header alone; never in a query or a form). A token opens the
objects of its own organisation; what it may do there is asked of `issuer.services.tokens`.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from issuer.services import tokens
from issuer.services.tokens import Role, Token
from issuer.web.house import OpenHouse

_SCHEME = HTTPBearer(auto_error=False, description="Made by `testamur token create`.")
_KIND = "bearer"


class Requires:
    """Dependency: the caller's token, if it has one of these roles.

    Raises Unauthenticated (no token, or none in force) and Forbidden (another role).
    """

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    def __call__(
        self, request: Request, house: OpenHouse, _documented: Annotated[object, Depends(_SCHEME)]
    ) -> Token:
        """Read the header and find the token."""
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != _KIND:
            presented = ""
        with house.bench.read() as tx:
            token = tokens.authenticate(tx, presented.strip(), at=house.bench.now())
        tokens.require(token, *self._roles)
        return token


Reader = Annotated[Token, Depends(Requires(Role.ADMIN, Role.ISSUER, Role.AUDITOR))]
"""A caller who may look: every role of the organisation's own, and not the VC-API's."""
Issuer = Annotated[Token, Depends(Requires(Role.ADMIN, Role.ISSUER))]
"""A caller who may issue, suspend, reinstate and revoke."""
Admin = Annotated[Token, Depends(Requires(Role.ADMIN))]
"""A caller who may change what is offered."""
Tester = Annotated[Token, Depends(Requires(Role.VC_API))]
"""A caller who may issue through the VC-API, and do nothing else."""

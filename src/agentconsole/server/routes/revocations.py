"""Revocations: an administrator takes back all tokens of an agent."""

from fastapi import APIRouter, Response

from agentconsole.server import errors
from agentconsole.server.bodies import Body
from agentconsole.server.call import Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.params import Id
from agentconsole.server.revoking import revoke
from agentconsole.server.routes.users import user_row

router = APIRouter(prefix="/api/agentconsole/v1", tags=["revocations"])


class RevocationBody(Body):
    """``wipe``: consoles that still have one of the tokens remove what they keep of this help desk."""

    wipe: bool = False


@router.post("/users/{user_id:int}/revocations")
def take_back(call: WriteCall, user_id: Id, body: RevocationBody) -> Response:
    """Take back all tokens of this agent. Admins only; nobody can take back their own."""
    call.require_admin()
    if user_id == call.user_id:
        raise errors.record_invalid({"base": "You cannot take back your own access; ask another admin."})

    def work(tx: WriteTransaction) -> Reply:
        if user_row(tx.db, user_id).role == "end-user":
            raise errors.not_found()
        return Reply(body={"revoked": revoke(tx, user_id, wipe=body.wipe, by=call.user_id), "wipe": body.wipe})

    return call.write(work)

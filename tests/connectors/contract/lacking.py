"""What happens to a change that a help desk can't carry out: it says so, in words, and nothing is sent."""

from __future__ import annotations

from agentconsole.domain.capabilities import lack_of
from agentconsole.domain.commands import Command
from agentconsole.domain.values import OutboxState, Ref
from tests.connectors.contract.console import Console
from tests.connectors.contract.harness import ContractDesk


async def is_lacking(desk: ContractDesk, console: Console, ref: Ref, command: Command) -> bool:
    """Say whether *desk* can't do *command*; it is asked to all the same, and must refuse with the declared reason."""
    reason = lack_of(command, console.connector.capabilities)
    if not reason:
        return False
    before = await desk.standing(ref)
    sent = len(desk.wire.writes())
    (key,) = await console.do(ref, command)
    assert console.state(key) is OutboxState.REFUSED
    assert console.reason(key) == reason
    assert len(desk.wire.writes()) == sent, "it said that it can't, and wrote all the same"
    assert await desk.standing(ref) == before
    return True

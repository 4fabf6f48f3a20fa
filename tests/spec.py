"""given / when / then for deciders: a test is one line."""

from collections.abc import Callable, Sequence
from typing import Any

from shared.kernel.decider import Decider, Refused
from shared.kernel.message import Command, Event

Then = Callable[..., None]


def spec(decider: Decider[Any, Any, Any]) -> Callable[..., Callable[[Command], Then]]:
    """given(*events)(command)(*expected): expected are events, one Refused code, or nothing."""

    def given(*history: Event) -> Callable[[Command], Then]:
        def when(command: Command) -> Then:
            outcome: Sequence[Event] | Refused = decider.decide(command, decider.fold(history))

            def then(*expected: Event | str) -> None:
                actual = (outcome.code,) if isinstance(outcome, Refused) else tuple(outcome)
                assert actual == expected

            return then

        return when

    return given

"""How one person wants to be told: when not, how often, and of what not by mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from shared.contracts.notifier import NoticeKind, PreferencesChosen, PreferencesEvent
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import PersonId
from shared.kernel.message import Command


class ChoosePreferences(Command):
    """Somebody says how they want to be told from now on, all of it. Hours are `HH:MM` on the clock of the zone."""

    person_id: PersonId
    quiet_from: str
    quiet_to: str
    digest_at: str
    not_by_mail: tuple[NoticeKind, ...]
    time_zone: str


@dataclass(frozen=True, slots=True)
class Preferences:  # what the next decision must remember
    chosen: PreferencesChosen | None = None


def decide(command: ChoosePreferences, preferences: Preferences) -> Sequence[PreferencesEvent] | Refused:
    """The last choice counts; the same again changes nothing."""
    if bool(command.quiet_from) != bool(command.quiet_to) or (
        command.quiet_from and command.quiet_from == command.quiet_to
    ):
        return Refused("preferences.half-quiet", "invalid", field="quiet_to")
    chosen = PreferencesChosen(**command.model_dump(exclude={"id", "by"}))
    before = preferences.chosen
    return [] if before and before.model_copy(update={"at": chosen.at}) == chosen else [chosen]


def evolve(preferences: Preferences, event: PreferencesEvent) -> Preferences:
    """What a fact does to what we remember."""
    match event:
        case PreferencesChosen():
            return replace(preferences, chosen=event)
    assert_never(event)


PREFERENCES: Decider[Preferences, ChoosePreferences, PreferencesEvent] = Decider(
    category="preferences",
    initial=Preferences(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.person_id,
    commands=(ChoosePreferences,),
)

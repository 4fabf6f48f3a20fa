"""Who takes part: the people who sign in, and the recipients whom campaigns reach."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from services.demo.places import City
from shared.kernel.message import Role

RECIPIENTS = 20_000
SEED = 2026
YOUNGEST, OLDEST = 2007, 1936
CHANNELS = ("email", "sms", "letter")


@dataclass(frozen=True, slots=True)
class Part:
    """One part in the play. `county` is the ISO 3166-2 code of the entity that a local person works in."""

    login: str
    name: str
    roles: tuple[Role, ...]
    county: str | None = None

    @property
    def email(self) -> str:
        """An address at a domain that nobody can own."""
        return f"{self.login}@example.test"


HEAD_OFFICE = (
    Part("admin", "Ada Admin", ("admin",)),
    Part("bo", "Bo Centralsson", ("central",)),
    Part("rut", "Rut Granskare", ("central",)),
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a campaign may reach, belonging to the entity of `county`."""

    county: str
    name: str
    email: str
    birth_year: int
    city: str
    channel: str


def passwords(logins: Sequence[str]) -> dict[str, str]:
    """A password for each login, new at every call."""
    return {login: secrets.token_urlsafe(9) for login in logins}


def recipients(cities: Sequence[City], count: int = RECIPIENTS) -> Iterator[Recipient]:
    """So many people with Swedish names, spread over the cities as their inhabitants are; always the same ones."""
    from faker import Faker  # looks through every language it has, and a second start makes nobody up

    fake = Faker("sv_SE", use_weighting=False)["sv_SE"]
    fake.seed_instance(SEED)
    dice = Random(SEED)  # noqa: S311 -- the same people every time is the purpose
    weights = list(accumulate(city.population for city in cities))
    for number, city in enumerate(dice.choices(cities, cum_weights=weights, k=count)):
        yield Recipient(
            county=city.lies_in,
            name=f"{fake.first_name()} {fake.last_name()}",
            email=f"mottagare{number}@example.test",
            birth_year=dice.randint(OLDEST, YOUNGEST),
            city=city.name,
            channel=dice.choice(CHANNELS),
        )

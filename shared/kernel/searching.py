"""Lists searched by words: which parts of words stand in which neighbourhood, so that not every row is compared.

A neighbourhood is NEIGHBOURS numbers that follow each other; a part is LETTERS letters. A neighbourhood keeps the parts
of words that were changed since: it says where to look, and each row found there is compared with the words themselves.
"""

from shared.kernel.message import Params

NEIGHBOURS = 512
LETTERS = 3
FEW = 60
"""So many neighbourhoods are looked through. Where more have the words, a page of them is soon found on the way."""
SOUGHT = [f"part_{nth}" for nth in range(8)]


def pattern_of(words: str) -> str:
    """What a casefolded column must be LIKE, with ESCAPE '!', to contain these words, whatever signs are in them.

    Databases fold å, ä and ö each in its own way or not at all; Python folds both sides the same.
    """
    for sign in "!%_":
        words = words.replace(sign, f"!{sign}")
    return f"%{words.casefold()}%"


def sought(words: str) -> Params:
    """The parameters of a search by these words: `q` as it was asked, its pattern, and parts that it consists of."""
    folded = words.casefold()
    places = range(len(folded) - LETTERS + 1)
    parts = sorted({folded[place : place + LETTERS] for place in places})[: len(SOUGHT)]
    named = dict.fromkeys(SOUGHT, "") | dict(zip(SOUGHT, parts, strict=False))
    return {"q": words, "pattern": pattern_of(words), "parts": len(parts), **named}


def table_of(parts: str) -> str:
    """The table of this name that keeps the parts of a list's words."""
    return f"""
    CREATE TABLE IF NOT EXISTS {parts} (
        part TEXT NOT NULL, near BIGINT NOT NULL, PRIMARY KEY (part, near)
    )
    """


def kept(parts: str, rows: str, key: str) -> str:
    """Keep the parts of what the row with this key is `found_by`."""
    return f"""
    INSERT INTO {parts} (part, near)
    WITH RECURSIVE piece (near, rest) AS (
        SELECT number - number % {NEIGHBOURS}, found_by FROM {rows} WHERE {key} = :{key}
        UNION ALL SELECT near, substr(rest, 2) FROM piece WHERE length(rest) > {LETTERS}
    )
    SELECT DISTINCT substr(rest, 1, {LETTERS}), near FROM piece WHERE length(rest) >= {LETTERS}
    ON CONFLICT (part, near) DO NOTHING
    """


def is_few(parts: str) -> str:
    """The condition that few neighbourhoods can have the words. Of words without a part nobody knows."""
    return f"""(:parts > 0 AND
        (SELECT count(*) FROM ({_near(parts)} LIMIT {FEW + 1}) AS places) <= {FEW})"""


def numbers_of(parts: str, rows: str) -> str:
    """A SELECT of the numbers of all rows that have the words, by way of their neighbourhoods.

    SQLite keeps the order of a CROSS JOIN; by any other it might begin with the rows.
    """
    return f"""
    SELECT found.number FROM ({_near(parts)}) AS places CROSS JOIN {rows} AS found
    WHERE found.number BETWEEN places.near AND places.near + {NEIGHBOURS - 1}
        AND found.found_by LIKE :pattern ESCAPE '!'
    """


def _near(parts: str) -> str:
    names = ", ".join(f":{name}" for name in SOUGHT)
    return f"SELECT near FROM {parts} WHERE part IN ({names}) GROUP BY near HAVING count(*) = :parts"

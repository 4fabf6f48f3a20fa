"""Who is told of a fact: statements that write its rows of the ledger from the memory beside it.

None of them writes for a fact that is closed, or to whoever has left.
"""

_AUDIENCE = """
SELECT entity_id FROM seen_audience WHERE package_id = :package_id AND edition = :edition
"""
_AUDIENCE_OR_ALL = f"""
{_AUDIENCE}
UNION SELECT entity_id FROM seen_entities
WHERE NOT EXISTS ({_AUDIENCE})
    AND EXISTS (SELECT 1 FROM seen_packages WHERE package_id = :package_id AND kind = 'local')
"""
_AUDIENCE_AND_ORDERERS = f"""
{_AUDIENCE}
UNION SELECT entity_id FROM seen_orders
WHERE package_id = :package_id AND edition = :edition AND ended = 0
"""
_CONCERNED = f"""
SELECT invited.entity_id FROM ({_AUDIENCE_OR_ALL}) AS invited
WHERE EXISTS (
    SELECT 1 FROM seen_offers JOIN seen_packages ON seen_packages.package_id = seen_offers.package_id
    LEFT JOIN seen_audience
        ON seen_audience.package_id = seen_offers.package_id AND seen_audience.edition = seen_offers.edition
    WHERE seen_offers.package_id = :package_id
        AND (seen_audience.entity_id = invited.entity_id
            OR (seen_audience.entity_id IS NULL AND seen_packages.kind = 'local'))
)
"""
"""Whom this edition is for and who know of the package, since one before was offered to them or to all."""
_OFFER_KIND = """
SELECT CASE WHEN kind = 'local' THEN 'N3' WHEN approval_mode = 'automatic' THEN 'N5' ELSE 'N4' END AS kind
FROM seen_packages WHERE package_id = :package_id AND notify = 1 AND kind <> 'by_target_approval'
"""


_IS_CLOSED = "SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id"
_IS_TOLD = f"{_IS_CLOSED} UNION ALL SELECT 1 FROM ledger WHERE fact_id = :fact_id"


def _notify_groups(kinds: str, entities: str) -> str:
    """Every active member of these entities' notification groups, by the kind that `kinds` selects."""
    return f"""
    INSERT INTO ledger (fact_id, kind, person_id, entity_id)
    SELECT :fact_id, kinds.kind, seen_groups.person_id, min(seen_groups.entity_id)
    FROM ({kinds}) AS kinds
    JOIN seen_groups ON seen_groups.name = 'notify' AND seen_groups.entity_id IN ({entities})
    JOIN seen_people ON seen_people.person_id = seen_groups.person_id AND seen_people.active = 1
    WHERE NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
        AND seen_groups.entity_id NOT IN (SELECT entity_id FROM seen_entities WHERE closed = 1)
    GROUP BY kinds.kind, seen_groups.person_id
    ON CONFLICT (fact_id, kind, person_id) DO NOTHING
    """


def _reviewers(requests: str, only_called_by: str = "") -> str:
    """Every active reviewer of these requests, but for those whose own work it is and who could not answer."""
    return f"""
    WITH asked AS ({requests}), called AS (
        SELECT seen_reviewers.* FROM asked
        JOIN seen_reviewers ON seen_reviewers.request_id = asked.request_id {only_called_by}
    ), persons AS (
        SELECT request_id, person_id FROM called WHERE person_id <> ''
        UNION SELECT called.request_id, seen_groups.person_id FROM called JOIN seen_groups
            ON seen_groups.entity_id = called.entity_id AND seen_groups.name = called.name
        UNION SELECT called.request_id, seen_people.person_id FROM called JOIN seen_people
            ON seen_people.central = 1 AND called.reviewer = 'role:central'
    )
    INSERT INTO ledger (fact_id, kind, person_id, entity_id)
    SELECT asked.tell_of, asked.kind, persons.person_id, ''
    FROM asked JOIN persons ON persons.request_id = asked.request_id
    JOIN seen_people ON seen_people.person_id = persons.person_id AND seen_people.active = 1
    WHERE NOT EXISTS (SELECT 1 FROM ledger_closed WHERE ledger_closed.fact_id = asked.tell_of)
        AND (' ' || asked.authors || ' ' NOT LIKE '% ' || persons.person_id || ' %' OR seen_people.admin = 1)
    ON CONFLICT (fact_id, kind, person_id) DO NOTHING
    """


def _persons(kind: str, found: str, unless: str = _IS_CLOSED) -> str:
    """Every active person whose id `found` selects, unless there is what `unless` selects."""
    return f"""
    INSERT INTO ledger (fact_id, kind, person_id, entity_id)
    SELECT :fact_id, '{kind}', person_id, '' FROM seen_people
    WHERE active = 1 AND person_id IN ({found})
        AND NOT EXISTS ({unless})
    ON CONFLICT (fact_id, kind, person_id) DO NOTHING
    """


_READY = """
(fact_id = :fact_id OR cause = :fact_id)
AND (cause = '' OR cause IN (SELECT fact_id FROM seen_handed_in))
"""
_AUTHORS = "requested_by || ' ' || co_authors AS authors"
_KIND = "CASE subject WHEN 'package' THEN 'N1' WHEN 'content' THEN 'N14' ELSE 'N6' END"
OFFERED = _notify_groups(_OFFER_KIND, _AUDIENCE_OR_ALL)
INVITED = _notify_groups(_OFFER_KIND, "SELECT :entity_id AS entity_id")
REGISTRATION_CLOSED = _notify_groups("SELECT 'N9' AS kind", _AUDIENCE_OR_ALL)
CANCELLED = _notify_groups("SELECT 'N10' AS kind", _AUDIENCE_AND_ORDERERS)
ENTITY = _notify_groups("SELECT :kind AS kind", "SELECT :entity_id AS entity_id")
PLACER = """
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, :kind, seen_people.person_id, :entity_id FROM seen_orders
JOIN seen_people ON seen_people.person_id = seen_orders.placed_by AND seen_people.active = 1
WHERE seen_orders.order_id = :order_id
    AND (seen_people.entity_id = seen_orders.entity_id OR seen_people.central = 1)
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
AUTHORS = _persons(
    "package-rejected",
    """
    SELECT owner FROM seen_packages WHERE package_id = :package_id
    UNION SELECT submitted_by FROM seen_packages WHERE package_id = :package_id
    """,
)
CONCERNED = _notify_groups("SELECT 'edition-rejected' AS kind", _CONCERNED)
FOLLOWER = _persons("N15", ":person_id")
CENTRAL = """
WITH owners AS (
    SELECT seen_people.person_id FROM seen_packages
    JOIN seen_people ON seen_people.person_id = seen_packages.owner AND seen_people.active = 1
    WHERE seen_packages.package_id = :package_id
)
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, :kind, person_id, '' FROM seen_people
WHERE active = 1 AND person_id <> :by
    AND (person_id IN (SELECT person_id FROM owners) OR (central = 1 AND NOT EXISTS (SELECT 1 FROM owners)))
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
"""The owner of the package answers for it; where nobody does, all of head office."""
REQUESTER = _persons(
    "deadline-passed", "SELECT requested_by FROM seen_requests WHERE request_id = :request_id"
)
_ASKED_OF = "request_id = :request_id AND seen_people.person_id <> :by"
_OF_ITS_ENTITY = """
(seen_people.central = 1 OR seen_requests.entity_id IS NULL OR seen_people.entity_id = seen_requests.entity_id)
"""
QUESTION_ASKED = tuple(
    _persons("question-asked", found, unless=_IS_TOLD)
    for found in (
        f"""
        SELECT seen_people.person_id FROM seen_requests JOIN seen_people
            ON ' ' || requested_by || ' ' || co_authors || ' ' LIKE '% ' || seen_people.person_id || ' %'
        WHERE {_ASKED_OF} AND {_OF_ITS_ENTITY}
        """,
        f"""
        SELECT seen_people.person_id FROM seen_requests
        LEFT JOIN seen_campaigns ON seen_campaigns.campaign_id = seen_requests.subject_id
        JOIN seen_orders ON seen_orders.order_id IN (seen_requests.subject_id, seen_campaigns.order_id)
        JOIN seen_people ON seen_people.person_id IN (placed_by, entered_by)
        WHERE {_ASKED_OF} AND {_OF_ITS_ENTITY}
        """,
        f"""
        SELECT seen_people.person_id FROM seen_requests
        JOIN seen_groups ON seen_groups.entity_id = seen_requests.entity_id AND (seen_groups.name = 'notify'
            OR seen_groups.name = CASE subject WHEN 'content' THEN 'campaign-reviewers' ELSE 'order-reviewers' END)
        JOIN seen_people ON seen_people.person_id = seen_groups.person_id
        WHERE {_ASKED_OF}
        """,
        f"""
        SELECT seen_people.person_id FROM seen_requests
        JOIN seen_packages ON seen_packages.package_id = seen_requests.package_id
        JOIN seen_people ON seen_people.person_id = seen_packages.owner WHERE {_ASKED_OF}
        """,
        f"""
        SELECT seen_people.person_id FROM seen_requests JOIN seen_people ON seen_people.central = 1
        WHERE {_ASKED_OF}
        """,
    )
)
"""Whoever handed it in or worked on it; else on the order before it; else the entity's own people; else the package's
owner; else head office: the first of these where there is anybody but the one who asks. Who has moved to another entity
since does not count."""
QUESTION_ANSWERED = _persons(
    "question-answered",
    """
    SELECT asked_by FROM seen_questions
    WHERE request_id = :request_id AND question_id = :question_id AND asked_by <> :by
    """,
)
_DEPUTY = "SELECT deputy_id FROM seen_deputies WHERE person_id = :person_id AND version"
DEPUTY = _persons("deputy-named", f"{_DEPUTY} = :version AND deputy_id <> :by")
DEPUTY_BEFORE = _persons(
    "deputy-dismissed",
    f"""
    {_DEPUTY} = (SELECT max(version) FROM seen_deputies WHERE person_id = :person_id AND version < :version)
        AND ends_at > :at AND deputy_id <> :by
        AND deputy_id NOT IN ({_DEPUTY} = :version)
    """,
)
"""Whose term was running or still to come, unless the same person is named once more."""
ASKED = _reviewers(
    f"""
    SELECT request_id, {_AUTHORS}, fact_id AS tell_of, {_KIND} AS kind FROM seen_requests WHERE {_READY}
    """
)
ASKED_CLOSED = f"""
INSERT INTO ledger_closed (fact_id) SELECT fact_id FROM seen_requests WHERE {_READY} ON CONFLICT DO NOTHING
"""
_THIS = f"""
SELECT request_id, {_AUTHORS}, :fact_id AS tell_of, {{kind}} AS kind FROM seen_requests
WHERE request_id = :request_id
"""
REMINDED = _reviewers(_THIS.format(kind="'N2'"))
ASKED_LATER = _reviewers(_THIS.format(kind=_KIND), "AND seen_reviewers.called_by = :fact_id")
SILENT = _reviewers(_THIS.format(kind="'deadline-passed'"))
ESCALATED = _reviewers(_THIS.format(kind="'overdue'"), "AND seen_reviewers.called_by = :fact_id")

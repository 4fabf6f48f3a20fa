"""The SELECTs of reports: orders with what became of them, by entity and by package. No table of their own."""

_ORDERS = """
SELECT
    'ORD' || order_list.number AS "order", order_list.order_id, order_list.label, order_list.status,
    order_list.status_since, order_list.placed_at, order_list.decided_by, order_list.reason,
    'CAT' || seen_offers.number AS package, order_list.package_id, seen_offers.label AS package_label,
    order_list.edition, seen_offers.kind, order_list.entity_id,
    order_campaigns.name AS campaign, order_campaigns.campaign_id, order_campaigns.status AS campaign_status,
    order_campaigns.started_at AS campaign_started_at, order_campaigns.ended_at AS campaign_ended_at,
    order_costs.messages, order_costs.own_cents, order_costs.cost
FROM order_list
LEFT JOIN order_costs ON order_costs.order_id = order_list.order_id
LEFT JOIN seen_offers ON seen_offers.package_id = order_list.package_id
    AND seen_offers.edition = order_list.edition
LEFT JOIN order_campaigns ON order_campaigns.campaign_id = CASE
    WHEN seen_offers.kind IN ('by_campaign', 'local')
        THEN (SELECT own.campaign_id FROM order_campaigns AS own WHERE own.order_id = order_list.order_id)
    WHEN order_list.status IN ('approved', 'available') THEN seen_offers.reference_id
    END
WHERE order_list.status <> 'draft'
"""
"""A draft never counts as an order. What is not run by each entity has its results in the campaign for all."""

OF_ENTITY = f"{_ORDERS} AND order_list.entity_id = :entity_id ORDER BY order_list.number"
ON_PACKAGE = f"""
{_ORDERS} AND order_list.package_id = :package_id AND order_list.edition = :edition ORDER BY order_list.number
"""
TAKING_PART = """
SELECT seen_entities.entity_id, 'OU' || seen_entities.number AS entity, seen_entities.label AS entity_label
FROM seen_entities
WHERE entity_id IN (
    SELECT entity_id FROM seen_audience
    WHERE package_id = :package_id AND edition = :edition AND invited = 1
    UNION SELECT entity_id FROM order_list
    WHERE package_id = :package_id AND edition = :edition AND status <> 'draft'
) ORDER BY seen_entities.number
"""
"""Who was invited to this edition, or ordered on it."""

"""HTTP ↔ commands and queries of ordering."""

from fastapi import APIRouter

from services.ordering.routes import documents, forms, orders, reading, reports

ROUTER = APIRouter()
ROUTER.include_router(forms.router)
ROUTER.include_router(reading.router)
ROUTER.include_router(orders.router)
ROUTER.include_router(documents.router)
ROUTER.include_router(reports.router)

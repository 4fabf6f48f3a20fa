"""Lines of a process: what belongs to a trace says to which."""

import json
import subprocess
import sys

SPEAKER = """
import logging
from opentelemetry.sdk.trace import TracerProvider
from shared.settings import Settings
from shared.telemetry.logs import log_as_chosen

log_as_chosen(Settings(log_format="json"), "ordering")
log = logging.getLogger("spoken")
with TracerProvider().get_tracer("t").start_as_current_span("s") as span:
    log.warning("within", extra={"made": f"{span.get_span_context().trace_id:032x}"})
log.warning("without")
"""


def test_a_line_within_a_trace_names_it_and_no_other_line_does() -> None:
    spoken = subprocess.run([sys.executable, "-c", SPEAKER], capture_output=True, text=True, check=True)
    within, without = map(json.loads, spoken.stderr.splitlines())
    assert within["trace_id"] == within["made"]
    assert "trace_id" not in without

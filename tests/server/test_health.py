"""Whether a server works is told to whoever watches over it, without a sign-in."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.metrics import Metrics, Sizes
from agentconsole.server.settings import ServerSettings
from tests.server.conftest import client_of


def test_a_server_that_works_says_so(either: Database) -> None:
    client = client_of(either, "nobody")
    del client.headers["Authorization"]
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.json() == {"status": "ok", "database": "ok", "schema": "0005", "migrations": "ok"}


def test_a_schema_of_another_version_is_no_health(loaded: Database) -> None:
    with loaded.write() as tx:
        tx.db.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    answer = client_of(loaded, "ada-token").get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "other version"


def test_who_is_about_to_stop_is_healthy_and_not_ready(loaded: Database) -> None:
    app = create_app(loaded, ServerSettings())
    app.state.desk.feed.close()
    client = TestClient(app)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gone.db'}")
    answer = TestClient(create_app(database, ServerSettings())).get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    database.close()


def test_requests_are_counted_by_route_and_never_by_path(loaded: Database) -> None:
    from prometheus_client import generate_latest

    metrics = Metrics(loaded)
    client = TestClient(create_app(loaded, ServerSettings(), measured=metrics.measured))
    client.headers["Authorization"] = "Bearer ada-token"
    for number in (1, 2, 999):
        client.get(f"/api/v2/tickets/{number}.json")
    client.get("/api/v2/search.json", params={"query": "quillfeather"})
    client.get("/nowhere/quillfeather")
    told = generate_latest(metrics.registry).decode()
    route = 'method="GET",route="/api/v2/tickets/{ticket_id:int}"'
    assert f'agentconsole_requests_total{{{route},status="200"}} 2.0' in told
    assert f'agentconsole_requests_total{{{route},status="404"}} 1.0' in told
    assert f"agentconsole_request_seconds_count{{{route}}} 3.0" in told
    assert 'route="none",status="404"' in told
    assert "quillfeather" not in told
    assert "agentconsole_streams 0.0" in told
    assert "agentconsole_database_connections 0.0" in told


def test_methods_that_somebody_invents_are_counted_together(loaded: Database) -> None:
    from prometheus_client import generate_latest

    metrics = Metrics(loaded)
    client = TestClient(create_app(loaded, ServerSettings(), measured=metrics.measured))
    for number in range(3):
        client.request(f"INVENTED{number}", "/healthz")
    client.get("/healthz")
    told = generate_latest(metrics.registry).decode()
    assert "INVENTED" not in told
    counts = [line for line in told.splitlines() if 'method="other"' in line]
    assert sum(float(line.split()[-1]) for line in counts if line.startswith("agentconsole_requests_total{")) == 3
    assert sum(float(line.split()[-1]) for line in counts if line.startswith("agentconsole_request_seconds_count")) == 3
    assert 'agentconsole_requests_total{method="GET",route="/healthz",status="200"} 1.0' in told


def test_sizes_are_those_of_the_tables(loaded: Database) -> None:
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(Sizes(loaded))
    told = generate_latest(registry).decode()
    assert "agentconsole_database_up 1.0" in told
    assert 'agentconsole_tickets{status="open"}' in told
    assert "agentconsole_tokens 3.0" in told
    assert "agentconsole_idempotency_keys 0.0" in told

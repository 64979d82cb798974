"""Uploads and what becomes of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from agentconsole.server.database import Database
from agentconsole.server.schema import blobs
from tests.server.conftest import Clock, client_of


def upload(client: TestClient, content: bytes, **params: str) -> dict[str, Any]:
    answer = client.post("/api/v2/uploads.json", params=params, content=content, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8", "a habit of the real service"
    found: dict[str, Any] = answer.json()["upload"]
    return found


def blob_count(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(blobs)) or 0


def test_uploaded_files_are_taken_over_by_a_comment_once(either: Database) -> None:
    ben = client_of(either, "ben-token")
    first = upload(ben, b"one", filename="Übersicht.txt")
    second = upload(ben, b"two", filename="b.json", token=first["token"])
    assert [each["file_name"] for each in second["attachments"]] == ["Übersicht.txt", "b.json"]
    body = {"ticket": {"comment": {"body": "See files", "uploads": [first["token"]]}}}
    assert ben.put("/api/v2/tickets/1", json=body).status_code == 200
    files = ben.get("/api/v2/tickets/1/comments").json()["comments"][-1]["attachments"]
    assert [(each["file_name"], each["size"]) for each in files] == [("Übersicht.txt", 3), ("b.json", 3)]
    assert ben.put("/api/v2/tickets/1", json=body).status_code == 422
    nobody = TestClient(ben.app, base_url="http://desk.example")
    assert [nobody.get(each["content_url"]).content for each in files] == [b"one", b"two"]


def test_nobody_takes_the_file_that_somebody_else_uploaded(ada: TestClient, ben: TestClient) -> None:
    token = upload(ada, b"hers", filename="a.txt")["token"]
    body = {"ticket": {"comment": {"body": "Mine now", "uploads": [token]}}}
    assert ben.put("/api/v2/tickets/1", json=body).status_code == 422
    new = {"ticket": {"subject": "S", "comment": {"body": "Mine now", "uploads": token}}}
    assert ben.post("/api/v2/tickets", json=new).status_code == 422
    assert ada.put("/api/v2/tickets/1", json=body).status_code == 200


def test_a_file_is_served_so_that_a_browser_neither_guesses_nor_runs_it(ben: TestClient) -> None:
    address = upload(ben, b"<script>", filename='a"\r\n.html')["attachment"]["content_url"]
    headers = ben.get(address).headers
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''a%22%0D%0A.html"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


def test_equal_files_are_kept_once_and_thrown_away_with_their_last_use(loaded: Database, clock: Clock) -> None:
    ben = client_of(loaded, "ben-token")
    before = blob_count(loaded)
    tokens = [upload(ben, b"same", filename=name)["token"] for name in "ab"]
    assert blob_count(loaded) == before + 1
    ben.delete(f"/api/v2/uploads/{tokens[0]}")
    assert ben.get("/api/v2/tickets").status_code == 200
    clock.advance(days=4)
    upload(ben, b"other", filename="c")
    assert blob_count(loaded) == before + 1, "the forgotten upload is gone, the new one is there"


def test_an_upload_is_nobody_elses(ben: TestClient, ada: TestClient) -> None:
    token = upload(ben, b"x", filename="x")["token"]
    assert ada.delete(f"/api/v2/uploads/{token}").status_code == 404
    assert ben.delete(f"/api/v2/uploads/{token}").status_code == 204
    assert ben.delete(f"/api/v2/uploads/{token}").status_code == 404


@pytest.mark.parametrize("address", ["/attachments/token/unknown", "/api/v2/attachments/999999"])
def test_unknown_files_are_not_found(ben: TestClient, address: str) -> None:
    answer: httpx.Response = ben.get(address)
    assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")

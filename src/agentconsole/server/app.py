"""The application: which routes there are and how refusals leave the house."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from agentconsole import __version__
from agentconsole.server import errors
from agentconsole.server.call import JSON
from agentconsole.server.database import Database
from agentconsole.server.desk import Desk
from agentconsole.server.dialect import Dialect
from agentconsole.server.feed import Feed
from agentconsole.server.limits import Limiter
from agentconsole.server.news import News
from agentconsole.server.routes import ROUTERS
from agentconsole.server.settings import ServerSettings
from agentconsole.server.sign_ins import SignInBrake


class Application(FastAPI):
    """FastAPI, with the one form of all refusals put among the schemas of its description."""

    def openapi(self) -> dict[str, Any]:
        schema = super().openapi()
        schema.setdefault("components", {}).setdefault("schemas", {})[errors.SCHEMA_NAME] = errors.SCHEMA
        return schema

    def prepare(self) -> None:
        """Build all routes now. The framework would do it bit by bit, while the first requests wait."""
        nowhere = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
        for route in self.routes:
            route.matches(nowhere)


def desk_for(database: Database, settings: ServerSettings, seconds: Callable[[], float]) -> Desk:
    """Return what the requests to one server share."""
    feed = Feed(database)
    return Desk(
        database,
        settings,
        Limiter(settings.rate_limits, seconds),
        feed,
        SignInBrake(settings.wrong_sign_ins, seconds),
        News(database, feed, settings.heartbeat_every),
    )


def create_app(
    database: Database,
    settings: ServerSettings,
    seconds: Callable[[], float] = time.monotonic,
    measured: Callable[[ASGIApp], ASGIApp] | None = None,
) -> Application:
    """Return the ASGI application that serves *database*, whose schema must be up to date.

    *seconds* is the clock that rate limits are counted by. *measured* counts what is asked.
    """
    app = Application(
        title="agentconsole ticket server",
        version=__version__,
        description="A subset of the Zendesk Support API v2, and extras below /api/agentconsole/v1.",
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.upload_limit,
        responses=errors.declared(400, 401, 403, 404, 409, 413, 422, 429),
    )
    app.state.desk = desk_for(database, settings, seconds)
    if measured is not None:
        # innermost: there the pattern of the path is known, and a path without its ".json"
        app.add_middleware(measured)
    app.add_middleware(Dialect)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=1)
    app.add_exception_handler(errors.Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _fault)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, JSON)


def _gone(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the client left before it had sent its whole request, so nothing was done. That is no fault."""
    return Response(status_code=400)


def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, errors.Problem)
    return _answer(problem.status, problem.body, problem.headers)


def _http(request: Request, fault: Exception) -> Response:
    """The framework's own refusals: an unknown path, a wrong method, a body that is not there."""
    assert isinstance(fault, HTTPException)
    headers = dict(fault.headers or {})
    if fault.status_code == 404:
        return _answer(404, {"error": "InvalidEndpoint", "description": "Not found"}, headers)
    if fault.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request.scope["path"]))
    return _answer(fault.status_code, {"error": "BadRequest", "description": str(fault.detail)}, headers)


def _methods(path: str) -> list[str]:
    """All methods that *path* has; the framework names those of the first route that fits."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()})


def _invalid(_request: Request, fault: Exception) -> Response:
    """A body that does not fit is 422 keyed by field; a parameter that does not fit, or broken JSON, is 400."""
    assert isinstance(fault, RequestValidationError)
    details: dict[str, list[str]] = {}
    for each in fault.errors():
        place: Sequence[Any] = each["loc"]
        if each["type"] == "json_invalid":
            return _answer(400, {"error": "Unprocessable", "description": "Server could not parse JSON"})
        if place[0] != "body":
            problem = errors.invalid_attribute(str(place[-1]), each["msg"])
            return _answer(problem.status, problem.body)
        names = [str(part) for part in place[1:]]
        details.setdefault(".".join(names[1:]) or "base", []).append(each["msg"])
    problem = errors.record_invalid(details)
    return _answer(problem.status, problem.body)


def _unstorable(_request: Request, _fault: Exception) -> Response:
    """The database cannot hold a value; only it knows, and only at the end."""
    problem = errors.record_invalid({"base": "A value cannot be stored."})
    return _answer(problem.status, problem.body)


def _fault(_request: Request, _fault: Exception) -> Response:
    return _answer(500, {"error": "InternalError", "description": "Something went wrong here; it was logged."})

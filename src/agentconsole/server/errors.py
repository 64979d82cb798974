"""Refusals, in the shapes that clients of the dialect know."""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """A request that is refused: an HTTP status and the JSON body that says why."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body.get('error', '')}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def not_found() -> Problem:
    return Problem(404, {"error": "RecordNotFound", "description": "Not found"})


def unauthenticated() -> Problem:
    return Problem(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="agentconsole"'})


def revoked(digest: str, *, wipe: bool) -> Problem:
    """A token was taken back. *digest* is its SHA-256: the answer can't be taken for one to another token.

    ``wipe_requested`` asks the console that presents the token to remove what it keeps of this help desk.
    """
    return Problem(
        401,
        {
            "error": "TokenRevoked",
            "description": "An administrator took back this access.",
            "token_digest": digest,
            "wipe_requested": wipe,
        },
        {"WWW-Authenticate": 'Basic realm="agentconsole"'},
    )


def forbidden(message: str = "You do not have access to this page.") -> Problem:
    return Problem(403, {"error": {"title": "Forbidden", "message": message}})


def bad_request(error: str, description: str) -> Problem:
    return Problem(400, {"error": error, "description": description})


def invalid_attribute(name: str, why: str) -> Problem:
    """A path or query parameter that cannot be understood."""
    return Problem(
        400,
        {
            "error": {
                "title": "Invalid attribute",
                "message": f"You passed an invalid value for the {name} attribute. {why}",
            }
        },
    )


def record_invalid(details: Mapping[str, Sequence[str] | str]) -> Problem:
    """*details*: field name (or ``base``) to the sentence, or sentences, about it."""
    return Problem(
        422,
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {
                field: [
                    {"description": sentence, "error": "InvalidValue"}
                    for sentence in ([sentences] if isinstance(sentences, str) else sentences)
                ]
                for field, sentences in details.items()
            },
        },
    )


def update_conflict() -> Problem:
    return Problem(
        409,
        {
            "error": "UpdateConflict",
            "description": "Safe Update prevented the update due to outdated ticket data.",
        },
    )


def too_many_values(limit: int, what: str) -> Problem:
    return Problem(
        400,
        {"error": "TooManyValues", "description": f"Maximum {limit} {what} per call", "max_count": limit},
    )


def too_many_requests(retry_after: int) -> Problem:
    """*retry_after*: seconds until it is worth trying again."""
    return Problem(
        429,
        {"error": "TooManyRequests", "description": "Number of allowed API requests per minute exceeded"},
        {"Retry-After": str(retry_after)},
    )


SCHEMA_NAME = "Refusal"
SCHEMA: Mapping[str, Any] = {
    "title": SCHEMA_NAME,
    "description": "What every refusal looks like.",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "required": ["title", "message"],
                    "properties": {"title": {"type": "string"}, "message": {"type": "string"}},
                },
            ]
        },
        "description": {"type": "string"},
        "details": {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
    },
}


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, for its OpenAPI entry.

    By reference and not as models: the framework would build one validator for each refusal of each route, and the
    first request would wait for them.
    """
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}}}
    return {status: {"content": content, "description": _MEANINGS[status]} for status in statuses}


_MEANINGS = {
    400: "The request cannot be understood",
    401: "Missing or wrong credentials",
    403: "The role does not allow it",
    404: "No such record",
    405: "No such method here",
    409: "Somebody changed the record meanwhile",
    413: "Too large",
    415: "Unsupported content type",
    422: "The record would be invalid",
    429: "Too many requests; see Retry-After",
}

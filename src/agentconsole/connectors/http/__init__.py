"""The only client HTTP of the program: one connection pool to one help desk, and every failure in one vocabulary."""

from agentconsole.connectors.http.client import Answer, HttpClient

__all__ = ["Answer", "HttpClient"]

"""The only client HTTP of the program: one connection pool to one help desk, and every failure in one vocabulary."""

from agentconsole.connectors.http.client import Answer, HttpClient
from agentconsole.connectors.http.signing import Ask, FixedSignIn, RawAnswer, SignIn

__all__ = ["Answer", "Ask", "FixedSignIn", "HttpClient", "RawAnswer", "SignIn"]

"""A file that somebody brings as their company's certificate authority."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from agentconsole.services.authorities import LARGEST, AuthorityProblem, read_authority


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """The first of the system's authorities, with remarks and a key around it as people's files have them."""
    context = ssl.create_default_context()
    certificate = ssl.DER_cert_to_PEM_cert(context.get_ca_certs(binary_form=True)[0])
    path = tmp_path / "ours.pem"
    path.write_text(f"Our root\n-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n{certificate}\n# end")
    return path


def test_only_the_certificates_are_taken(one: Path) -> None:
    taken = read_authority(one)
    assert taken.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in taken
    assert "Our root" not in taken


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "There is no certificate in it."),
        (b"\x30\x82\x01\x0a binary", "There is no certificate in it."),
        (b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----", "The certificate in it is damaged."),
        (b"x" * (LARGEST + 1), "It is too large to be one."),
    ],
)
def test_what_is_no_authority_is_said_so(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "ours.pem"
    path.write_bytes(content)
    with pytest.raises(AuthorityProblem, match=why):
        read_authority(path)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(AuthorityProblem, match="can't be read"):
        read_authority(tmp_path / "none.pem")

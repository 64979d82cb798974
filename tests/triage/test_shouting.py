"""Shouting is read from capitals, in scripts that have them, and never from code, names or abbreviations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.triage.shouting import shouted
from tests.triage.making import message


@pytest.mark.parametrize(
    "body",
    [
        "WHY DOES NOBODY ANSWER MY TICKETS",
        "Hello, I wrote yesterday. THIS IS COMPLETELY UNACCEPTABLE AND YOU KNOW IT. Regards",
        "ПОЧЕМУ НИКТО НЕ ОТВЕЧАЕТ НА МОИ ПИСЬМА",
        "ΓΙΑΤΙ ΔΕΝ ΑΠΑΝΤΑ ΚΑΝΕΙΣ ΣΤΑ ΜΗΝΥΜΑΤΑ ΜΟΥ",
        "FIX THE CHECKOUT OF shop.example NOW",
        "ANSWER ME!!! I HAVE BEEN WAITING FOR THREE DAYS!!!",
        "WARUM ANTWORTET NIEMAND AUF MEINE GRÖẞTEN SORGEN",
    ],
)
def test_shouting_is_heard(body: str) -> None:
    found = shouted(message(body))
    assert found is not None
    assert body[found.start : found.end] == found.text


def test_all_that_is_shouted_is_quoted() -> None:
    found = shouted(message("Hello. FIX THE CHECKOUT OF shop.example NOW! Regards, Ana"))
    assert found is not None
    assert found.text == "FIX THE CHECKOUT OF shop.example NOW!"


@pytest.mark.parametrize(
    "body",
    [
        "Why does nobody answer my tickets?",
        "URGENT: STORE DOWN",
        "We use SAP, ERP, API, SDK, HTTP, SSL and DNS in the EU.",
        "ERR_CONNECTION_REFUSED SKU-1234-XL INV-2026-0042 HTTP-503 TLS-EXPIRED AAAA-BBBB",
        "2026-11-22 10:00 ERROR COULD NOT CONNECT TO THE PAYMENT GATEWAY",
        "> WHY DOES NOBODY ANSWER MY TICKETS\nThat was my colleague, sorry.",
        "```\nSELECT NAME FROM ORDERS WHERE STATE IS NOT NULL AND PAID\n```",
        "Which formats: JSON, HTML, HTTP, HTTPS, SOAP, REST, YAML, CSV, XLSX?",
        "请帮忙 API HTTP SSL DNS 谢谢",
        "لماذا لا يرد أحد على رسائلي في هذا الموقع",
        "サポートから返事がありません。ずっと待っています。",
        "Thanks!\n\nCONFIDENTIALITY NOTICE: THIS MESSAGE IS FOR ITS ADDRESSEE ONLY AND MAY NOT BE SHARED",
        "Hello\n-- \nANA LIMA, HEAD OF ECOMMERCE, LIMA SHOES AND BAGS LIMITED",
        "",
    ],
)
def test_speaking_is_not_shouting(body: str) -> None:
    assert shouted(message(body)) is None


@given(st.text(max_size=300))
def test_lower_case_never_shouts(body: str) -> None:
    assert shouted(message(body.lower())) is None or any(map(str.isupper, body.lower()))

"""Whose customers write: every organization is one desk's customer, and so stands under one policy pack.

Partners carry a tier, stores a plan, the members of the two smaller desks a tag only. Which kinds of stories they tell
more often than others do, so that a desk of two thousand tickets shows every hint there is:

| hint | where | by the families |
|---|---|---|
| priority, with the condition quoted | stores, partners | store_down, checkout_outage, wrong_prices, payment_some, intermittent, stale_data, provisioning, training, feature_request |
| no explicit service level | stores | everything of normal and low priority |
| the desk that handles it | everywhere | billing_dispute, tax_document, pci, vulnerability, erp_sync, webhook, deal_registration, … |
| the partner's own part, or the platform's | partners | usage_question, theme_scope; store_down, performance, stale_data, webhook |
| not included in support, or billable | members of the policy desk | theme_scope, import_export, api_help, training, billing_dispute, feature_request, data_restoration, seo |
| what a request lacks | partners, members of the PIN desk | vague, account_change; every incident told in a sentence |
| verification by PIN | members of the PIN desk | account_change, portal_access |
| the same problem again | everywhere | tickets told twice, see `world` |
| agent-shopping | members of the policy desk | agent_shopping, told up to three times |
| conduct: shouting, cursing, a remark about age | members of the policy desk | abuse |
| privacy request | partners | gdpr |
| silence: a reminder is due | everywhere | tickets pending or on hold for days |
"""  # noqa: E501 (a table's row is one line)

import random
from typing import NamedTuple

_PARTNERS_ONLY = dict.fromkeys(
    (
        "commission",
        "payout",
        "certification",
        "onboarding",
        "deal_registration",
        "case_study",
        "event",
        "beta",
        "sandbox",
    ),
    0.0,
)


class Membership(NamedTuple):
    """A desk's customers. *share* of all organizations; *tag* marks them where neither tier nor plan does.

    *likelier* multiplies the weights of families by their keys; the others keep theirs.
    """

    key: str
    share: float
    tag: str
    likelier: dict[str, float]


PARTNER = Membership(
    "partner",
    0.58,
    "",
    {"account_change": 0.0, "salesforce_sync": 0.0, "seo": 0.0, "agent_shopping": 0.4, "abuse": 0.4},
)
STORE = Membership(
    "store",
    0.18,
    "",
    _PARTNERS_ONLY
    | {
        "account_change": 0.0,
        "portal_access": 0.0,
        "seo": 0.0,
        "usage_question": 0.0,
        "wrong_prices": 2.5,
        "store_down": 1.5,
        "payment_some": 1.5,
        "intermittent": 1.5,
        "stale_data": 1.5,
        "provisioning": 2.0,
        "training": 1.5,
        "feature_request": 2.5,
        "agent_shopping": 0.0,
        "abuse": 0.4,
    },
)
POLICY_DESK = Membership(
    "policy",
    0.14,
    "americommerce",
    _PARTNERS_ONLY
    | {
        "account_change": 0.0,
        "portal_access": 0.0,
        "salesforce_sync": 0.0,
        "usage_question": 0.0,
        "theme_scope": 2.0,
        "import_export": 2.0,
        "api_help": 1.5,
        "training": 2.5,
        "billing_dispute": 2.0,
        "data_restoration": 2.5,
        "feature_request": 2.0,
        "abuse": 8.0,
        "agent_shopping": 5.0,
    },
)
PIN_DESK = Membership(
    "pin",
    0.10,
    "support_desk",
    _PARTNERS_ONLY
    | {
        "portal_access": 0.0,
        "salesforce_sync": 0.0,
        "seo": 0.0,
        "usage_question": 0.0,
        "account_change": 3.0,
        "vague": 5.0,
        "api_help": 0.0,
        "agent_shopping": 0.0,
        "abuse": 0.4,
    },
)
MEMBERSHIPS = (PARTNER, STORE, POLICY_DESK, PIN_DESK)
# A small world has some of each as well; its first dozen are partners, one of each tier in every region.
_AFTER_THE_FIRST = (STORE, POLICY_DESK, PARTNER, PIN_DESK, STORE, PARTNER, POLICY_DESK, PARTNER, STORE, PIN_DESK)
FIRST_PARTNERS = 12


def membership_of(rng: random.Random, index: int) -> Membership:
    """Return whose customer the organization at *index* is."""
    if index < FIRST_PARTNERS:
        return PARTNER
    if index < FIRST_PARTNERS + len(_AFTER_THE_FIRST):
        return _AFTER_THE_FIRST[index - FIRST_PARTNERS]
    return rng.choices(MEMBERSHIPS, [membership.share for membership in MEMBERSHIPS])[0]

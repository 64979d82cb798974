"""Who handles what people ask: sentences as they are written to a desk, and the contact that must be named."""

from __future__ import annotations

import pytest

from agentconsole.packs.contact_book import ContactBook
from agentconsole.triage.desks import desk_of
from agentconsole.triage.who_handles import Ranking
from tests.packs.shipped import shipped

ASKED = (
    ("We can't log in to the partner portal any more", ("portal_access",)),
    ("Our invoice has the wrong VAT number", ("tax_documents",)),
    ("I want to dispute a charge on last month's bill", ("billing_disputes", "partner_invoices")),
    ("When will our commission be paid out?", ("payment_schedules", "commission_calculations")),
    ("Revenue report for October is missing two stores", ("revenue_reporting",)),
    ("The Stripe gateway declines all cards", ("payment_gateways", "emergency_checkout")),
    ("DHL labels come out blank", ("shipping_providers",)),
    ("SAP sync creates duplicate customers", ("erp_accounting",)),
    ("Mailchimp doesn't receive new subscribers", ("marketing_tools",)),
    ("An app from the app store breaks our checkout", ("third_party_apps", "emergency_checkout")),
    ("How do I authenticate against the API?", ("api_support",)),
    ("Need help with a Liquid template", ("theme_development",)),
    ("Python SDK throws an exception", ("sdk_questions",)),
    ("We want to build our own app", ("app_development",)),
    ("I found an XSS vulnerability", ("vulnerability_reports",)),
    ("Do you have a SOC 2 report?", ("security_questions", "security_audits")),
    ("Which PCI questionnaire applies to us?", ("pci_compliance",)),
    ("Somebody hacked our shop", ("emergency_security", "security_incidents")),
    ("Our store is down", ("emergency_outage",)),
    ("Customers cannot check out", ("emergency_checkout",)),
    ("All products vanished after an import", ("emergency_data_loss",)),
    ("Where is your PGP key?", ("pgp_key",)),
    ("I'd like to register a deal", ("deal_registration",)),
    ("We need a demo store for a prospect", ("demo_environments",)),
    ("Tender with 200 questions due Friday", ("rfp_support",)),
    ("How do you compare to Shopify?", ("competitive_information",)),
    ("Slides for our sales team", ("sales_collateral",)),
    ("Could we write a case study together?", ("case_studies",)),
    ("Press release about our partnership", ("press_releases",)),
    ("Logo files for our website", ("marketing_resources",)),
    ("We'd like a joint marketing campaign", ("co_marketing",)),
    ("Can we get custom training for ten people?", ("custom_training",)),
    ("My exam crashed", ("certification_process",)),
    ("I can't open the course I booked", ("training_access",)),
    ("Who teaches the architecture course?", ("instructors",)),
    ("There is a mistake in the documentation", ("documentation_issues",)),
    ("Please translate the guide into Polish", ("translation_requests",)),
    ("You should write an article about tax", ("content_suggestions",)),
    ("A customer asks to delete all her personal data", ("gdpr_requests",)),
    ("We need a data processing agreement", ("data_processing",)),
    ("Our auditor needs evidence", ("audit_support",)),
    ("New EU regulation on packaging: what will you do?", ("regulatory_changes",)),
    ("Change of the partner agreement", ("partner_agreements",)),
    ("Someone uses our trademark", ("intellectual_property",)),
    ("When do the new terms apply?", ("terms_changes",)),
    ("A lawyer sent us a letter", ("legal_questions",)),
    ("I have a feature request", ("feature_requests",)),
    ("What's on the roadmap for next year?", ("roadmap_questions",)),
    ("We want to join the beta", ("beta_program",)),
    ("I want to report a bug", ("bug_reporting",)),
    ("Our staging environment is broken", ("test_environments",)),
    ("Who is our partner success manager in Germany?", ("psm_eu", "psm_na")),
    ("We need our technical account manager", ("tam_na", "tam_eu")),
    ("Onboarding of a new team member", ("onboarding",)),
    ("How do we reach the gold tier?", ("program_requirements",)),
    ("Speaker for our conference", ("conference_speaking",)),
    ("Tickets for the partner summit", ("partner_summit",)),
    ("Recording of last week's webinar", ("webinars", "training_access")),
    ("I want to be on your podcast", ("podcast_guests",)),
    ("Meetup in Lisbon", ("regional_meetups",)),
    ("Phone number of the Singapore office", ("office_apac",)),
    ("Address of your headquarters", ("headquarters",)),
    ("Your LinkedIn page", ("linkedin",)),
    ("Is there a known outage?", ("status_page_site", "emergency_outage")),
    ("Invite to the Slack community", ("partner_slack",)),
    ("I want to speak to an executive, support keeps failing us", ("vp_support",)),
    ("Support hours in Australia", ("centre_anz",)),
    ("Join the advisory board", ("advisory_board",)),
    ("Load test before Black Friday", ("test_planning",)),
    ("Question about the release candidate", ("release_validation",)),
)


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return Ranking(desk_of(entry) for entry in ContactBook([shipped("store-icu")], []).entries)


def asked_for(ranking: Ranking, sentence: str, most: int) -> list[str]:
    return [match.key.rpartition("/")[2] for match in ranking.rank(sentence, most)]


@pytest.mark.parametrize(("sentence", "wanted"), ASKED)
def test_the_right_contact_is_among_the_first_three(ranking: Ranking, sentence: str, wanted: tuple[str, ...]) -> None:
    assert set(wanted) & set(asked_for(ranking, sentence, 3))


def test_nearly_always_it_is_the_first(ranking: Ranking) -> None:
    first = sum(asked_for(ranking, sentence, 1)[0] in wanted for sentence, wanted in ASKED)
    assert first >= 0.95 * len(ASKED)

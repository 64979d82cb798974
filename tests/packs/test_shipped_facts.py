"""Facts of the five documents, copied here by hand, are found again in the packs."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from agentconsole.packs.matching import Text, Vocabulary
from agentconsole.packs.model import Contact, Pack, TargetRule
from tests.packs.shipped import NAMES, at, shipped

ICU = "store-icu"


def contact(id_: str) -> Contact:
    found = at(ICU, f"contacts.{id_}")
    assert isinstance(found, Contact)
    return found


def target(pack: str, level: str, priority: str) -> TargetRule:
    """Return the first target of a first reply that fits, as the engine takes it."""
    return next(
        rule
        for rule in shipped(pack).sla.targets
        if rule.metric == "first_reply"
        and (not rule.levels or level in rule.levels)
        and (not rule.priorities or priority in rule.priorities)
    )


# store-icu: tiers


@pytest.mark.parametrize("priority", ["urgent", "high", "normal", "low"])
@pytest.mark.parametrize(
    ("tier", "promise", "clock"),
    [
        ("standard", "next business day", "business_hours"),
        ("gold", "4 business hours", "business_hours"),
        ("platinum", "1 hour", ""),
    ],
)
def test_each_tier_is_answered_as_promised_whatever_the_priority(
    tier: str, promise: str, clock: str, priority: str
) -> None:
    rule = target(ICU, tier, priority)
    assert (rule.target, rule.schedule) == (promise, clock)


@pytest.mark.parametrize(
    ("feature", "standard", "gold", "platinum"),
    [
        ("knowledge_base", "Full access", "Full access", "Full access"),
        ("partner_portal", "Full access", "Full access", "Full access"),
        ("email_support", "Business hours", "Extended hours", "24/7/365"),
        ("phone_support", "Limited", "Full access", "Priority line"),
        ("chat_support", "Business hours", "Extended hours", "24/7/365"),
        ("response_time", "Next business day", "4 business hours", "1 hour"),
        ("dedicated_support", "No", "Yes", "Yes + TAM"),
        ("emergency_support", "Limited", "Yes", "Priority access"),
        ("implementation_support", "Self-service", "Limited assistance", "Dedicated resources"),
    ],
)
def test_the_table_of_support_access(feature: str, standard: str, gold: str, platinum: str) -> None:
    assert at(ICU, f"entitlements.{feature}").levels == {"standard": standard, "gold": gold, "platinum": platinum}
    assert len(shipped(ICU).entitlements) == 9


def test_what_a_tier_does_not_have_is_closed_to_it() -> None:
    assert at(ICU, "entitlements.dedicated_support").closed_to == ("standard",)
    assert at(ICU, "entitlements.chat_support").schedule == {
        "standard": "business_hours",
        "gold": "region",
        "platinum": "always",
    }


# store-icu: hours


@pytest.mark.parametrize(
    ("region", "opens", "closes", "zone", "printed", "phone", "email"),
    [
        ("na", "08:00", "20:00", "America/New_York", "8am-8pm ET", "+1-800-PARTNER", "support-na@store.icu"),
        ("eu", "08:00", "18:00", "Europe/Berlin", "8am-6pm CET", "+44-800-STOREICU", "support-eu@store.icu"),
        ("apac", "09:00", "19:00", "Asia/Singapore", "9am-7pm SGT", "+65-800-STOREICU", "support-apac@store.icu"),
        ("latam", "09:00", "19:00", "America/Sao_Paulo", "9am-7pm BRT", "+55-800-STOREICU", "support-latam@store.icu"),
        ("anz", "09:00", "18:00", "Australia/Sydney", "9am-6pm AEST", "+61-800-STOREICU", "support-anz@store.icu"),
    ],
)
def test_regional_centres_and_their_hours(
    region: str, opens: str, closes: str, zone: str, printed: str, phone: str, email: str
) -> None:
    centre = contact(f"centre_{region}")
    assert (centre.availability, centre.phone, centre.email) == (printed, phone, email)
    schedule = at(ICU, f"schedules.{centre.schedule}")
    assert schedule.zone == at(ICU, f"regions.{region}").zone == zone
    assert at(ICU, f"regions.{region}").schedule == centre.schedule
    assert schedule.weekly == {day: [(opens, closes)] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_general_lines_are_open_nine_to_six_where_the_partner_is() -> None:
    schedule = at(ICU, "schedules.business_hours")
    assert schedule.zone == ""
    assert set(schedule.weekly) == {"mon", "tue", "wed", "thu", "fri"}
    assert schedule.weekly["mon"] == [("09:00", "18:00")]
    for id_ in ("general_questions", "partner_chat"):
        assert contact(id_).schedule == "business_hours"
        assert contact(id_).availability == "M-F, 9am-6pm in your region"


# store-icu: the directory


def test_the_directory_has_every_row_of_every_table() -> None:
    rows = Counter(one.section for one in shipped(ICU).contacts)
    assert rows == {
        "Partner Support Team": 4 + 4 + 2,
        "Account Management": 4 + 4 + 4,
        "Technical Support Teams": 5 + 5 + 5 + 1,
        "Financial Contacts": 4 + 4,
        "Marketing and Sales Support": 5 + 5,
        "Training and Education": 5 + 5,
        "Legal and Compliance": 5 + 5,
        "Product Teams": 5 + 5,
        "Regional Contacts": 5 + 5,
        "Executive Escalations": 5,
        "Community Resources": 5 + 5,
        "Event Contacts": 5 + 5,
        "Office Locations": 1 + 5,
        "Digital Channels": 5 + 6,
        "Keeping Contact Information Current": 2,
        "Feedback on Contact Processes": 1,
    }


@pytest.mark.parametrize(
    ("id_", "field", "printed"),
    [
        ("emergency_outage", "details", "+1-800-PARTNER (Option 1)"),
        ("emergency_checkout", "details", "+1-800-PARTNER (Option 2)"),
        ("emergency_security", "phone", "+1-888-SECURITY"),
        ("emergency_data_loss", "email", "urgent@store.icu"),
        ("platinum_emergency_line", "details", "Your specific number in partner welcome kit"),
        ("psm_apac", "email", "nameAPAC@store.icu"),
        ("tam_latam", "email", "tamLatAm@store.icu"),
        ("pgp_key", "link", "https://security.store.icu/pgp-key"),
        ("sdk_questions", "url", "github.com/storeicu"),
        ("billing_disputes", "email", "billing-resolution@store.icu"),
        ("leader_mea", "name", "Regional Manager, MEA"),
        ("cpo", "when", "Critical product feedback and roadmap alignment"),
        ("partner_slack", "details", "By invitation, contact your PSM"),
        ("headquarters", "address", "123 Commerce Street, Amsterdam, Netherlands"),
        ("office_dach", "address", "101 Ecommerce Straße, Berlin, 10115, Germany"),
        ("office_au", "phone", "+61 2 8765 4321"),
        ("youtube", "url", "youtube.com/c/storeicu"),
        ("status_page_site", "url", "status.store.icu"),
    ],
)
def test_contacts_stand_as_printed(id_: str, field: str, printed: str) -> None:
    assert getattr(contact(id_), field) == printed


def test_emergency_lines_are_told_apart_by_kind_and_tier() -> None:
    emergency = {one.id: one for one in shipped(ICU).contacts if one.emergency}
    assert {one.emergency for one in emergency.values()} >= {
        "Critical Outages",
        "Checkout Issues",
        "Security Incidents",
        "Data Loss",
    }
    assert {id_ for id_, one in emergency.items() if one.levels == ("platinum",)} == {
        "platinum_emergency_line",
        "platinum_engineering",
    }
    assert (emergency["emergency_outage"].option, emergency["emergency_checkout"].option) == ("1", "2")


def test_executives_are_five_and_stand_behind_the_matrix() -> None:
    pack = shipped(ICU)
    executives = [one for one in pack.contacts if one.executive]
    assert [one.id for one in executives] == ["vp_partner_success", "vp_support", "cro", "cpo", "cto"]
    assert all(one.when for one in executives)
    assert pack.escalation is not None
    assert len(pack.escalation.steps) >= 5
    assert not {one.id for one in executives} & {id_ for step in pack.escalation.steps for id_ in step.contacts}


KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_well_formed(name: str) -> None:
    for one in shipped(name).contacts:
        assert not one.email or re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", one.email), one.id
        if one.phone:
            assert re.fullmatch(r"\+[\dA-Z -]+", one.phone), one.id
            digits = re.sub(r"\D", "", one.phone.upper().translate(KEYPAD))
            assert one.link == f"tel:+{digits}", one.id
        if one.url:
            assert re.fullmatch(r"[\w.-]+\.\w+(/[\w./-]*)?", one.url), one.id
            assert one.link == f"https://{one.url}", one.id
    for link in shipped(name).links:
        assert not link.url or re.fullmatch(r"https://[\w.-]+(/[\w./-]*)?(\?[\w=&{}.-]+)?", link.url), link.id


# store-icu: lifecycle and the rest


def test_a_case_has_five_stages_of_four_demands() -> None:
    stages = shipped(ICU).lifecycle
    assert [stage.title for stage in stages] == [
        "Case Creation",
        "Initial Response",
        "Investigation",
        "Resolution",
        "Closure",
    ]
    assert [len(stage.demands) for stage in stages] == [4, 4, 4, 4, 4]
    before = {demand.id: demand.required_before for stage in stages for demand in stage.demands}
    assert before["verification"] == "solved"
    assert before["survey"] == before["prevention"] == "closed"


def test_the_organization_is_reviewed_quarterly() -> None:
    review = at(ICU, "reminders.profile_review")
    assert 89 <= review.every_days <= 92
    assert len(review.points) == 5


def test_contact_data_is_used_for_five_purposes_only() -> None:
    privacy = shipped(ICU).privacy
    assert privacy is not None
    assert len(privacy.uses) == 5
    assert contact(privacy.contact).email == "privacy@store.icu"


# storeconnect


@pytest.mark.parametrize(
    ("priority", "flagship", "emporium", "boutique", "pop_up"),
    [
        ("urgent", "1 business day", "2 business days", "3 business days", "3 business days"),
        ("high", "1 week", "1 week", "2 weeks", "2 weeks"),
        ("normal", "none", "none", "none", "none"),
        ("low", "none", "none", "none", "none"),
    ],
)
def test_timing_by_plan_and_priority(priority: str, flagship: str, emporium: str, boutique: str, pop_up: str) -> None:
    promised = {"flagship": flagship, "emporium": emporium, "boutique": boutique, "pop_up": pop_up}
    assert {plan: target("storeconnect", plan, priority).target for plan in promised} == promised


def test_priorities_have_the_conditions_of_the_document() -> None:
    counted = {rule.id: len(rule.conditions) for rule in shipped("storeconnect").priorities}
    assert counted == {"urgent": 6, "high": 4, "normal": 4, "low": 3}


# support-desk


def test_what_to_include_is_asked_for_in_three_groups() -> None:
    groups = Counter(item.section for item in shipped("support-desk").intake.items)
    assert groups == {"Account Information": 3, "Issue Details": 4, "Additional Information": 4}
    assert all(item.question for item in shipped("support-desk").intake.items)


def test_the_pin_is_found_under_settings_security_and_never_asked_for_in_writing() -> None:
    pack = shipped("support-desk")
    assert pack.pin is not None
    assert "Settings → Security" in pack.pin.where
    assert pack.pin.attempts <= 5
    assert "don't write it" in at("support-desk", "templates.pin_how_to").body


# americommerce


def test_scope_is_included_excluded_and_billable() -> None:
    kinds = Counter(rule.kind for rule in shipped("americommerce").scope)
    assert kinds == {"included": 5 + 1, "excluded": 9, "billable": 7}
    for rule in shipped("americommerce").scope:
        if rule.kind != "included":
            assert rule.reason, rule.id
            assert rule.destination, rule.id
            assert rule.template, rule.id


def test_misconduct_has_kinds_and_consequences_in_order() -> None:
    conduct = shipped("americommerce").conduct
    assert conduct is not None
    assert {one.id for one in conduct.infractions} == {
        *("cursing", "sexist", "racial", "religious", "political", "jingoist", "ageist", "shouting", "agent_shopping"),
    }
    assert [one.id for one in conduct.sanctions] == ["warning", "temporary_ban", "loss_of_privileges"]
    assert [one.confirm for one in conduct.sanctions] == [False, True, True]
    assert conduct.sanctions[1].days
    assert conduct.sanctions[2].days is None


# all of them


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_assumed_is_said_in_a_sentence(name: str) -> None:
    pack = shipped(name)
    assert pack.match.assumed.endswith(".")
    for schedule in pack.schedules:
        if schedule.holidays or not (schedule.always or schedule.zone):
            assert schedule.assumed, schedule.id


@pytest.mark.parametrize("name", NAMES)
def test_templates_greet_and_sign(name: str) -> None:
    for template in shipped(name).templates:
        if template.public:
            assert "{{ticket.requester.first_name}}" in template.body, template.id
            assert template.body.rstrip().endswith("{{agent.name}}"), template.id


def handled_by(pack: Pack, sentence: str) -> set[str]:
    """Return the ids of contacts whose words are in *sentence*."""
    return set(Vocabulary((one.id, one.words) for one in pack.contacts).fitting(Text(sentence)))


@pytest.mark.parametrize("name", NAMES)
def test_every_contact_is_found_by_words_that_ask_for_it(name: str) -> None:
    pack = shipped(name)
    for one in pack.contacts:
        assert one.words.any, one.id
        sentence = f"Hello, a question: {one.words.any[0].replace('*', '')}. Thank you"
        assert one.id in handled_by(pack, sentence), one.id


@pytest.mark.parametrize(
    ("sentence", "id_"),
    [
        ("Who can tell me why I was billed twice for the same store?", "billing_disputes"),
        ("Our card payments through Stripe are failing", "payment_gateways"),
        ("We found an XSS in the search box", "vulnerability_reports"),
        ("A customer wants the right to be forgotten", "gdpr_requests"),
        ("I'd like to speak at your conference", "conference_speaking"),
        ("The exam froze and my voucher is gone", "certification_process"),
        ("DHL labels print without a barcode", "shipping_providers"),
        ("NetSuite no longer gets our orders", "erp_accounting"),
        ("When is our commission paid, and how is the commission worked out?", "commission_calculations"),
        ("Locked out of the portal after too many attempts", "portal_access"),
        ("We need a sales deck for a prospect", "sales_collateral"),
        ("The whole shop is down since ten", "emergency_outage"),
        ("There is a typo in the guide", "documentation_issues"),
        ("Somebody uses our trademark in a shop of yours", "intellectual_property"),
        ("How do we join the beta of the new editor?", "beta_program"),
        ("We have an RFP due on Friday", "rfp_support"),
        ("Customers cannot check out", "emergency_checkout"),
        ("I want to dispute a charge on last month's bill", "billing_disputes"),
        ("Who teaches the architecture course?", "instructors"),
        ("How do we reach the gold tier?", "program_requirements"),
        ("Phone number of the Singapore office", "office_apac"),
        ("Many category pages of our shop have become slow, one request in five fails", "bug_reporting"),
    ],
)
def test_who_handles_what_people_ask(sentence: str, id_: str) -> None:
    assert id_ in handled_by(shipped(ICU), sentence)

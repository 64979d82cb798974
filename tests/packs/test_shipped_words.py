"""Real-life sentences, none of them of the demo, meet the rule that a person would have named."""

from __future__ import annotations

import pytest

from agentconsole.domain.values import Priority
from agentconsole.packs.matching import Text
from agentconsole.triage.rulebook import Rulebook
from tests.packs.shipped import NAMES, shipped

PRIORITIES = (
    ("storeconnect", "Our website has been down for an hour", "urgent"),
    ("storeconnect", "The site is not loading for anyone", "urgent"),
    ("storeconnect", "Nobody can access our shop", "urgent"),
    ("storeconnect", "We get a 503 when opening our store, completely offline", "urgent"),
    ("storeconnect", "Our online shop went down this morning", "urgent"),
    ("storeconnect", "Checkout is not working, customers can't place orders", "urgent"),
    ("storeconnect", "All credit card payments are failing", "urgent"),
    ("storeconnect", "No payments are going through since noon", "urgent"),
    ("storeconnect", "Stripe is rejecting every transaction", "urgent"),
    ("storeconnect", "Customers are unable to pay", "urgent"),
    ("storeconnect", "Products show the wrong price on the site", "urgent"),
    ("storeconnect", "Prices are incorrect since the last sync", "urgent"),
    ("storeconnect", "The price displayed is 10 instead of 100", "urgent"),
    ("storeconnect", "A product is listed at $1 by mistake", "urgent"),
    ("storeconnect", "We might get sued over this", "urgent"),
    ("storeconnect", "Customer data of other people is visible", "urgent"),
    ("storeconnect", "This could be a GDPR breach", "urgent"),
    ("storeconnect", "We can't fulfil any orders and are losing money every hour", "urgent"),
    ("storeconnect", "Our business has come to a halt", "urgent"),
    ("storeconnect", "Some customers get an error when paying with PayPal", "high"),
    ("storeconnect", "Payments fail occasionally", "high"),
    ("storeconnect", "The site is sometimes very slow to load", "high"),
    ("storeconnect", "Pages load intermittently", "high"),
    ("storeconnect", "Every now and then the homepage does not load", "high"),
    ("storeconnect", "The store keeps timing out", "high"),
    ("storeconnect", "Stock levels on the site are out of date", "high"),
    ("storeconnect", "The product page shows old information", "high"),
    ("storeconnect", "Inventory isn't updating from Salesforce", "high"),
    ("storeconnect", "Orders are not syncing to Salesforce", "high"),
    ("storeconnect", "Checkout was broken but we found a workaround", "high"),
    ("storeconnect", "Can we get training for our new staff?", "normal"),
    ("storeconnect", "Please set up a second store for us", "normal"),
    ("storeconnect", "We need a new sandbox", "normal"),
    ("storeconnect", "How should we implement subscriptions?", "normal"),
    ("storeconnect", "A small layout issue on the contact page", "normal"),
    ("storeconnect", "The logo is slightly misaligned", "normal"),
    ("storeconnect", "It would be nice to have wishlists", "low"),
    ("storeconnect", "Feature request: gift wrapping", "low"),
    ("storeconnect", "I noticed a typo on the thank-you page", "low"),
    ("storeconnect", "Suggestion: add dark mode", "low"),
    ("storeconnect", "Everything works fine, thanks", ""),
    ("storeconnect", "Please send me the invoice", ""),
    ("storeconnect", "Hi, since 9am our shop shows a white page to everybody", "urgent"),
    ("storeconnect", "We are completely offline, please call me", "urgent"),
    ("storeconnect", "Shop unreachable, error 502", "urgent"),
    ("storeconnect", "Nobody is able to order anything right now", "urgent"),
    ("storeconnect", "The payment step fails for all customers", "urgent"),
    ("storeconnect", "Card processing is down", "urgent"),
    ("storeconnect", "Sale prices are not applied and customers pay full price", "urgent"),
    ("storeconnect", "All items cost $0", "urgent"),
    ("storeconnect", "Shoppers can see each other's order history", "urgent"),
    ("storeconnect", "PayPal errors for part of our customers", "high"),
    ("storeconnect", "Our pages load very slowly this week", "high"),
    ("storeconnect", "Homepage sometimes gives a 500", "high"),
    ("storeconnect", "New products from Salesforce don't show up", "high"),
    ("storeconnect", "Search shows products we removed last week", "high"),
    ("storeconnect", "Could someone give our team an introduction to the admin?", "normal"),
    ("storeconnect", "Please create a staging store", "normal"),
    ("storeconnect", "The footer has a small alignment problem", "normal"),
    ("storeconnect", "We would love to see gift cards", "low"),
    ("storeconnect", "Small bug: the tooltip has a typo", "low"),
    ("storeconnect", "What time is it in your office?", ""),
    ("storeconnect", "Emergency: our storefront is not reachable from anywhere", "urgent"),
    ("storeconnect", "The whole shop has been offline since midnight", "urgent"),
    ("storeconnect", "Credit cards are refused for everybody at checkout", "urgent"),
    ("storeconnect", "Our customers cannot complete their orders", "urgent"),
    ("storeconnect", "Several products are sold at the wrong price", "urgent"),
    ("storeconnect", "Orders of other customers are visible after login", "urgent"),
    ("storeconnect", "Klarna fails for some of our customers", "high"),
    ("storeconnect", "The shop is very slow in the evening", "high"),
    ("storeconnect", "From time to time the cart page returns an error", "high"),
    ("storeconnect", "Stock is not updating from Salesforce", "high"),
    ("storeconnect", "The category page still shows deleted products", "high"),
    ("storeconnect", "We need training for two new colleagues", "normal"),
    ("storeconnect", "Can you provision a second store in euro?", "normal"),
    ("storeconnect", "Minor glitch in the mobile menu", "normal"),
    ("storeconnect", "Feature request: bulk edit of prices", "low"),
    ("storeconnect", "How was your weekend?", ""),
    ("store-icu", "Our client's store is down!", "urgent"),
    ("store-icu", "Checkout is broken for everyone", "urgent"),
    ("store-icu", "We have been hacked", "urgent"),
    ("store-icu", "All orders are gone", "urgent"),
    ("store-icu", "The ERP integration stopped syncing", "high"),
    ("store-icu", "The site is really slow", "high"),
    ("store-icu", "Inventory data is wrong", "high"),
    ("store-icu", "Checkout spins for everyone", "urgent"),
    ("store-icu", "All products disappeared", "urgent"),
    ("store-icu", "Data between ERP and shop is inconsistent", "high"),
    ("store-icu", "Our client's site is not loading at all", "urgent"),
    ("store-icu", "Nobody can pay, checkout is broken", "urgent"),
    ("store-icu", "The admin is really slow", "high"),
    ("support-desk", "I can't log in, urgent!", "high"),
    ("support-desk", "Quick question about taxes", "normal"),
)

SCOPE = (
    ("americommerce", "Can you fix the CSS on my homepage?", "custom_code"),
    ("americommerce", "I edited the template and now the footer is broken", "custom_code"),
    ("americommerce", "Please add some HTML to my product page", "custom_code"),
    ("americommerce", "My custom JavaScript stopped working", "custom_code"),
    ("americommerce", "I'd like a new design for my store", "design"),
    ("americommerce", "Can you redesign our homepage?", "design"),
    ("americommerce", "Can someone train me over the phone?", "one_on_one_training"),
    ("americommerce", "I need a walkthrough of the admin", "one_on_one_training"),
    ("americommerce", "I was charged twice on my credit card for my subscription", "accounting"),
    ("americommerce", "I need a refund for last month", "accounting"),
    ("americommerce", "Where do I find my invoice?", "accounting"),
    ("americommerce", "Cancel my account and refund me", "accounting"),
    ("americommerce", "QuickBooks doesn't import my orders", "third_party"),
    ("americommerce", "How do I set up my Mailchimp account?", "third_party"),
    ("americommerce", "My PayPal account is limited", "third_party"),
    ("americommerce", "Please change the price of all products for me", "admin_edits"),
    ("americommerce", "Can you add 50 products to my store?", "admin_edits"),
    ("americommerce", "What is my customer's password?", "admin_edits"),
    ("americommerce", "Please add a wishlist feature", "platform_features"),
    ("americommerce", "I want the checkout to have one page instead of three, please change that", "platform_features"),
    ("americommerce", "Can you import my products from Shopify?", "import_export"),
    ("americommerce", "Please export all my orders for me", "import_export"),
    ("americommerce", "I need help with the API", "api"),
    ("americommerce", "The REST API returns 401", "api"),
    ("americommerce", "Can you help with our SEO?", "billable_seo"),
    ("americommerce", "I deleted all categories by accident, can you restore them?", "billable_restoration"),
    ("americommerce", "Can you restore a backup?", "billable_restoration"),
    ("americommerce", "We need a custom module developed", "billable_development"),
    ("americommerce", "My store is down", "store_available"),
    ("americommerce", "My SSL certificate has expired", "web_hosting"),
    ("americommerce", "Emails from my domain bounce", "web_hosting"),
    ("americommerce", "How do I change my nameservers?", "web_hosting"),
    ("americommerce", "I found a bug in the coupon module", "bug_reports"),
    ("americommerce", "Thank you for your help", ""),
    ("americommerce", "My menu looks broken after I changed the stylesheet", "custom_code"),
    ("americommerce", "Could your team build a landing page for us?", "design"),
    ("americommerce", "Can I book an hour with someone who explains everything?", "one_on_one_training"),
    ("americommerce", "You billed me two times this month", "accounting"),
    ("americommerce", "I want my money back", "accounting"),
    ("americommerce", "ShipStation doesn't pick up new orders", "third_party"),
    ("americommerce", "Please upload these 20 products for me", "admin_edits"),
    ("americommerce", "It would be great if coupons could be combined", "platform_features"),
    ("americommerce", "Can you move my products over from WooCommerce?", "import_export"),
    ("americommerce", "How do I call your API from PHP?", "api"),
    ("americommerce", "Google doesn't rank my shop", "billable_seo"),
    ("americommerce", "I lost all my categories, is there a backup?", "billable_restoration"),
    ("americommerce", "Does my store work today? It shows an error page", "store_available"),
    ("americommerce", "How do I point my domain to your servers?", "web_hosting"),
    ("americommerce", "What is the status of ticket 4711?", "ticket_status"),
    ("americommerce", "The CSS of my cart page is messed up", "custom_code"),
    ("americommerce", "I need help with my HTML", "custom_code"),
    ("americommerce", "Could you create a banner and change the look of my shop?", "design"),
    ("americommerce", "Please walk me through the setup on the phone", "one_on_one_training"),
    ("americommerce", "Why was I charged $99 on Monday?", "accounting"),
    ("americommerce", "My invoice is wrong", "accounting"),
    ("americommerce", "Klaviyo shows no events", "third_party"),
    ("americommerce", "Could you edit our content for us?", "admin_edits"),
    ("americommerce", "Feature request: gift wrapping", "platform_features"),
    ("americommerce", "Importing products fails, can you import them for me?", "import_export"),
    ("americommerce", "API returns an error when I post an order", "api"),
    ("americommerce", "Please restore the pages I deleted", "billable_restoration"),
    ("americommerce", "DNS records for my domain", "web_hosting"),
    ("americommerce", "The site is down", "store_available"),
    ("store-icu", "How do I add a new product?", "partner_usage"),
    ("store-icu", "How can I configure taxes?", "partner_configuration"),
    ("store-icu", "How do I change the homepage banner text?", "partner_content"),
    ("store-icu", "Can you adjust our theme's CSS?", "partner_theme"),
    ("store-icu", "What does the loyalty feature do?", "partner_features"),
    ("store-icu", "Which menu lets me set the shipping zones?", "partner_configuration"),
    ("store-icu", "The header of our theme overlaps the logo, can you fix our CSS?", "partner_theme"),
    ("store-icu", "How do I create a discount code?", "partner_usage"),
    ("store-icu", "Theme CSS question", "partner_theme"),
)

DESKS = (
    ("store-icu", "The API rate limits are too low for our sync", "Integrations"),
    ("store-icu", "Webhook deliveries fail", "Integrations"),
    ("store-icu", "We have a billing question about invoice 123", "Billing"),
    ("store-icu", "When do we get our commission?", "Billing"),
    ("store-icu", "We found a security hole", "Security"),
    ("store-icu", "A customer wants his data deleted under GDPR", "Security"),
    ("store-icu", "Shop is down since this morning", "Technical"),
    ("store-icu", "The admin is extremely slow today", "Technical"),
    ("store-icu", "Certification exam question", "Tier 1"),
    ("store-icu", "Question about partner onboarding", "Tier 1"),
    ("store-icu", "Our invoices show the old address", "Billing"),
    ("store-icu", "Your webhook signature does not match", "Integrations"),
    ("store-icu", "We think somebody broke into the admin", "Security"),
    ("store-icu", "We'd like to see our certificates in the portal", "Tier 1"),
    ("store-icu", "Question about an invoice", "Billing"),
    ("store-icu", "Possible security breach in our store", "Security"),
    ("store-icu", "Shopify import via API", "Integrations"),
    ("store-icu", "Where is my exam result?", "Tier 1"),
)

PRIVACY = (
    ("store-icu", "A customer asks us to delete her account and data"),
    ("store-icu", "Please remove my contact details from your database"),
    ("store-icu", "Delete all personal data of customer 55 please"),
    ("store-icu", "Please erase all data about our former employee"),
)


QUIET = (
    ("store-icu", "The token stood in a public repository and is offline again", "priority"),
    ("store-icu", "The console prints WEBHOOK-410 each time", "route"),
    ("store-icu", "So far we have rotated the API key", "route"),
    ("store-icu", "Many thanks in advance, best regards", "scope"),
    ("store-icu", "Please delete order 4711, it was a test", "privacy"),
    ("storeconnect", "So far we have compared it with a second store where it works", "priority"),
    ("storeconnect", "Thanks, all good now", "priority"),
    ("americommerce", "So far we have disabled all third-party scripts", "scope"),
    ("americommerce", "The last answer was very kind", "scope"),
    ("americommerce", "We open a new store in Berlin next week", "route"),
)
"""Sentences that no rule of the kind is meant by."""

RULES = {name: Rulebook(shipped(name)) for name in NAMES}


def found(pack: str, sentence: str, kind: str) -> set[str]:
    """Return the ids of the rules of *kind* whose words are in *sentence*."""
    return {id_ for (of, id_) in RULES[pack].told.fitting(Text(sentence)) if of == kind}


@pytest.mark.parametrize(("pack", "sentence", "priority"), PRIORITIES)
def test_the_priority_is_the_one_the_document_gives(pack: str, sentence: str, priority: str) -> None:
    told = {id_.partition("/")[0] for id_ in found(pack, sentence, "priority")}
    assert next((one.value for one in Priority if one.value in told), "") == priority


@pytest.mark.parametrize(("pack", "sentence", "rule"), SCOPE)
def test_the_rule_of_scope_is_met(pack: str, sentence: str, rule: str) -> None:
    told = found(pack, sentence, "scope")
    assert rule in told if rule else not told


@pytest.mark.parametrize(("pack", "sentence", "group"), DESKS)
def test_the_desk_is_named(pack: str, sentence: str, group: str) -> None:
    groups = {route.group for route in shipped(pack).routes if route.id in found(pack, sentence, "route")}
    assert groups == {group}


@pytest.mark.parametrize(("pack", "sentence"), PRIVACY)
def test_a_privacy_request_is_seen(pack: str, sentence: str) -> None:
    assert found(pack, sentence, "privacy")


@pytest.mark.parametrize(("pack", "sentence", "kind"), QUIET)
def test_what_is_not_meant_meets_no_rule(pack: str, sentence: str, kind: str) -> None:
    assert found(pack, sentence, kind) == set()

# ruff: noqa: E501 (tables of prose: a sentence stays on its line)
"""Fills the slots of a scenario's texts, each with one value a ticket, drawn when it is first asked for."""

import random
from collections.abc import Callable

_GATEWAYS = ("Adyen", "Stripe", "PayPal", "Mollie", "Klarna", "Worldpay", "Braintree", "Mercado Pago", "Razorpay", "Checkout.com",
             "iDEAL", "Afterpay", "Authorize.Net", "Square", "Przelewy24", "KakaoPay", "Alipay", "Bancontact")  # fmt: skip
_CARRIERS = ("DHL Express", "UPS Ground", "FedEx", "PostNL", "Royal Mail", "Correios", "Australia Post", "GLS", "Colissimo",
             "Yamato", "SingPost", "Canada Post", "InPost", "La Poste", "Aramex", "NZ Post")  # fmt: skip
_ERPS = ("SAP Business One", "NetSuite", "Dynamics 365", "Odoo", "Exact Online", "Xero", "QuickBooks", "Sage 200", "DATEV", "Tally",
         "Infor M3", "Acumatica", "Totvs Protheus", "MYOB")  # fmt: skip
_MARKETING = ("Klaviyo", "Mailchimp", "HubSpot", "Brevo", "Google Merchant Center", "Meta Catalogue", "ActiveCampaign", "Dotdigital",
              "Segment", "Omnisend", "Pinterest feed", "TikTok Shop")  # fmt: skip
_ERRORS = ("ERR_GATEWAY_TIMEOUT", "CHK-4012", "PAY-2207", "SYNC-118", "AUTH-401", "TLS-EXPIRED", "CART-0031", "TAX-5003", "IMP-7740",
           "WEBHOOK-410", "RATE-429", "SES-9006", "INV-3314", "SRCH-502", "DNS-NXDOMAIN", "3DS-ABANDONED", "FX-0009")  # fmt: skip
_PRODUCTS = ("linen apron", "espresso cups (set of 6)", "merino beanie", "oak side table", "trail shoes", "cast-iron pan",
             "face serum 30 ml", "dog harness M", "LED desk lamp", "canvas tote", "ceramic vase", "yoga mat", "leather wallet",
             "bamboo toothbrush 4-pack", "wireless earbuds", "rain jacket", "tea sampler", "vinyl reissue", "puzzle 1000 pieces",
             "garden shears", "baby blanket", "pocket knife", "watch strap 20 mm", "roasted beans 1 kg")  # fmt: skip
_PAGES = ("/checkout", "/cart", "/account/orders", "/search?q=", "/collections/new", "/products/", "/blog", "/gift-cards", "/wishlist",
          "/checkout/payment", "/checkout/shipping", "/login", "/returns", "/store-locator")  # fmt: skip
_BROWSERS = ("Chrome 141 on Windows 11", "Safari 19 on an iPhone 16", "Firefox 144 on Ubuntu", "Edge 141", "Samsung Internet",
             "Chrome on Android 16", "Safari on macOS", "an in-app browser (Instagram)")  # fmt: skip
_THEMES = ("Harbour", "Solstice", "Ledger", "Piazza", "Nocturne", "Fieldnotes", "Parallel", "Marquee")
_EVENTS = ("order.created", "order.paid", "inventory.updated", "refund.issued", "customer.updated", "product.deleted",
           "shipment.dispatched", "subscription.renewed")  # fmt: skip
_SDKS = ("Python SDK 4.2", "PHP SDK 7.0", "Node SDK 5.11", "Ruby SDK 3.8", "Java SDK 2.6", ".NET SDK 6.1", "Go SDK 1.9")
_COURSES = ("Platform Fundamentals", "Implementation Specialist", "Support Specialist", "Solution Architect")
_LANGUAGES = (
    "Dutch",
    "Finnish",
    "Korean",
    "Brazilian Portuguese",
    "Catalan",
    "Arabic",
    "Thai",
    "Hungarian",
    "Polish",
    "Hebrew",
)
_COUNTRIES = (
    "Norway",
    "Chile",
    "Switzerland",
    "Malaysia",
    "South Africa",
    "Poland",
    "Mexico",
    "Japan",
    "Ireland",
    "New Zealand",
)
_CITIES = ("Lisbon", "Austin", "Singapore", "Berlin", "São Paulo", "Melbourne", "Toronto", "Warsaw", "Osaka", "Nairobi")
_TRIED = ("cleared the cache and tried in a private window", "switched the app off and on again", "rolled back the last theme release",
          "compared it with a second store where it works", "reproduced it in the sandbox", "asked two customers to retry",
          "gone through the troubleshooting article", "rotated the API key", "disabled all third-party scripts",
          "run the store health check, which is green", "checked the status page, which shows nothing")  # fmt: skip
_FACTS = ("Nothing was deployed on our side this week.", "It worked on {weekday} for certain.", "We first noticed it at about {clock}.",
          "A colleague sees the same from another office.", "Only signed-in customers are affected as far as we can tell.",
          "The audit log shows no change by any of us.", "It comes and goes: roughly one attempt in {few} succeeds.",
          "Roughly {many} visitors are affected per hour.", "The client is preparing a campaign for {weekday}.",
          "The theme is {theme}, untouched since spring.", "We saw it in {browser} and could repeat it.",
          "Two other stores of ours on the same plan are fine.", "The console prints {error} each time.",
          "There is a temporary workaround, but it costs our team an hour a day.", "The owner of the shop is calling us every hour.",
          "For reference: the last good order was {order}.")  # fmt: skip
_CIRCUMSTANCES = ("There is no great hurry.", "An answer by {weekday} would help us a lot.", "A link is enough if it is written down somewhere.",
                  "My colleague asked the same in spring, without an answer.", "Please answer in writing, our management files it.",
                  "I am in meetings until {clock}, after that by phone.", "Others in our team wonder as well.",
                  "We could not find it in the knowledge base.", "If I am in the wrong place, please pass it on.",
                  "It is the only thing that still holds us up.")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_ITEMS = (
    "the export job",
    "the nightly sync",
    "the product feed",
    "the stock update",
    "the price list",
    "the redirect table",
)

Draw = Callable[[random.Random], str]


def _one_of(values: tuple[str, ...]) -> Draw:
    count = len(values)
    return lambda rng: values[int(rng.random() * count)]


def _number(first: int, last: int, before: str = "", after: str = "") -> Draw:
    span = last - first
    return lambda rng: before + str(first + int(rng.random() * span)) + after


def _sku(rng: random.Random) -> str:
    letters = "ABCDEFGHKLMNPRSTVWX"
    pick = rng.random
    prefix = letters[int(pick() * 19)] + letters[int(pick() * 19)] + letters[int(pick() * 19)]
    return prefix + "-" + str(1000 + int(pick() * 8999)) + rng.choice(("", "-S", "-M", "-XL", "-BLK", "-02"))


def _clock(rng: random.Random) -> str:
    return f"{6 + int(rng.random() * 15):02}:{int(rng.random() * 12) * 5:02}"


def _version(rng: random.Random) -> str:
    return str(2 + int(rng.random() * 9)) + "." + str(int(rng.random() * 20)) + "." + str(int(rng.random() * 9))


_DRAWS: dict[str, Draw] = {
    "order": _number(100_000, 989_999, "#"),
    "order2": _number(100_000, 989_999, "#"),
    "sku": _sku,
    "sku2": _sku,
    "gateway": _one_of(_GATEWAYS),
    "carrier": _one_of(_CARRIERS),
    "erp": _one_of(_ERPS),
    "tool": _one_of(_MARKETING),
    "error": _one_of(_ERRORS),
    "product": _one_of(_PRODUCTS),
    "page": _one_of(_PAGES),
    "browser": _one_of(_BROWSERS),
    "theme": _one_of(_THEMES),
    "event": _one_of(_EVENTS),
    "sdk": _one_of(_SDKS),
    "course": _one_of(_COURSES),
    "tongue": _one_of(_LANGUAGES),
    "country": _one_of(_COUNTRIES),
    "city": _one_of(_CITIES),
    "tried": _one_of(_TRIED),
    "weekday": _one_of(_WEEKDAYS),
    "item": _one_of(_ITEMS),
    "clock": _clock,
    "version": _version,
    "http": _one_of(("500", "502", "503", "504", "403", "409", "422", "429")),
    "down": _one_of(("500", "502", "503", "504")),
    "few": _number(3, 12),
    "many": _number(20, 900),
    "rows": _number(1_200, 88_000),
    "seconds": _number(4, 29),
    "percent": _number(8, 74, "", " %"),
    "amount": lambda rng: (
        f"{rng.choice(('€', '$', '£', 'S$', 'A$', 'R$ '))}{12 + int(rng.random() * 9800)}.{int(rng.random() * 99):02d}"
    ),
    "price": lambda rng: f"{9 + int(rng.random() * 180)}.{rng.choice(('00', '50', '90', '95', '99'))}",
    "price2": lambda rng: f"{1 + int(rng.random() * 9)}.{rng.choice(('00', '09', '90', '99'))}",
    "invoice": _number(20_000, 79_999, "INV-2026-"),
    "ip": lambda rng: f"203.0.113.{1 + int(rng.random() * 253)}",
    "deal": _number(3_000, 9_999, "DR-"),
    "request": lambda rng: f"req_{rng.getrandbits(40):010x}",
}


class Slots(dict[str, str]):
    """A ticket's slot values, for `str.format_map`. Seed it with what the world knows (store, domain, names)."""

    __slots__ = ("_rng",)

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    def __missing__(self, key: str) -> str:
        if key == "fact":
            # Not kept: a message may state several facts.
            return _FACTS[int(self._rng.random() * len(_FACTS))].format_map(self)
        if key == "circumstance":
            return _CIRCUMSTANCES[int(self._rng.random() * len(_CIRCUMSTANCES))].format_map(self)
        value = self[key] = _DRAWS[key](self._rng)
        return value

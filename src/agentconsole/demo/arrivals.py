# ruff: noqa: E501 (prose: a sentence stays on its line)
"""What has just arrived when somebody opens the demo: one unassigned ticket of each kind that an agent should try.

Each can be taken from its arrival to its closing; the docstring of `memberships` says which hint shows where.
"""

from typing import NamedTuple

from agentconsole.demo.memberships import PARTNER, PIN_DESK, POLICY_DESK, STORE, Membership


class Arrival(NamedTuple):
    """A ticket that nobody has looked at, told in just these words.

    *level* is the tier or the plan of its customer, empty where any will do. *family* says what it is about, by the key.
    *again* is the key of the arrival whose requester, and whose store, it comes from. Nobody has given it a priority
    but where *priority* says one.
    """

    key: str
    membership: Membership
    level: str
    family: str
    title: str
    text: str
    language: str = "en"
    priority: str | None = None
    again: str = ""


ARRIVALS = (
    Arrival(
        "account_change", PIN_DESK, "", "account_change",
        "{store} has been sold: please change the owner of the account",
        "{store} was sold last week. Please change the owner of the account to the buyer and remove access for the former colleague who set it up. I can read you the PIN on the phone; when would you call?",
    ),
    Arrival(
        "own_design", POLICY_DESK, "", "theme_scope",
        "Custom CSS for the header of {store}",
        "I edited the template of {store} and now the header is broken. Could one of you fix the CSS in it, and while you are there make the logo larger? A few lines of HTML should do.",
    ),
    Arrival(
        "accounting", POLICY_DESK, "", "billing_dispute",
        "Charged twice for {store} this month",
        "My credit card was charged twice for {store} this month, {amount} each time. The invoice is {invoice}. I need a refund for the second charge.",
        priority="normal",
    ),
    Arrival(
        "abuse", POLICY_DESK, "", "abuse",
        "{order} STILL WRONG, FIX IT",
        "WHAT THE HELL DO WE PAY YOU FOR? ORDER {order} IS STILL WRONG AND ALL I GET IS BLOODY QUESTIONS. DOES ANYBODY THERE READ THIS CRAP AT ALL?",
    ),
    Arrival(
        "second_agent", POLICY_DESK, "", "agent_shopping",
        "Custom CSS for the header of {store}, asking again",
        "Your colleague refused to fix the CSS in the header of {store}. I edited the template and it is broken. I am sure somebody else on your team will simply do it, so I open a new ticket.",
        again="own_design",
    ),
    Arrival(
        "wish", STORE, "", "feature_request",
        "Feature request: scheduled prices per customer group",
        "It would be nice to have prices that can be scheduled per customer group. At {store} we change them by hand each {weekday}, which costs a colleague an hour.",
    ),
    Arrival(
        "plan_outage", STORE, "flagship", "payment_all",
        "No card payment goes through at {store}",
        "Since {clock} all payments at {store} are failing. {gateway} declines each card with {error}, for every customer. Nobody can place an order and we lose sales every minute.",
    ),
    Arrival(
        "missing_facts", PARTNER, "standard", "salesforce_sync",
        "Salesforce integration is broken",
        "The Salesforce integration of our client stopped working. Please fix it.",
    ),
    Arrival(
        "executive", PARTNER, "gold", "agent_shopping",
        "I want to speak to your VP of Support",
        "Our case about the commission for {deal} has been open for two weeks and nobody decides anything. I want to speak to your VP of Support today. If I don't hear from your management, we take our stores elsewhere.",
        priority="normal",
    ),
    Arrival(
        "spanish_portal", PARTNER, "", "portal_access",
        "No puedo entrar en el portal",
        "Desde esta mañana no puedo entrar en el portal de socios: la contraseña es correcta, pero sale {error}. Mis dos compañeros sí pueden. ¿Me ayudan, por favor?",
        language="es",
    ),
    Arrival(
        "card_testing", PARTNER, "gold", "security_incident",
        "Card testing at {store}: {many} declined payments",
        "Somebody tries out card numbers at {store}: {many} declined payments of {price2} within one hour, from changing addresses. No customer of ours is among them.",
    ),
    Arrival(
        "checkout_emergency", PARTNER, "platinum", "checkout_outage",
        "Nobody can check out at {store}",
        "Since {clock} not a single order has come through at {store}. Customers reach the address step, press continue, and the page spins forever. The console says {error}. We changed nothing.",
    ),
)  # fmt: skip
"""In the order in which they came; the last one is the newest."""

_LAST, _STEP = 3, 2
PLACES = {_LAST + _STEP * place: number for place, number in enumerate(reversed(range(len(ARRIVALS))))}
"""Which arrival a ticket is, by its distance from the last ticket of the world."""

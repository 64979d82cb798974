"""A pack that uses every part of the format and has no mistake. Tests change one thing in it."""

from __future__ import annotations

GOOD = """\
[pack]
id = "acme"
title = "Acme Care"
version = "2.1"
organization = "Acme"
level = "plan"
documents = ["Care handbook"]

[match]
organizations = ["Acme Customer"]
ticket_tags = ["acme"]
level_field = "care_plan"
level_tag = "plan_"
region_field = "area"
default_level = "basic"
default_region = "north"

[[levels]]
id = "basic"
title = "Basic"

[[levels]]
id = "plus"
title = "Plus"
names = ["Plus Plan"]

[[priorities]]
id = "urgent"
title = "Red"

[[priorities.conditions]]
text = "The plant stands still"
words = { any = ["plant stands", "line stopped"], none = ["planned"] }

[[schedules]]
id = "office"
title = "Office hours"
zone = "Europe/Berlin"
weekly = { mon = [["09:00", "12:30"], ["13:00", "18:00"]], fri = [["22:00", "06:00"]] }
holidays = ["DE-BE"]
closed = ["2026-12-24"]

[[schedules]]
id = "always"
title = "Around the clock"
always = true

[[regions]]
id = "north"
title = "North"
zone = "Europe/Oslo"
schedule = "office"

[[sla.targets]]
metric = "first_reply"
levels = ["plus"]
priorities = ["urgent"]
target = "30 business minutes"
schedule = "office"

[[sla.targets]]
metric = "first_reply"
target = "next business day"
schedule = "region"

[[sla.targets]]
metric = "resolution"
target = "2 weeks"

[[entitlements]]
id = "hotline"
title = "Hotline"
channel = "phone"
levels = { plus = "Around the clock" }
schedule = { plus = "always" }
closed_to = ["basic"]

[[contacts]]
id = "desk"
section = "Care"
purpose = "Questions"
method = "email"
email = "care@acme.example"
schedule = "office"
words = { any = ["question*"] }

[[contacts]]
id = "boss"
section = "Board"
purpose = "The last resort"
method = "phone"
phone = "+49 30 1234"
executive = true

[escalation]
tag = "escalated"

[[escalation.steps]]
id = "lead"
title = "Ask the team lead"
contacts = ["desk"]

[[lifecycle]]
id = "intake"
title = "Intake"

[[lifecycle.demands]]
id = "greet"
text = "Say that it has arrived"
fulfilled_by = "public_reply"
template = "hello"

[[intake.items]]
id = "serial"
text = "Serial number"
question = "Which serial number?"
pattern = '\\bSN-\\d{4,}\\b'

[[scope]]
id = "foreign"
kind = "excluded"
text = "Machines of others"
words = { any = ["competitor*"] }
destination = "desk"
links = ["portal"]
template = "hello"

[[routes]]
id = "bills"
text = "Invoices"
words = { any = ["invoice*"] }
group = "Billing"
contact = "desk"

[conduct]
[[conduct.infractions]]
id = "rude"
text = "Insults"
words = { any = ["idiot*"] }

[[conduct.sanctions]]
id = "warning"
title = "Warning"
after = 1

[[conduct.sanctions]]
id = "ban"
title = "Ban"
after = 3
days = 7
confirm = true

[pin]
where = "Settings, page Security"

[[follow_ups]]
id = "remind"
text = "Ask again"
days = 3
template = "hello"

[[templates]]
id = "hello"
title = "Hello"
body = \"\"\"
Dear {{ticket.requester.first_name}},

your {{pack.case}} {{ticket.id}} is here: {{link.portal}}, {{contact.desk}}.
\"\"\"

[[links]]
id = "portal"
title = "Portal"
kind = "portal"
url = "https://acme.example/t/{{ticket.id}}"

[[handbook]]
id = "welcome"
title = "Welcome"
text = "How we work."
points = ["Be kind"]
links = ["portal"]
show = "intake"
"""


def line_of(text: str, needle: str) -> int:
    """Return the number of the first line of *text* that holds *needle*, from 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    raise AssertionError(f"{needle!r} is not in the text")

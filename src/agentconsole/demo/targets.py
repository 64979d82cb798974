"""The demo desk's service levels, in minutes, by tier and priority; platinum counts around the clock."""

PRIORITIES = ("urgent", "high", "normal", "low")
TIER_TITLES = {"platinum": "Platinum", "gold": "Gold", "standard": "Standard"}
FIRST_REPLY = {"platinum": (60, 60, 60, 60), "gold": (240, 240, 240, 240), "standard": (480, 480, 480, 480)}
NEXT_REPLY = {"platinum": (60, 120, 240, 480), "gold": (240, 300, 480, 600), "standard": (480, 600, 960, 1200)}
# Urgent and high promise a time until the solution; normal and low promise working time, which stands still while
# the ticket waits on somebody else.
RESOLUTION = {
    "platinum": (480, 1440, 4320, 10_080),
    "gold": (600, 1800, 3000, 6000),
    "standard": (1200, 3000, 6000, 9000),
}

"""What the platform tells its partners: announcements and the state of its parts."""

from datetime import datetime, timedelta

from agentconsole.demo.wire import Row, iso


def announcements(now: datetime) -> list[Row]:
    """Return a maintenance window ahead, the latest release and a general notice."""
    night = (now + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    return [
        {
            "id": 1,
            "title": "Maintenance of the order database in Europe",
            "body": "Checkout stays open; the admin is read-only for up to forty minutes while the primary moves.",
            "kind": "maintenance",
            "starts_at": iso(night),
            "ends_at": iso(night + timedelta(hours=2)),
            "url": "https://status.store.icu",
        },
        {
            "id": 2,
            "title": "Release 8.14: scheduled prices and faster search",
            "body": "Prices can be scheduled per market. Search answers in half the time on catalogues beyond 50,000 "
            "products. The carrier connectors now demand a house number.",
            "kind": "release",
            "starts_at": iso(now - timedelta(days=5)),
            "ends_at": None,
            "url": "https://store.icu/blog",
        },
        {
            "id": 3,
            "title": "Support over the year-end holidays",
            "body": "The regional centres keep their public holidays; the emergency lines are staffed throughout.",
            "kind": "announcement",
            "starts_at": iso(now - timedelta(days=2)),
            "ends_at": iso(now + timedelta(days=45)),
            "url": "https://partners.store.icu/support",
        },
    ]


def status_summary(now: datetime) -> Row:
    """Return the status page's summary, one component degraded."""
    names = (
        "Storefronts",
        "Checkout",
        "Payments",
        "Admin",
        "API and webhooks",
        "Search",
        "E-mail delivery",
        "Partner Portal",
    )
    components = [
        {
            "id": f"cmp{place:02d}",
            "name": name,
            "status": "degraded_performance" if name == "API and webhooks" else "operational",
            "position": place,
            "updated_at": iso(now - timedelta(minutes=50)),
        }
        for place, name in enumerate(names, 1)
    ]
    night = (now + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    return {
        "page": {
            "id": "storestatus",
            "name": "Platform status",
            "url": "https://status.store.icu",
            "time_zone": "Etc/UTC",
            "updated_at": iso(now - timedelta(minutes=12)),
        },
        "status": {"indicator": "minor", "description": "Partially Degraded Service"},
        "components": components,
        "incidents": [
            {
                "id": "inc0417",
                "name": "Webhook deliveries delayed",
                "status": "identified",
                "impact": "minor",
                "created_at": iso(now - timedelta(minutes=50)),
                "updated_at": iso(now - timedelta(minutes=12)),
                "shortlink": "https://status.store.icu",
                "incident_updates": [
                    {
                        "id": "upd2",
                        "status": "identified",
                        "body": "A queue partition is being drained; deliveries arrive up to "
                        "twenty minutes late. None is lost.",
                        "created_at": iso(now - timedelta(minutes=12)),
                    },
                    {
                        "id": "upd1",
                        "status": "investigating",
                        "body": "We are looking into late webhook deliveries.",
                        "created_at": iso(now - timedelta(minutes=50)),
                    },
                ],
            }
        ],
        "scheduled_maintenances": [
            {
                "id": "mnt0091",
                "name": "Maintenance of the order database in Europe",
                "status": "scheduled",
                "impact": "maintenance",
                "scheduled_for": iso(night),
                "scheduled_until": iso(night + timedelta(hours=2)),
                "created_at": iso(now - timedelta(days=4)),
                "updated_at": iso(now - timedelta(days=4)),
                "incident_updates": [],
            }
        ],
    }

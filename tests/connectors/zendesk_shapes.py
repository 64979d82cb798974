"""Answers of Zendesk with all their keys, one of each kind: what fuzzing begins with. Values are made up."""

from __future__ import annotations

from typing import Any

AT = "2026-11-17T10:05:00Z"
BASE = "https://acme.desk.test/api/v2"

VIA = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}

TICKET: dict[str, Any] = {
    "url": f"{BASE}/tickets/5.json",
    "id": 5,
    "external_id": None,
    "via": VIA,
    "created_at": AT,
    "updated_at": AT,
    "generated_timestamp": 1_794_909_900,
    "type": "incident",
    "subject": "No mail since noon",
    "raw_subject": "No mail since noon",
    "description": "Nothing arrives.",
    "priority": "high",
    "status": "pending",
    "custom_status_id": 6_600_000_000_007,
    "recipient": None,
    "requester_id": 6_200_000_000_201,
    "submitter_id": 6_200_000_000_201,
    "assignee_id": 6_200_000_000_102,
    "organization_id": None,
    "group_id": 6_100_000_000_011,
    "collaborator_ids": [],
    "follower_ids": [],
    "email_cc_ids": [],
    "forum_topic_id": None,
    "problem_id": None,
    "has_incidents": False,
    "is_public": True,
    "due_at": None,
    "tags": ["mail", "outage"],
    "custom_fields": [{"id": 41, "value": "dns"}, {"id": 42, "value": None}, {"id": 43, "value": ["a", "b"]}],
    "satisfaction_rating": {"score": "good", "id": 9, "comment": None},
    "sharing_agreement_ids": [],
    "followup_ids": [],
    "ticket_form_id": 77,
    "brand_id": 78,
    "allow_channelback": False,
    "allow_attachments": True,
    "from_messaging_channel": False,
    "slas": {"policy_metrics": [{"metric": "first_reply_time", "stage": "active", "breach_at": AT, "hours": -3}]},
}
ATTACHMENT = {
    "url": f"{BASE}/attachments/8.json",
    "id": 8,
    "file_name": "log.txt",
    "content_url": "https://f.test/8",
    "mapped_content_url": "https://f.test/8",
    "content_type": "text/plain",
    "size": 12,
    "inline": False,
    "deleted": False,
    "width": None,
    "height": None,
    "malware_scan_result": "malware_not_found",
    "thumbnails": [],
}
COMMENT: dict[str, Any] = {
    "id": 61,
    "type": "Comment",
    "author_id": 6_200_000_000_201,
    "body": "Nothing arrives.",
    "html_body": '<div class="zd-comment" dir="auto">Nothing <b>arrives</b>.</div>',
    "plain_body": "Nothing arrives.",
    "public": True,
    "attachments": [ATTACHMENT],
    "audit_id": 60,
    "via": VIA,
    "created_at": AT,
    "metadata": {"system": {"client": "x", "latitude": 1.5}, "custom": {"agentconsole": "k"}},
}
EVENTS: list[dict[str, Any]] = [
    {name: COMMENT[name] for name in ("id", "type", "author_id", "body", "html_body", "public", "attachments")},
    {"id": 62, "type": "Create", "field_name": "status", "value": "new"},
    {"id": 63, "type": "Change", "field_name": "status", "previous_value": "new", "value": "open"},
    {"id": 64, "type": "Change", "field_name": "tags", "previous_value": [], "value": ["mail"]},
    {"id": 65, "type": "Notification", "subject": "S", "body": "B", "recipients": [1], "via": {"channel": "rule"}},
    {"id": 66, "type": "VoiceComment", "data": {"from": "+1", "to": "+2"}, "public": True, "author_id": 5},
    {"id": 67, "type": "SatisfactionRating", "score": "good", "assignee_id": 5, "body": None},
    {"id": 68, "type": "Error", "message": "M"},
    {"id": 69, "type": "Cc", "recipients": [5], "via": VIA},
]
AUDIT: dict[str, Any] = {
    "id": 60,
    "ticket_id": 5,
    "created_at": AT,
    "author_id": 6_200_000_000_201,
    "via": VIA,
    "events": EVENTS,
    "metadata": {"system": {}, "custom": {"agentconsole": "k"}},
}
USER: dict[str, Any] = {
    "id": 6_200_000_000_201,
    "url": f"{BASE}/users/1.json",
    "name": "Dan Dahl",
    "email": "dan@acme.example",
    "created_at": AT,
    "updated_at": AT,
    "time_zone": "Central Time (US & Canada)",
    "iana_time_zone": None,
    "phone": None,
    "photo": None,
    "locale_id": 1,
    "locale": "en-US",
    "organization_id": None,
    "role": "end-user",
    "role_type": None,
    "verified": True,
    "active": True,
    "suspended": False,
    "tags": [],
    "alias": None,
    "details": None,
    "notes": "Calls on Mondays",
    "user_fields": {"plan": None},
}
CONDITION = {"field": "status", "operator": "less_than", "value": "solved"}

SHAPES: dict[str, dict[str, Any]] = {
    "tickets": {"tickets": [TICKET], "meta": {"has_more": False, "after_cursor": "x", "before_cursor": None}},
    "ticket": {"ticket": TICKET, "audit": AUDIT},
    "results": {"results": [TICKET | {"result_type": "ticket"}], "count": 1, "next_page": None, "facets": None},
    "deleted_tickets": {
        "deleted_tickets": [{"id": 9, "subject": "S", "actor": {"id": 1}, "deleted_at": AT, "previous_state": "open"}]
    },
    "comments": {"comments": [COMMENT], "users": [USER], "next_page": None, "count": 1},
    "audits": {"audits": [AUDIT], "next_page": None},
    "ticket_events": {
        "ticket_events": [
            {
                "id": 60,
                "ticket_id": 5,
                "timestamp": 1_794_909_900,
                "created_at": AT,
                "updater_id": 5,
                "via": "Web",
                "system": {},
                "metadata": {},
                "event_type": "Audit",
                "child_events": [COMMENT | {"event_type": "Comment"}, {"id": 1, "status": "open", "via": "Rule"}],
            }
        ],
        "end_time": 1_794_909_900,
        "end_of_stream": True,
    },
    "users": {"users": [USER], "next_page": None},
    "user": {"user": USER},
    "organizations": {
        "organizations": [
            {
                "id": 21,
                "name": "Acme",
                "domain_names": ["acme.example"],
                "details": None,
                "notes": "N",
                "group_id": None,
                "shared_tickets": False,
                "tags": ["vip"],
                "organization_fields": {"tier": "gold"},
            }
        ]
    },
    "groups": {"groups": [{"id": 11, "name": "Front", "description": "", "default": True, "deleted": False}]},
    "group_memberships": {"group_memberships": [{"id": 31, "user_id": 1, "group_id": 11, "default": True}]},
    "ticket_fields": {
        "ticket_fields": [
            {
                "id": 41,
                "type": "tagger",
                "title": "Area",
                "active": True,
                "required": False,
                "position": 3,
                "custom_field_options": [{"id": 1, "name": "DNS", "raw_name": "DNS", "value": "dns"}],
            }
        ]
    },
    "macros": {
        "macros": [
            {
                "id": 51,
                "title": "Ask",
                "active": True,
                "position": 1,
                "description": None,
                "restriction": None,
                "actions": [{"field": "status", "value": "pending"}, {"field": "comment_value", "value": ["a", "b"]}],
            }
        ]
    },
    "views": {
        "views": [
            {
                "id": 52,
                "title": "Mine",
                "active": True,
                "position": 1,
                "execution": {"columns": []},
                "conditions": {"all": [CONDITION], "any": [CONDITION | {"operator": "is", "value": None}]},
            }
        ]
    },
    "custom_statuses": {
        "custom_statuses": [
            {"id": 7, "status_category": "pending", "agent_label": "Parts", "active": True, "default": False}
        ]
    },
    "job_status": {
        "job_status": {
            "id": "V3-1",
            "url": "u",
            "status": "completed",
            "progress": 1,
            "total": 1,
            "message": None,
            "results": [{"id": 5, "action": "merge", "success": True, "status": "Merged"}],
        }
    },
}
"""By the key of the answer that is asked for."""

"""The first store: confirmed records beside projected columns, the index of words, outbox, drafts.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_TABLES = (
    """CREATE TABLE ticket (
        id INTEGER NOT NULL PRIMARY KEY,
        ref TEXT UNIQUE,
        number INTEGER NOT NULL,
        subject TEXT NOT NULL,
        subject_key TEXT NOT NULL,
        status INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        type TEXT,
        channel TEXT NOT NULL,
        requester TEXT,
        requester_name TEXT NOT NULL,
        requester_key TEXT NOT NULL,
        organization TEXT,
        organization_name TEXT NOT NULL,
        organization_key TEXT NOT NULL,
        tier TEXT NOT NULL,
        plan TEXT NOT NULL,
        group_ref TEXT,
        group_name TEXT NOT NULL,
        group_key TEXT NOT NULL,
        assignee TEXT,
        assignee_name TEXT NOT NULL,
        assignee_key TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        due_at INTEGER,
        place INTEGER NOT NULL,
        stage INTEGER,
        breach_at INTEGER,
        metric TEXT,
        sla_key INTEGER NOT NULL,
        seen_at INTEGER NOT NULL DEFAULT 0,
        waiting INTEGER NOT NULL DEFAULT 0,
        draft INTEGER NOT NULL DEFAULT 0,
        files INTEGER NOT NULL DEFAULT 0,
        comments INTEGER NOT NULL DEFAULT 0,
        whole INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0,
        moved_to INTEGER
    )""",
    """CREATE TABLE ticket_record (
        ticket INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id),
        updated_at INTEGER NOT NULL,
        record BLOB NOT NULL
    )""",
    """CREATE TABLE ticket_tag (
        tag TEXT NOT NULL,
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        PRIMARY KEY (tag, ticket)
    ) WITHOUT ROWID""",
    """CREATE TABLE target (
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        metric TEXT NOT NULL,
        stage INTEGER NOT NULL,
        breach_at INTEGER,
        PRIMARY KEY (ticket, metric)
    ) WITHOUT ROWID""",
    """CREATE TABLE comment (
        id INTEGER NOT NULL PRIMARY KEY,
        ref TEXT NOT NULL,
        author TEXT,
        created_at INTEGER NOT NULL,
        public INTEGER NOT NULL,
        channel TEXT NOT NULL,
        key TEXT,
        files BLOB,
        body TEXT NOT NULL,
        html TEXT
    )""",
    """CREATE TABLE person (
        ref TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        search_key TEXT NOT NULL,
        email TEXT,
        staff INTEGER NOT NULL,
        record BLOB NOT NULL
    )""",
    """CREATE TABLE organization (
        ref TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        search_key TEXT NOT NULL,
        tier TEXT NOT NULL,
        plan TEXT NOT NULL,
        record BLOB NOT NULL
    )""",
    """CREATE TABLE reference (
        kind TEXT NOT NULL,
        ref TEXT NOT NULL,
        position INTEGER NOT NULL,
        title TEXT NOT NULL,
        record BLOB NOT NULL,
        PRIMARY KEY (kind, ref)
    ) WITHOUT ROWID""",
    """CREATE TABLE outbox (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        kind TEXT NOT NULL,
        command BLOB NOT NULL,
        state TEXT NOT NULL,
        queued_at INTEGER NOT NULL,
        ended_at INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        batch TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE draft (
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        public INTEGER NOT NULL,
        body TEXT NOT NULL,
        caret INTEGER NOT NULL,
        saved_at INTEGER NOT NULL,
        PRIMARY KEY (ticket, public)
    )""",
    """CREATE TABLE saved_search (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE TABLE stream_cursor (stream TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE kept_file (
        key TEXT NOT NULL PRIMARY KEY,
        file_name TEXT NOT NULL,
        content_type TEXT NOT NULL,
        size INTEGER NOT NULL
    )""",
)

# Every column by which unsolved tickets sort has an index that also answers the built-in views, so that nothing is
# sorted while somebody waits. Most tickets are solved, and twelve more entries for each would cost the initial sync
# dearly: those have one index, by their last change, wide enough to be sorted otherwise without a look at the row.
# `place` is 0 hidden, 1 unsolved, 2 solved or closed; it stands in each index once more, because SQLite does not take
# the index's own condition for knowledge of the column and would read the row.
_SORTS = {
    "sla": "sla_key",
    "priority": "priority, updated_at",
    "number": "number",
    "subject": "subject_key",
    "requester": "requester_key",
    "organization": "organization_key",
    "group": "group_key, updated_at",
    "assignee": "assignee_key, updated_at",
    "status": "status, updated_at",
    "channel": "channel, updated_at",
    "updated": "updated_at",
    "created": "created_at",
}
_INDEXES = (
    *(
        f"CREATE INDEX ticket_by_{name} ON ticket ({columns}, id, "
        + ", ".join(column for column in ("assignee", "status", "stage", "place") if column not in columns.split(", "))
        + ") WHERE place = 1"
        for name, columns in _SORTS.items()
    ),
    "CREATE INDEX ticket_done ON ticket (updated_at, id, sla_key, priority, number, subject_key, requester_key, "
    "organization_key, group_key, assignee_key, status, channel, created_at, place) WHERE place = 2",
    "CREATE INDEX ticket_of_assignee ON ticket (assignee, sla_key, id, place) WHERE place = 1",
    "CREATE INDEX ticket_of_group ON ticket (group_ref, sla_key, id, place) WHERE place = 1",
    "CREATE INDEX ticket_of_requester ON ticket (requester, updated_at, id)",
    "CREATE INDEX ticket_of_organization ON ticket (organization, updated_at, id)",
    "CREATE INDEX ticket_unread ON ticket (updated_at, id) WHERE updated_at > seen_at",
    "CREATE INDEX ticket_files ON ticket (updated_at, id) WHERE files > 0",
    "CREATE INDEX ticket_waiting ON ticket (updated_at, id, waiting) WHERE waiting > 0",
    "CREATE INDEX tag_of_ticket ON ticket_tag (ticket)",
    "CREATE INDEX target_clock ON target (stage, breach_at, ticket, metric)",
    "CREATE INDEX person_search ON person (search_key, ref)",
    "CREATE INDEX person_email ON person (email)",
    "CREATE INDEX person_staff ON person (name_key) WHERE staff",
    "CREATE INDEX reference_order ON reference (kind, position, title)",
    "CREATE INDEX outbox_of_ticket ON outbox (ticket, seq)",
    "CREATE INDEX outbox_state ON outbox (state, seq)",
    "CREATE INDEX outbox_batch ON outbox (batch)",
    "CREATE INDEX draft_saved ON draft (saved_at)",
)

# Documents are numbered ticket * 8192 + n, n = 0 being the subject: hits name their ticket without another look-up.
# The text itself stays in ticket and comment.
_WORDS = (
    "CREATE VIRTUAL TABLE words USING fts5 (body, content = '', columnsize = 0, "
    'tokenize = "unicode61 remove_diacritics 2")'
)


def upgrade() -> None:
    for statement in (*_TABLES, *_INDEXES, _WORDS):
        op.execute(statement)

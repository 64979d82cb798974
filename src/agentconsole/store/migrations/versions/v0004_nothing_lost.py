"""What durability needs: what conflicts are about, versions of drafts, begun uploads, what is kept for offline.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_CHANGES: tuple[str, ...] = (
    # what goes along with a draft, when its composer was last looked at, when it was begun; and its earlier versions
    "ALTER TABLE draft ADD COLUMN along TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE draft ADD COLUMN held_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE draft ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE draft_version (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        public INTEGER NOT NULL,
        body TEXT NOT NULL,
        caret INTEGER NOT NULL,
        along TEXT NOT NULL,
        saved_at INTEGER NOT NULL,
        kept_at INTEGER NOT NULL,
        why TEXT NOT NULL,
        spent INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX draft_version_of ON draft_version (ticket, public, id)",
    "CREATE INDEX draft_version_kept ON draft_version (kept_at)",
    """CREATE TABLE form_draft (
        name TEXT NOT NULL PRIMARY KEY,
        content TEXT NOT NULL,
        saved_at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    # what the chosen scope of the cache leaves at the help desk; ``wanted``: it is to be fetched whole again
    "CREATE TABLE left_out (ref TEXT NOT NULL, updated_at INTEGER NOT NULL, done INTEGER NOT NULL, group_ref TEXT, "
    "assignee TEXT, comments INTEGER NOT NULL, seen_at INTEGER NOT NULL, wanted INTEGER DEFAULT '0' NOT NULL, "
    "tries INTEGER DEFAULT '0' NOT NULL, reason TEXT DEFAULT '' NOT NULL, PRIMARY KEY (ref)) WITHOUT ROWID",
    "CREATE INDEX left_out_wanted ON left_out (tries, updated_at, ref) WHERE wanted > 0",
    "CREATE TABLE opened (ticket INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ticket), "
    "FOREIGN KEY (ticket) REFERENCES ticket (id))",
    # what is kept whole for the time without a connection
    "CREATE TABLE trip (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, choice BLOB NOT NULL, "
    "begun_at INTEGER NOT NULL, ends_at INTEGER, ended_at INTEGER, paused INTEGER DEFAULT '0' NOT NULL, "
    "ready_at INTEGER)",
    "CREATE TABLE trip_ticket (ticket INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT DEFAULT '' NOT NULL, "
    "tries INTEGER DEFAULT '0' NOT NULL, known TEXT DEFAULT '' NOT NULL, PRIMARY KEY (ticket), "
    "FOREIGN KEY (ticket) REFERENCES ticket (id))",
    "CREATE INDEX trip_ticket_state ON trip_ticket (state, tries, ticket)",
    "CREATE TABLE trip_file (ref TEXT NOT NULL, ticket INTEGER NOT NULL, file_name TEXT NOT NULL, url TEXT NOT NULL, "
    "size INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT DEFAULT '' NOT NULL, tries INTEGER DEFAULT '0' NOT NULL, "
    "PRIMARY KEY (ref), FOREIGN KEY (ticket) REFERENCES ticket (id)) WITHOUT ROWID",
    "CREATE INDEX trip_file_state ON trip_file (state, tries, ref)",
    "CREATE INDEX trip_file_of_ticket ON trip_file (ticket)",
    "CREATE INDEX ticket_moved ON ticket (moved_to) WHERE moved_to IS NOT NULL",
    # what a change disagrees about, why it was refused, and the comment that it became
    "ALTER TABLE outbox ADD COLUMN conflicts BLOB",
    "ALTER TABLE outbox ADD COLUMN cause TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE outbox ADD COLUMN comment TEXT",
    # of ten thousand changes that were sent, none is looked at again
    "UPDATE outbox SET ended_at = queued_at WHERE ended_at IS NULL AND state IN ('sent', 'withdrawn')",
    "CREATE INDEX outbox_waiting ON outbox (ticket, seq, state, kind) WHERE ended_at IS NULL",
    "CREATE INDEX outbox_merge ON outbox (seq) WHERE kind = 'merge'",
    # what happened to each change, and files of it that the help desk has already
    "CREATE TABLE outbox_event (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, "
    "what TEXT NOT NULL, reason TEXT DEFAULT '' NOT NULL)",
    "CREATE INDEX outbox_event_of_change ON outbox_event (key, id)",
    "CREATE TABLE upload (key TEXT NOT NULL, place INTEGER NOT NULL, file TEXT NOT NULL, "
    "round INTEGER DEFAULT '0' NOT NULL, token TEXT DEFAULT '' NOT NULL, expires_at INTEGER, "
    "begun TEXT DEFAULT '' NOT NULL, sent INTEGER DEFAULT '0' NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID",
)


def upgrade() -> None:
    """Add columns and tables; nothing that is there is touched."""
    for change in _CHANGES:
        op.execute(change)

"""Unsent work comes back from its encrypted file into a profile of the same help desk."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from agentconsole.platform.home import Home
from agentconsole.services.profiles import Profile, Profiles, desk_of
from agentconsole.services.unsent_file import FileBegins, Piece, Rows, UnreadableUnsent, about_of, read_unsent
from agentconsole.store.desks import open_store_of
from agentconsole.store.journal_file import Copy
from agentconsole.store.sealed import SealedWriter


def bring_back(home: Home, profiles: Profiles, profile: Profile, path: Path, key: bytes) -> dict[str, int]:
    """Put what is in the file at *path* into the store of *profile*; returns how many changes and drafts. Blocks.

    What comes back is looked for at the help desk before it is sent: it may have arrived. Raises UnreadableUnsent,
    StoreError, KeychainError and OSError.
    """
    about = about_of(path)
    if about.desk != desk_of(profile):
        raise UnreadableUnsent(
            f"It is of {about.desk}, and {profile.name} is of {desk_of(profile)}",
            "Work for one help desk is never sent to another. Choose a profile of that one.",
        )
    store = open_store_of(desk_of(profile), home.database(profile.name), key=profiles.store_key(profile))
    try:
        copies: list[Copy] = []
        with ExitStack() as unfinished:
            writing: SealedWriter | None = None
            for record in read_unsent(path, key):
                match record:
                    case Rows(found):
                        copies.extend(found)
                    case FileBegins(file_key, file_name, _content_type):
                        if writing is not None:
                            writing.finish()
                        writing = store.files.bring(file_key, file_name)
                        unfinished.callback(writing.abandon)
                    case Piece(data) if writing is not None:
                        writing.write(data)
            if writing is not None:
                writing.finish()
        # the files first: what names them must not be sent without them
        restored = store.bring_back(copies).result()
    finally:
        store.close()
    return {"changes": restored.changes, "drafts": restored.drafts}

"""Why a server cannot serve, in words for the person who started it."""


class CannotServe(Exception):
    """Base of all reasons. ``title`` says what is wrong, ``str()`` the detail, ``advice`` the way out."""

    title = "The ticket server cannot run"
    advice = ""


class DatabaseUnusable(CannotServe):
    """The database cannot be opened: no such server, no right, not a database."""

    title = "The ticket server's database cannot be opened"
    advice = "Check the address given with --db, that the database server runs and that you may write there."


class SchemaTooNew(CannotServe):
    """The database was written by a newer version of the server."""

    title = "The ticket server's database is newer than this program"
    advice = "Install the version that last opened it, or a newer one. Nothing was changed."

    def __init__(self, revision: str) -> None:
        super().__init__(f"it has schema {revision}")


class AddressUnavailable(CannotServe):
    """Nobody can be served at that host and port."""

    title = "The ticket server cannot listen there"
    advice = "Another program may be using the port: choose another one with --port, or 0 for any free one."

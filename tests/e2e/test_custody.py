"""Keys, passphrases and wiping, by the command line alone: the programs as processes."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.support.processes import EMAIL, TOKEN, ConsoleCli, DeskProcess

PASSPHRASE = "four words nobody guesses"
NEW = "a fifth one came along"
WORDS = "Zanzibar has no idea of this"
LOCKED = {"AGENTCONSOLE_PASSPHRASE": PASSPHRASE}
BOSS, BOSS_TOKEN = "boss@desk.example", "boss-token"


def everything(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_passphrase_is_set_asked_for_changed_and_removed(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk") as desk:
        console.add_profile(desk.url)
        console.run("sync")
        assert "opens this home" in console.run("passphrase", "set", environment=LOCKED).stdout
        refused = console.run("tickets", expect=1).stderr
        assert "AGENTCONSOLE_PASSPHRASE" in refused
        assert "passphrase protects this home" in refused
        assert console.run("tickets", environment=LOCKED).stdout
        wrong = console.run("tickets", environment={"AGENTCONSOLE_PASSPHRASE": NEW}, expect=1).stderr
        assert "not the passphrase" in wrong
        console.run("sync", environment=LOCKED)

        console.run("passphrase", "change", environment={**LOCKED, "AGENTCONSOLE_NEW_PASSPHRASE": NEW})
        console.run("tickets", environment=LOCKED, expect=1)
        now = {"AGENTCONSOLE_PASSPHRASE": NEW}
        console.run("tickets", environment=now)
        console.run("passphrase", "remove", environment=now)
        assert console.json("tickets")
    for secret in (PASSPHRASE, NEW, TOKEN):
        assert secret.encode() not in everything(tmp_path / "home")


def test_passphrases_may_be_piped_in(tmp_path: Path) -> None:
    import subprocess

    from tests.support.processes import PROGRAM

    home = tmp_path / "home"

    def run(verb: str, lines: str) -> subprocess.CompletedProcess[str]:
        command = [*PROGRAM, "passphrase", verb, "--home", str(home)]
        return subprocess.run(command, input=lines, capture_output=True, text=True, check=False, timeout=60)

    assert run("set", f"{PASSPHRASE}\n").returncode == 0
    assert run("change", f"{PASSPHRASE}\n{NEW}\n").returncode == 0
    assert run("remove", f"{PASSPHRASE}\n").returncode == 1
    assert run("set", "short\n").returncode == 1
    assert run("remove", f"{NEW}\n").returncode == 0


def test_a_wipe_saves_what_was_not_sent_and_leaves_nothing_else(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk") as desk:
        console.add_profile(desk.url)
        console.run("sync")
        (number, *_) = (str(row["id"]) for row in console.json("tickets", "is:unsolved", "--limit", "1"))
        subject = console.json("show", number)["subject"]
        desk.stop()
        console.run("reply", number, "--text", WORDS)

        assert console.run("wipe", expect=2).stderr
        assert console.json("show", number)
        wiped = console.json("wipe", "--force")
        assert (wiped["changes"], wiped["opens_with"]) == (1, "recovery key")
        assert console.json("profile", "list") == []
        left = everything(tmp_path / "home")
        for word in (WORDS, subject, TOKEN):
            assert word.encode() not in left

        opened = console.json("unsent", "open", wiped["export"])
        assert [(told["what"], told["text"], told["subject"]) for told in opened["work"]] == [("reply", WORDS, subject)]
        (tmp_path / "home" / "keys" / "key").unlink()
        by_key = {"AGENTCONSOLE_RECOVERY_KEY": wiped["recovery_key"]}
        assert WORDS in console.run("unsent", "open", wiped["export"], environment=by_key).stdout

        desk.start()
        console.add_profile(desk.url)
        console.run("sync")
        console.run("unsent", "open", wiped["export"], "--into", "desk", environment=by_key)
        assert console.json("sync")["pending"] == 0
        answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments", headers={"Authorization": f"Bearer {TOKEN}"})
        assert [c["body"] for c in answer.json()["comments"] if c["body"] == WORDS] == [WORDS]


def test_a_revoked_console_wipes_itself_and_says_so_and_a_plain_401_never_does(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", "--token", f"{BOSS}={BOSS_TOKEN}") as desk:
        console.add_profile(desk.url)
        console.run("sync")
        (number, *_) = (str(row["id"]) for row in console.json("tickets", "is:unsolved", "--limit", "1"))
        console.run("reply", number, "--text", WORDS)

        # a token that is merely wrong
        console.add_profile(desk.url, token="wrong")
        console.run("sync", expect=3)
        assert console.json("show", number)
        console.add_profile(desk.url)

        boss = {"Authorization": f"Bearer {BOSS_TOKEN}"}
        found = httpx.get(f"{desk.url}/api/v2/users/search", params={"query": EMAIL}, headers=boss).json()["users"]
        path = f"{desk.url}/api/agentconsole/v1/users/{found[0]['id']}/revocations"
        assert httpx.post(path, json={"wipe": False}, headers=boss).json()["revoked"] == 1
        console.run("sync", expect=3)
        assert console.json("show", number)

        assert httpx.post(path, json={"wipe": True}, headers=boss).status_code == 200
        told = console.run("sync", expect=3).stderr
        assert "took your access back" in told
        assert "recovery key" in told
        assert console.json("profile", "list") == []
        assert WORDS.encode() not in everything(tmp_path / "home")
        (export,) = (tmp_path / "home" / "unsent").iterdir()
        assert console.json("unsent", "open", str(export))["work"][0]["text"] == WORDS
        assert console.json("unsent", "list")[0]["changes"] == 1


def test_revoking_by_the_servers_own_command(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk") as desk:
        console.add_profile(desk.url)
        console.run("sync")
        taken = ConsoleCli(tmp_path / "desk").run(
            "serve", "--home", str(tmp_path / "desk"), "--revoke", EMAIL, "--wipe"
        )
        assert "1 token is taken back" in taken.stdout
        console.run("sync", expect=1)
        assert console.json("profile", "list") == []


def test_doctor_says_where_the_keys_are_and_what_that_is_worth(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk") as desk:
        console.add_profile(desk.url)
        console.run("sync")

        def found() -> dict[str, str]:
            return {each["check"]: each["message"] for each in console.json("doctor", expect=None)["findings"]}

        assert "not from whoever gets hold of the whole folder" in found()["keys"]
        assert "are encrypted" in found()["desk: encryption"]
        console.run("passphrase", "set", environment=LOCKED)
        locked = console.json("doctor", expect=1)["findings"]
        assert any("Argon2id, 64 MiB, 3 passes, 4 lanes" in each["message"] for each in locked)
        assert any("AGENTCONSOLE_PASSPHRASE" in each["advice"] for each in locked)
        console.run("doctor", environment=LOCKED)
        console.run("wipe", "--force", environment=LOCKED)
        assert found()["last wipe"].endswith("by you")

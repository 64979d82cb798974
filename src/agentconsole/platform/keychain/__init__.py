"""Where tokens and keys are kept.

=====================  ==============================================================================================
the system keychain    a home that was not named, on a computer that offers one
a passphrase           any home whose owner set one: a random master key, wrapped by it, seals files under the home
a key file             a named home without a passphrase: the same sealed files, the master key beside them
=====================  ==============================================================================================

Nothing here imports a library of cryptography or of the keychain before it is used: the window's first paint waits for
the key of its store.
"""

from __future__ import annotations

from agentconsole.platform.keychain.api import (
    DamagedVault,
    Keychain,
    KeychainError,
    KeychainGone,
    KeychainLocked,
    PassphraseNeeded,
    PassphraseUnset,
    TooSoon,
    WeakPassphrase,
    WrongPassphrase,
)
from agentconsole.platform.keychain.home_keychain import Guard, HomeKeychain, open_keychain
from agentconsole.platform.keychain.sealed_files import SealedFiles
from agentconsole.platform.keychain.system import SystemKeychain

__all__ = [
    "DamagedVault",
    "Guard",
    "HomeKeychain",
    "Keychain",
    "KeychainError",
    "KeychainGone",
    "KeychainLocked",
    "PassphraseNeeded",
    "PassphraseUnset",
    "SealedFiles",
    "SystemKeychain",
    "TooSoon",
    "WeakPassphrase",
    "WrongPassphrase",
    "open_keychain",
]

"""The bank of a terminal, at rest: installed from a release, unreadable on the disk, checked at every start.

    DATA/bank/current.json        which release is in use, and the one before it
    DATA/bank/<digest>.db         the release, its words sealed (itembank.sealing), AES-256-GCM under a content key
    DATA/bank/<digest>.json       SHA-256 of that file, the content key wrapped to this terminal, a MAC over both

The content key is drawn here, wrapped under HKDF(terminal secret); the MAC is HMAC-SHA256 under another key derived from that
secret. A file that was cut or changed is noticed before it is used; the release before it is then used instead.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from itembank.bank import Bank
from itembank.errors import BankUnreadable
from sync.files import private_directory, replace, sync_directory

FOLDER = "bank"
CURRENT = "current.json"
KIND = "kiosk-installed-bank/1"
_NONCE = 12
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Installed:
    """An opened bank, and why the newest release was not used ("" when it was): a catalogue code."""

    bank: Bank
    fallen_back: str = ""


def is_installed(directory: Path) -> bool:
    """Whether a release was ever installed in this data directory."""
    return (directory / FOLDER / CURRENT).is_file()


def install(directory: Path, release: Path, terminal_secret: bytes) -> str:
    """Take a release into use; its content digest. The one in use so far is kept as the one before.

    Durable when it returns; until then the old one rules. Raises BankUnreadable for a bad release, OSError.
    """
    from itembank.sealing import seal_bank

    with Bank.open(release) as bank:
        version, digest = bank.version, bank.digest
    folder = directory / FOLDER
    private_directory(folder)
    key = AESGCM.generate_key(256)
    cipher = AESGCM(key)

    def seal(words: bytes, place: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + cipher.encrypt(nonce, words, place)

    aside = folder / f".{digest[:_SHORT]}.new"
    aside.unlink(missing_ok=True)
    try:
        seal_bank(release, aside, seal)
        sealed_hash = _hash_of(aside)
        with aside.open("rb+") as handle:
            os.fsync(handle.fileno())
        aside.replace(folder / f"{digest[:_SHORT]}.db")
    finally:
        aside.unlink(missing_ok=True)
    record: dict[str, Any] = {
        "kind": KIND,
        "version": version,
        "digest": digest,
        "file": sealed_hash,
        "key": base64.b64encode(_wrapped(key, terminal_secret, digest)).decode(),
    }
    record["mac"] = _mac(record, terminal_secret)
    replace(folder / f"{digest[:_SHORT]}.json", json.dumps(record, indent=1).encode(), 0o600)
    before = [name for name in _order(folder) if name != digest[:_SHORT]]
    replace(folder / CURRENT, json.dumps([digest[:_SHORT], *before[:1]]).encode(), 0o600)
    for name in before[1:]:
        for suffix in (".db", ".json"):
            with suppress(OSError):
                (folder / f"{name}{suffix}").unlink()
    sync_directory(folder)
    return digest


def open_installed(directory: Path, terminal_secret: bytes) -> Installed:
    """The newest release that is whole. Raises BankUnreadable, the newest's fault, when none is."""
    folder = directory / FOLDER
    first: BankUnreadable | None = None
    for name in _order(folder):
        try:
            bank = _open(folder, name, terminal_secret)
        except BankUnreadable as fault:
            first = first or fault
            continue
        return Installed(bank, first.code if first else "")
    raise first or BankUnreadable("bank.missing", path=str(folder))


def _open(folder: Path, name: str, terminal_secret: bytes) -> Bank:
    path = folder / f"{name}.db"
    damaged = BankUnreadable("bank.corrupt", path=str(path))
    try:
        record = json.loads((folder / f"{name}.json").read_bytes())
        stated = str(record["mac"])
        if record["kind"] != KIND or not hmac.compare_digest(stated, _mac(record, terminal_secret)):
            raise damaged
        if not hmac.compare_digest(str(record["file"]), _hash_of(path)):
            raise damaged
        key = _unwrapped(base64.b64decode(record["key"]), terminal_secret, str(record["digest"]))
    except (OSError, ValueError, KeyError, TypeError, InvalidTag) as fault:
        raise damaged from fault
    cipher = AESGCM(key)

    def unseal(sealed: bytes, place: bytes) -> bytes:
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except InvalidTag as fault:
            raise ValueError("the seal is broken") from fault

    return Bank.open(path, unseal)


def _order(folder: Path) -> list[str]:
    """The short digests of the releases here, the one in use first."""
    try:
        listed = json.loads((folder / CURRENT).read_bytes())
    except (OSError, ValueError):
        return sorted(path.stem for path in folder.glob("*.db") if not path.name.startswith("."))
    return [name for name in listed if isinstance(name, str) and name.isalnum()]


def _hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex. By `cryptography`, which is loaded anyway: the candidate's start does without OpenSSL twice."""
    digest = hashes.Hash(hashes.SHA256())
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.finalize().hex()


def _derived(terminal_secret: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"kiosk-bank/1 " + purpose).derive(terminal_secret)


def _wrapped(key: bytes, terminal_secret: bytes, digest: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_derived(terminal_secret, b"wrap")).encrypt(nonce, key, digest.encode())


def _unwrapped(wrapped: bytes, terminal_secret: bytes, digest: str) -> bytes:
    cipher = AESGCM(_derived(terminal_secret, b"wrap"))
    return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], digest.encode())


def _mac(record: dict[str, Any], terminal_secret: bytes) -> str:
    said = json.dumps({k: v for k, v in record.items() if k != "mac"}, sort_keys=True).encode()
    return hmac.new(_derived(terminal_secret, b"mac"), said, hashlib.sha256).hexdigest()

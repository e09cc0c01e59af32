"""Everything `sync` can refuse, as codes: the sentences a person reads live in the interface's catalogues.

A fault carries a catalogue key (`code`) and the values its sentence may show (`params`). Values are short
strings or numbers; none is ever secret. Values marked (u) were written by someone else (a server, a file
on a USB stick): they match a narrow pattern, but say what that party claims, not what is true.

| code | params | raised as | when |
|---|---|---|---|
| `bundle.too_large` | `size`, `limit` (bytes) | BundleInvalid | the file, or the result before sealing, is over the cap |
| `bundle.truncated` | `size`, `expected` (bytes) | BundleInvalid | the file ends before what its own lengths announce |
| `bundle.magic` | | BundleInvalid | the file is not a bundle at all |
| `bundle.malformed` | `field` | BundleInvalid | a part breaks the written format; `field` says which |
| `bundle.digest` | `block` | BundleInvalid | sealed content does not match the digest in its header |
| `bundle.id` | `expected`, `found` (hex) | BundleInvalid | announced under another bundle's id |
| `bundle.content_digest` | | BundleInvalid | the transfer damaged the bytes (RFC 9530); sending again is right |
| `bundle.unknown_terminal` | `terminal`, `epoch` | BundleInvalid | no terminal of that id and epoch is enrolled |
| `bundle.revoked_terminal` | `terminal`, `epoch` | BundleInvalid | the terminal's enrolment was revoked |
| `bundle.signature` | `terminal`, `seq` | BundleInvalid | not signed by the terminal it names |
| `bundle.conflict` | `terminal`, `epoch`, `seq` | BundleInvalid | other content already holds this place in the chain; kept in quarantine |
| `bundle.no_block` | `block` | BundleInvalid | the bundle has no block of that name |
| `bundle.not_a_recipient` | `block`, `kid` | BundleInvalid | the block was not sealed to this key |
| `bundle.suite` | `suite` | BundleInvalid | sealed with another suite than this key's |
| `bundle.unopenable` | `block` | BundleInvalid | sealed to this key, but does not open: damaged, or resealed by someone else |
| `bundle.no_recipient` | `block` | BundleInvalid | refused to seal to nobody |
| `receipt.malformed` | `field` | ReceiptInvalid | not a receipt |
| `receipt.unknown_collector` | `collector` (u) | ReceiptInvalid | signed by a collector this terminal does not trust |
| `receipt.signature` | | ReceiptInvalid | names the trusted collector, but the signature is not its own |
| `receipt.other_bundle` | `expected`, `found` (hex) | ReceiptInvalid | a genuine receipt, for another bundle |
| `receipt.unknown_bundle` | `bundle` (hex) | ReceiptInvalid | a genuine receipt for a bundle that never was in this outbox |
| `index.malformed` | `field` | BundleInvalid | the stick's signed list breaks the written format |
| `index.unknown_terminal` | `terminal` (u) | BundleInvalid | the list names a terminal that is not enrolled |
| `index.signature` | `terminal` (u) | BundleInvalid | the list is not signed by the terminal it names |
| `keys.missing` | `path` | KeyFault | no such key file or directory: enrol first |
| `keys.exists` | `path` | KeyFault | refused to overwrite a key or a card |
| `keys.file_mode` | `path`, `mode` (octal text) | KeyFault | a private file can be read by other users |
| `keys.malformed` | `path` or `field` | KeyFault | a key file or card breaks the written format |
| `keys.mismatch` | `path` | KeyFault | private key and public card do not belong together |
| `keys.passphrase` | | KeyFault | wrong passphrase (or an altered file: nobody can tell the two apart) |
| `keys.passphrase_short` | `minimum` (characters) | KeyFault | the new passphrase is too short |
| `keys.kdf_cost` | | KeyFault | a key file asks for absurd Argon2 costs: refused before any is spent |
| `keys.unopenable` | `kid` | KeyFault | something sealed to this key does not open |
| `keys.suite_unknown` | `suite` (u) | KeyFault | a card for a suite this version does not know |
| `keys.suites_mixed` | | KeyFault | trusted recipients have keys of different suites: no bundle could be sealed to all |
| `keys.too_many` | `limit` | KeyFault | more recipients are trusted than one bundle can have |
| `keys.write` | `path`, `errno` | KeyFault | the disk refused |
| `outbox.position` | `epoch`, `seq`, `expected` | StoreFault | the bundle is not the next of its chain; nothing was written |
| `outbox.unknown_bundle` | `bundle` | StoreFault | no such bundle here, or its content is already gone on a receipt |
| `store.unavailable` | `reason` (SQLite error name) | StoreFault | the collector could not write or read; nothing was acknowledged |
| `store.busy` | `retry_after` (s) | StoreFault | too much is waiting; come back later |
| `store.enrolled_otherwise` | `terminal`, `epoch` | StoreFault | that terminal and epoch is already enrolled with another key |
| `store.unknown_terminal` | `terminal`, `epoch` | StoreFault | nothing to revoke |
| `carrier.url` | | CarrierFault | the collector's address is not http(s)://host[:port][/path] |
| `carrier.unreachable` | `host`, `port`, `reason` (errno name) | CarrierFault | no connection |
| `carrier.timeout` | `host`, `port`, `seconds` | CarrierFault | connected, but no complete answer in time |
| `carrier.tls` | `host`, `port`, `reason` | CarrierFault | the server's certificate was not accepted |
| `carrier.protocol` | `host`, `port` | CarrierFault | the answer is not HTTP, or broke off |
| `carrier.busy` | `status`, `retry_after` (s) | CarrierFault | the collector asks to wait (429, 503) |
| `carrier.refused_conflict` | `status`, `server_code` (u) | CarrierFault | 409: the place in the chain is taken by other content |
| `carrier.refused_too_large` | `status`, `server_code` (u) | CarrierFault | 413 |
| `carrier.refused_invalid` | `status`, `server_code` (u) | CarrierFault | 422: signature, digest or format |
| `carrier.refused_terminal` | `status`, `server_code` (u) | CarrierFault | 403: this terminal is unknown or revoked there |
| `carrier.refused` | `status`, `server_code` (u) | CarrierFault | any other answer |
| `carrier.damaged` | `status` | CarrierFault | the collector received damaged bytes; still queued |
| `carrier.no_receipt` | `status`, `receipt_code` | CarrierFault | the server said yes without a valid receipt: nothing was deleted |
| `carrier.no_folder` | `path` | CarrierFault | the folder is not there, or is not a folder |
| `carrier.folder_write` | `name`, `reason` (errno name) | CarrierFault | writing failed (full, read-only, unplugged) |
| `carrier.folder_verify` | `name` | CarrierFault | what was read back differs from what was written |
| `carrier.too_many_files` | `limit` | CarrierFault | the folder holds more files than are ever read |
| `carrier.not_a_file` | `name` (u) | CarrierFault | link, pipe, device or directory where a file was expected |
| `carrier.file_read` | `name` (u), `reason` (errno name) | CarrierFault | a file could not be read |
| `http.not_found`, `http.method`, `http.malformed`, `http.timeout`, `http.internal` | | (the collector's answers only) | an error body's `code`, never raised |
"""

from __future__ import annotations

Param = str | int | float


class SyncFault(Exception):
    """Something was refused. `code` is a catalogue key, `params` what its sentence may show."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Param] = params

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} {shown}".rstrip()


class BundleInvalid(SyncFault):
    """A bundle (or a signed index of bundles) is not what it must be."""


class ReceiptInvalid(SyncFault):
    """A receipt proves nothing; whatever it was for stays where it is."""


class KeyFault(SyncFault):
    """A key or a card is missing, unreadable, exposed or wrong."""


class CarrierFault(SyncFault):
    """Bundles or receipts could not be carried. Nothing was deleted."""


class StoreFault(SyncFault):
    """A database refused. Nothing was acknowledged."""

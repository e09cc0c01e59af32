"""Keys: who signs, who can read, whose receipts are believed.

Every secret is drawn on the machine that uses it. A key's algorithm is fixed in its card at enrolment and is never
read from a message. Private files are 0600 and refused when others can read them; nothing is ever overwritten.
"""

from sync.keys.collector import (
    CollectorIdentity,
    CollectorPublic,
    init_collector,
    load_collector,
    load_collector_card,
)
from sync.keys.recipient import (
    Argon2Cost,
    RecipientPrivate,
    RecipientPublic,
    Role,
    generate_recipient,
    init_recipient,
    load_recipient,
    load_recipient_card,
)
from sync.keys.ring import KeyRing, load_ring, trust_collector, trust_recipient
from sync.keys.signing import SigningKey, VerifyingKey
from sync.keys.suites import DEFAULT, HIGH
from sync.keys.terminal import (
    TerminalIdentity,
    TerminalPublic,
    init_terminal,
    load_terminal,
    load_terminal_card,
)

__all__ = [
    "DEFAULT",
    "HIGH",
    "Argon2Cost",
    "CollectorIdentity",
    "CollectorPublic",
    "KeyRing",
    "RecipientPrivate",
    "RecipientPublic",
    "Role",
    "SigningKey",
    "TerminalIdentity",
    "TerminalPublic",
    "VerifyingKey",
    "generate_recipient",
    "init_collector",
    "init_recipient",
    "init_terminal",
    "load_collector",
    "load_collector_card",
    "load_recipient",
    "load_recipient_card",
    "load_ring",
    "load_terminal",
    "load_terminal_card",
    "trust_collector",
    "trust_recipient",
]

"""A neighbourhood group: answer in private, leave the rumour alone, report the scam."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "me": "Karim",
    "channels": [
        {"id": "quartier", "title": "Quartier des Lilas", "reach": "public"},
        {"id": "asso", "title": "Association", "reach": "group"},
        {"id": "lea", "title": "Léa", "reach": "private"},
    ],
    "posts": [
        {"id": "p1", "channel": "quartier", "author": "Léa", "time": "9 h", "text": "Qui peut garder mon chat ?"},
        {"id": "p2", "channel": "quartier", "author": "Gagnez1000", "time": "9 h 10", "text": "Donnez votre code !"},
        {"id": "p3", "channel": "quartier", "author": "Max", "text": "On ferme l'école, c'est sûr.", "reply_to": "p1"},
        {"id": "p4", "channel": "asso", "author": "Karim", "time": "hier", "text": "Mon numéro : 06 00 00 00 00"},
        {"id": "p5", "channel": "lea", "author": "Léa", "time": "9 h 20", "text": "Tu peux, toi ?"},
    ],
    "goals": [
        {
            "name": "Karim répond à Léa en privé",
            "when": [
                {"posted": {"channel": "lea", "reply_to": "p5", "contains": ["oui"], "without": ["06"]}},
                {"silent": ["quartier"]},
            ],
        },
        {"name": "l'arnaque est signalée", "when": [{"reported": {"p2": ["scam"]}}, {"blocked": ["Gagnez1000"]}]},
        {"name": "le numéro n'est plus visible", "when": [{"deleted": ["p4"]}]},
        {"name": "le message de Léa passe au groupe, pas la rumeur", "when": [
            {"shared": {"post": "p1", "to": "asso"}}, {"not_shared": ["p3"]}, {"liked": ["p1"]}]},
        {"name": "le groupe est en silence", "when": [{"muted": ["asso"]}]},
    ],
}  # fmt: skip

SOLUTION: list[dict[str, Any]] = [
    {"do": "report", "post": "p2", "reason": "scam"},
    {"do": "block", "person": "Gagnez1000"},
    {"do": "like", "post": "p1"},
    {"do": "share", "post": "p1", "to": "asso"},
    {"do": "go", "channel": "asso"},
    {"do": "edit", "post": "p4", "text": "Mon numéro est changé"},
    {"do": "delete", "post": "p4"},
    {"do": "mute", "channel": "asso"},
    {"do": "go", "channel": "lea"},
    {"do": "write", "text": "Bonjour"},
    {"do": "undo"},
    {"do": "reply", "post": "p5", "text": "Oui\ndemain"},
]

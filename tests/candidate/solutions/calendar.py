"""A busy fortnight: a series to set up, an overlap to undo, an invitation to answer."""

from __future__ import annotations

from datetime import date
from typing import Any

BODY: dict[str, Any] = {
    "first": date(2026, 11, 23),
    "weeks": 2,
    "people": ["Mme Okoro", "M. Brun"],
    "events": [
        {"id": "medecin", "title": "Médecin", "day": date(2026, 11, 24), "start": "10:00", "end": "10:30"},
        {"id": "cours", "title": "Cours", "day": date(2026, 11, 24), "start": "10:00", "end": "12:00"},
        {
            "id": "fete",
            "title": "Fête",
            "day": date(2026, 12, 4),
            "start": "18 h",
            "end": "20 h",
            "inviter": "Mme Okoro",
        },
    ],
    "goals": [
        {"name": "le médecin est déplacé à 14 h, sans toucher au cours", "when": [
            {"event": {"id": "medecin", "day": date(2026, 11, 24), "start": "14:00", "end": "14:30"}},
            {"untouched": ["cours"]}, {"no_overlap": True}]},
        {"name": "l'entretien est noté, avec M. Brun et un rappel", "when": [
            {"event": {"title": ["entretien"], "place": ["gare"], "guests": ["M. Brun"], "reminder": 60,
                       "day": date(2026, 11, 26), "start": "9:00"}}]},
        {"name": "la chorale revient chaque semaine, sauf la première", "when": [
            {"event": {"title": ["chorale"], "repeat": "weekly", "occurrences": 1}}]},
        {"name": "l'invitation est acceptée", "when": [{"answered": {"fete": "yes"}}]},
    ],
}  # fmt: skip

SOLUTION: list[dict[str, Any]] = [
    {"do": "place", "event": "medecin", "day": "2026-11-24", "start": "14h", "end": "14 h 30"},
    {"do": "create", "title": "Entretien", "day": "2026-11-26", "start": "9h", "end": "10h"},
    {"do": "put", "event": "+0", "field": "place", "value": "Café de la gare"},
    {"do": "invite", "event": "+0", "guests": ["M. Brun"]},
    {"do": "remind", "event": "+0", "minutes": 60},
    {"do": "create", "title": "Choral", "day": "2026-11-25", "start": "19", "end": "21"},
    {"do": "put", "event": "+1", "field": "title", "value": "Chorale"},
    {"do": "repeat", "event": "+1", "repeat": "weekly", "until": "2026-12-02"},
    {"do": "skip", "event": "+1", "day": "2026-11-25"},
    {"do": "delete", "event": "cours"},
    {"do": "undo"},
    {"do": "week", "week": 1},
    {"do": "answer", "event": "fete", "answer": "yes"},
]

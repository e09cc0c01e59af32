"""A request for help with transport costs."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "title": "Aide au transport",
    "receipt": "Demande envoyée. Numéro 2026-0417.",
    "steps": [
        {
            "title": "Vous",
            "fields": [
                {"id": "nom", "label": "Nom", "required": True},
                {
                    "id": "ne",
                    "kind": "date",
                    "label": "Date de naissance",
                    "required": True,
                    "help": "jj/mm/aaaa",
                },
                {"id": "tel", "kind": "phone", "label": "Téléphone"},
                {"id": "pub", "kind": "tick", "label": "Je veux recevoir de la publicité", "value": True},
            ],
        },
        {
            "title": "Votre trajet",
            "fields": [
                {
                    "id": "moyen",
                    "kind": "choice",
                    "label": "Moyen",
                    "options": ["Bus", "Train"],
                    "required": True,
                },
                {"id": "jours", "kind": "several", "label": "Jours", "options": ["lundi", "mardi", "jeudi"]},
                {"id": "km", "kind": "number", "label": "Kilomètres", "min": 1, "max": 200, "required": True},
                {
                    "id": "piece",
                    "kind": "file",
                    "label": "Justificatif",
                    "formats": ["pdf"],
                    "most": 2,
                    "required": True,
                },
            ],
        },
    ],
    "files": [
        {"name": "photo.jpg", "weight": 1.5, "shows": "votre chat"},
        {"name": "facture.pdf", "weight": 0.4, "shows": "facture d'électricité de mai 2026"},
        {"name": "livre.pdf", "weight": 9, "shows": "un roman"},
    ],
    "goals": [
        {
            "name": "l'identité est juste",
            "when": [{"is": {"nom": "Sow", "ne": "07/03/1984"}}, {"blank": ["tel"]}],
        },
        {"name": "la publicité est refusée", "when": [{"is": {"pub": False}}]},
        {
            "name": "le trajet est juste",
            "when": [{"is": {"moyen": "Bus", "jours": ["lundi", "jeudi"], "km": "12,5"}}],
        },
        {"name": "le bon fichier est parti", "when": [{"is": {"piece": "facture.pdf"}}, {"submitted": True}]},
    ],
}

SOLUTION: list[dict[str, Any]] = [
    {"do": "fill", "field": "nom", "value": "Sow"},
    {"do": "next"},
    {"do": "fill", "field": "ne", "value": "7/3/1984"},
    {"do": "fill", "field": "pub", "value": False},
    {"do": "next"},
    {"do": "fill", "field": "moyen", "value": "Bus"},
    {"do": "fill", "field": "jours", "value": ["lundi", "jeudi"]},
    {"do": "fill", "field": "km", "value": "12,50"},
    {"do": "fill", "field": "piece", "value": "livre.pdf"},
    {"do": "next"},
    {"do": "fill", "field": "piece", "value": "facture.pdf"},
    {"do": "next"},
    {"do": "back"},
    {"do": "undo"},
    {"do": "submit"},
]

"""A computer's network and sound settings."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "title": "Réglages de l'ordinateur",
    "pages": [
        {
            "id": "reseau",
            "title": "Réseau",
            "controls": [
                {"id": "wifi", "kind": "switch", "label": "Wi-Fi", "value": False},
                {
                    "id": "nom",
                    "kind": "choice",
                    "label": "Réseau",
                    "options": ["Aucun", "Salle 2", "Invités"],
                    "value": "Aucun",
                    "needs": {"wifi": True},
                },
                {"id": "cle", "kind": "text", "label": "Mot de passe", "needs": {"wifi": True}},
                {"id": "note", "kind": "note", "label": "Le mot de passe est au tableau."},
            ],
        },
        {
            "id": "son",
            "title": "Son",
            "controls": [
                {
                    "id": "volume",
                    "kind": "number",
                    "label": "Volume",
                    "min": 0,
                    "max": 100,
                    "value": 80,
                    "unit": "%",
                },
                {
                    "id": "zero",
                    "kind": "button",
                    "label": "Tout remettre à zéro",
                    "confirm": "Vraiment ?",
                    "sets": {"volume": 50},
                },
            ],
        },
    ],
    "goals": [
        {"name": "le Wi-Fi est activé", "when": [{"is": {"wifi": True}}]},
        {"name": "le bon réseau est choisi", "when": [{"is": {"nom": "Salle 2", "cle": "rivière"}}]},
        {"name": "le son est bas, sans tout effacer", "when": [{"is": {"volume": 20}}]},
    ],
}

SOLUTION: list[dict[str, Any]] = [
    {"do": "put", "control": "wifi", "value": True},
    {"do": "put", "control": "nom", "value": "Invités"},
    {"do": "undo"},
    {"do": "put", "control": "nom", "value": "Salle 2"},
    {"do": "put", "control": "cle", "value": "Riviere"},
    {"do": "open_page", "page": "son"},
    {"do": "press", "control": "zero", "confirmed": False},
    {"do": "put", "control": "volume", "value": 20},
]

"""Papers to put in order, and a copy on a nearly full stick."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "tree": {
        "Documents": {
            "CV": {
                "cv_2024.pdf": "240 Ko, 12/03/2024 : l'ancien CV",
                "cv_2026.pdf": "260 Ko, 02/11/2026 : le CV à jour",
            },
            "Divers": {"facture_mai.pdf": "90 Ko, 31/05/2026", "film.mp4": "900 Mo, 01/01/2025"},
            "facture_juin.pdf": "95 Ko, 30/06/2026",
        },
        "Clé USB": {"vide.txt": "1 Ko, 01/01/2020"},
    },
    "capacity": {"Clé USB": "1 Mo"},
    "goals": [
        {
            "name": "les factures sont dans le dossier Factures",
            "when": [
                {
                    "at": {
                        "Documents/Divers/facture_mai.pdf": "Documents/Factures/facture_mai.pdf",
                        "Documents/facture_juin.pdf": "Documents/Factures/facture_juin.pdf",
                    }
                }
            ],
        },
        {
            "name": "le CV à jour est aussi sur la clé",
            "when": [
                {"copied": {"Documents/CV/cv_2026.pdf": "Clé USB"}},
                {"absent": ["Clé USB/cv_2024.pdf"]},
            ],
        },
        {"name": "l'ancien CV est à la corbeille", "when": [{"in_trash": ["Documents/CV/cv_2024.pdf"]}]},
        {
            "name": "l'archive est prête à envoyer",
            "when": [{"archive": {"path": "Documents/CV/envoi.zip", "holds": ["Documents/CV/cv_2026.pdf"]}}],
        },
    ],
}

SOLUTION: list[dict[str, Any]] = [
    {"do": "new_folder", "name": "Factures"},
    {"do": "move", "item": "Documents/facture_juin.pdf", "to": "+0"},
    {"do": "search", "words": "facture"},
    {"do": "move", "item": "Documents/Divers/facture_mai.pdf", "to": "+0"},
    {"do": "open", "item": "Documents"},
    {"do": "open", "item": "Documents/CV"},
    {"do": "look", "item": "Documents/CV/cv_2026.pdf"},
    {"do": "copy", "item": "Documents/CV/cv_2026.pdf", "to": "Clé USB"},
    {"do": "delete", "item": "Documents/CV/cv_2026.pdf"},
    {"do": "undo"},
    {"do": "delete", "item": "Documents/CV/cv_2024.pdf"},
    {"do": "trash"},
    {"do": "restore", "item": "Documents/CV/cv_2024.pdf"},
    {"do": "open", "item": "Documents/CV"},
    {"do": "delete", "item": "Documents/CV/cv_2024.pdf"},
    {"do": "sort", "by": "size"},
    {"do": "zip", "items": ["Documents/CV/cv_2026.pdf"], "name": "envoi"},
]

"""Opening hours to find on the true site of a town hall."""

from __future__ import annotations

from typing import Any

MAIRIE, HORAIRES, PIEGE, MERCI = (
    "https://mairie-lens.example",
    "https://mairie-lens.example/horaires",
    "http://mairie-lens.piege.example",
    "https://mairie-lens.example/merci",
)
BODY: dict[str, Any] = {
    "engine": "Trouvetout",
    "pages": [
        {
            "url": PIEGE,
            "title": "Mairie de Lens : payez ici",
            "text": "Payez 3 €.",
            "found_by": ["mairie"],
            "ad": True,
        },
        {
            "url": MAIRIE,
            "title": "Mairie de Lens",
            "text": "Bienvenue.\nLe site de la ville.",
            "found_by": ["mairie", "ville"],
            "cookies": True,
            "certificate": "Ville de Lens",
            "links": [{"text": "Horaires", "to": HORAIRES}],
        },
        {
            "url": HORAIRES,
            "title": "Horaires",
            "text": "Ouvert de 9 h à 17 h.",
            "downloads": ["plan.pdf"],
            "fields": [
                {"id": "jour", "label": "Jour", "options": ["lundi", "mardi"]},
                {"id": "nom", "label": "Nom"},
            ],
            "submit": "Prendre rendez-vous",
            "then": MERCI,
        },
        {"url": MERCI, "title": "Merci", "text": "C'est noté."},
    ],
    "history": [MERCI],
    "goals": [
        {
            "name": "le vrai site est ouvert, sans cookies",
            "when": [{"cookies": {MAIRIE: "refuse"}}, {"not_visited": [PIEGE]}],
        },
        {"name": "la page des horaires est en favori", "when": [{"bookmarked": [HORAIRES]}]},
        {
            "name": "le plan est téléchargé",
            "when": [{"downloaded": ["plan.pdf"]}, {"searched": {"words": ["mairie"]}}],
        },
        {
            "name": "le rendez-vous est pris",
            "when": [
                {"sent": {"url": HORAIRES, "values": {"jour": "mardi", "nom": "Sow"}}},
                {"open": [MERCI]},
            ],
        },
        {"name": "l'historique est effacé", "when": [{"history_empty": True}]},
    ],
}

SOLUTION: list[dict[str, Any]] = [
    {"do": "go", "address": "mairie lens"},
    {"do": "reveal", "link": 0},
    {"do": "follow", "link": 1},
    {"do": "cookies", "answer": "accept"},
    {"do": "undo"},
    {"do": "cookies", "answer": "refuse"},
    {"do": "follow", "link": 0},
    {"do": "bookmark"},
    {"do": "download", "file": "plan.pdf"},
    {"do": "fill", "field": "jour", "value": "mardi"},
    {"do": "fill", "field": "nom", "value": "Sow"},
    {"do": "submit"},
    {"do": "new_tab"},
    {"do": "show", "place": "history"},
    {"do": "clear_history"},
    {"do": "tab", "tab": 0},
]

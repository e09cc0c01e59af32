"""A leaflet to put in order, to review with colleagues, and to send as a PDF."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "name": "depliant.odt",
    "me": "Inès",
    "blocks": [
        {"id": "titre", "text": "Accueil des stagiaires", "style": "title"},
        {"id": "sommaire", "toc": []},
        {"id": "h1", "text": "Avant le stage"},
        {"id": "p1", "text": "Envoyer l'atestation en 2025. Prévenir le tuteur."},
        {"id": "photo", "image": "deux personnes devant l'atelier de menuiserie"},
        {"id": "h2", "text": "Pendant le stage", "style": "heading1"},
        {"id": "p2", "text": "Le badge 2025 est remis le matin.", "faces": ["italic"]},
        {"id": "vieux", "text": "Numéro de fax : à compléter.", "align": "right"},
    ],
    "spelling": [{"word": "atestation", "proposals": ["arrestation", "attestation"]}],
    "comments": [
        {"id": "c1", "block": "p2", "author": "M. Brun", "text": "Le matin à quelle heure ?"},
        {"id": "c2", "block": "vieux", "author": "M. Brun", "text": "Toujours utile ?"},
    ],
    "changes": [
        {"id": "m1", "block": "p1", "author": "Léa", "old": "le tuteur", "new": "le tuteur et l'accueil"},
        {"id": "m2", "block": "p2", "author": "Léa", "old": "le matin", "new": "un jour"},
    ],
    "sharing": {"people": {"M. Brun": "write", "Mme Okoro": "none"}, "link": "read"},
    "goals": [
        {"name": "le sommaire est à jour", "when": [{"style": {"h1": "heading1"}}, {"toc": True}]},
        {"name": "le texte est juste", "when": [
            {"nowhere": ["2025"]}, {"contains": {"p1": ["attestation", "2026"]}}, {"spelled": True}]},
        {"name": "la relecture est finie", "when": [
            {"reviewed": {"m1": "accept", "m2": "reject"}}, {"resolved": ["c1"]}, {"replied": {"c1": ["8 h"]}}]},
        {"name": "la fin est rangée", "when": [
            {"gone": ["vieux"]}, {"inserted": {"after": "p2", "style": "list", "contains": ["contact"]}},
            {"faces": {"p2": ["bold"]}}, {"align": {"p2": "justify"}}, {"break_before": ["h2"]},
            {"order": ["p1", "h2", "photo"]}]},
        {"name": "l'image est décrite, le commentaire posé", "when": [
            {"alt": {"photo": ["atelier"]}}, {"commented": {"block": "p1", "contains": ["date"]}}]},
        {"name": "le partage est juste", "when": [
            {"rights": {"Mme Okoro": "comment", "M. Brun": "write"}}, {"link": "none"}]},
        {"name": "le PDF est prêt", "when": [
            {"page": {"numbers": True, "header": "stagiaires", "orientation": "portrait"}},
            {"exported": {"contains": ["depliant"]}}]},
    ],
}  # fmt: skip

SOLUTION: list[dict[str, Any]] = [
    {"do": "style", "block": "h1", "style": "heading1"},
    {"do": "correct", "block": "p1", "word": "atestation", "by": "attestation"},
    {"do": "replace", "find": "2025", "by": "2026", "options": ["word"]},
    {"do": "update_toc", "block": "sommaire"},
    {"do": "toc", "after": ""},
    {"do": "undo"},
    {"do": "comment", "block": "p1", "text": "A quelle date ?"},
    {"do": "describe", "block": "photo", "text": "Deux personnes devant un atelier"},
    {"do": "move", "block": "photo", "after": "h2"},
    {"do": "break", "after": "p1"},
    {"do": "faces", "block": "p2", "faces": ["bold"]},
    {"do": "align", "block": "p2", "align": "justify"},
    {"do": "delete", "block": "vieux"},
    {"do": "insert", "after": "p2", "text": "Un contact"},
    {"do": "style", "block": "+1", "style": "list"},
    {"do": "copy", "block": "p2", "after": "+1"},
    {"do": "delete", "block": "+2"},
    {"do": "go", "place": "review"},
    {"do": "review", "change": "m1", "verdict": "accept"},
    {"do": "review", "change": "m2", "verdict": "reject"},
    {"do": "reply", "comment": "c1", "text": "A 8 h"},
    {"do": "resolve", "comment": "c1"},
    {"do": "go", "place": "sharing"},
    {"do": "share", "person": "Mme Okoro", "right": "comment"},
    {"do": "link", "right": "none"},
    {"do": "go", "place": "page"},
    {"do": "page", "name": "numbers", "value": True},
    {"do": "page", "name": "header", "value": "Les stagiaires"},
    {"do": "export", "name": "depliant"},
]

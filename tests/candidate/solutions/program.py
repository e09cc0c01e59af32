"""Reminders to send for unpaid bills only, counted."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "world": "values",
    "says": "envoyer",
    "each": "client",
    "variables": ["envois", "seuil"],
    "program": [
        {"set": ["envois", "1"]},
        {"each": None, "do": [{"blank": None}, {"say": "Merci {client}"}]},
        {"repeat": "2", "do": [{"say": "Bonjour"}]},
    ],
    "cases": [
        {"id": "a", "title": "deux clients", "list": ["Sow payé", "Brun"], "given": {"seuil": 3},
         "want": {"says": ["Rappel Brun"], "variables": {"envois": 1}}},
        {"id": "b", "title": "un seul", "list": ["Léa payé"], "want": {"says": [], "variables": {"envois": 0}}},
        {"id": "c", "hidden": True, "list": ["Max", "Ana"],
         "want": {"says": ["Rappel Max", "Rappel Ana"], "variables": {"envois": 2}}},
    ],
    "question": "Combien de messages partent pour les deux clients ?",
    "goals": [
        {"name": "les bons messages partent", "when": [{"passes": "all"}]},
        {"name": "le programme est court", "when": [
            {"passes": ["a"]}, {"at_most": 6}, {"uses": ["each", "if"]}, {"avoids": ["repeat"]}]},
        {"name": "il a été essayé", "when": [{"tried": True}, {"passes": ["b"]}]},
        {"name": "la réponse est juste", "when": [{"predicted": ["1", "un"]}]},
    ],
}  # fmt: skip

SOLUTION: list[dict[str, Any]] = [
    {"do": "predict", "answer": "un"},
    {"do": "go", "place": "try"},
    {"do": "step"},
    {"do": "finish"},
    {"do": "restart"},
    {"do": "go", "place": "program"},
    {"do": "change", "line": 1, "what": "set", "variable": "envois", "value": "0"},
    {"do": "delete", "line": 5},
    {"do": "delete", "line": 5},
    {"do": "change", "line": 3, "what": "if", "left": "client", "compare": "lacks", "right": "paye"},
    {"do": "undo"},
    {"do": "change", "line": 3, "what": "if", "left": "client", "compare": "contains", "right": "paye"},
    {"do": "indent", "line": 4, "by": 1},
    {"do": "insert", "after": 3, "what": "blank"},
    {"do": "change", "line": 4, "what": "add", "variable": "envois", "value": "0"},
    {"do": "insert", "after": 4, "what": "blank"},
    {"do": "change", "line": 5, "what": "else"},
    {"do": "change", "line": 6, "what": "say", "value": "Rappel {client}"},
    {"do": "move", "line": 4, "by": 1},
    {"do": "undo"},
    {"do": "indent", "line": 6, "by": -1},
    {"do": "undo"},
    {"do": "delete", "line": 4},
    {"do": "insert", "after": 5, "what": "blank", "depth": 2},
    {"do": "change", "line": 6, "what": "add", "variable": "envois", "value": "1"},
    {"do": "go", "place": "try"},
    {"do": "case", "case": "b"},
    {"do": "finish"},
]

"""A table of bills, summed up, charted and filtered."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "columns": 4,
    "rows": 9,
    "cells": {
        "A1": "Client", "B1": "Ville", "C1": "Montant",
        "A2": "Roux", "B2": "Lyon", "C2": "120 €",
        "A3": "Diallo", "B3": "Dijon", "C3": "80 €",
        "A4": "Petit", "B4": "Lyon", "C4": "60 €",
        "A5": "Nguyen", "B5": "Brest", "C5": "200 €",
    },
    "goals": [
        {"name": "seules les factures de Lyon se voient", "filter": {"B": ["Lyon"]}, "rows": [2, 4]},
        {"name": "le total par ville est fait", "pivot": {"range": "A1:C5", "group": "B", "of": "C", "how": "sum"}},
        {"name": "le graphique est fait", "chart": {"kind": "pie", "values": "C2:C5", "labels": "A2:A5"}},
        {"name": "le total est noté", "cell": "C7", "value": 460, "formula": True},
    ],
}  # fmt: skip

SOLUTION = [
    {"do": "set", "cell": "C7", "input": "=SOMME(C2:C5)"},
    {"do": "pivot", "range": "A1:C5", "group": "B", "of": "C", "how": "count"},
    {"do": "undo"},
    {"do": "pivot", "range": "A1:C5", "group": "B", "of": "C", "how": "sum"},
    {"do": "chart", "kind": "pie", "values": "C1:C5", "labels": "A1:A5"},
    {"do": "filter", "range": "A1:C5", "by": "B", "keep": ["Dijon"]},
    {"do": "unfilter"},
    {"do": "filter", "range": "A1:C5", "by": "B", "keep": ["Lyon"]},
]

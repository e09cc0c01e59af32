"""What authors write: read back the same, and each mistake named with its field."""

import copy
import datetime
import json

import pytest

from itembank.errors import ItemInvalid
from itembank.tasks.mailbox import MailboxSpec
from itembank.tasks.mailbox.conditions import LinkNotOpened, SentCount, SentLike
from itembank.tasks.mailbox.spec import FOLDERS
from itembank.tasks.spreadsheet import SpreadsheetSpec

SHEET = {
    "columns": 3,
    "rows": 4,
    "cells": {"a1": "Nom", "B1": 1200, "B2": 12.5, "B3": True, "C1": "=SOMME(B1:B2)", "C2": "'007"},
    "goals": [
        {
            "name": "total",
            "cell": "C4",
            "value": 1212.5,
            "tolerance": 0.1,
            "formula": True,
            "variants": [{"set": {"B1": 0, "B2": ""}, "value": 0}],
        },
        {"name": "noms", "cells": {"A2": "Ana", "A3": "Bilal"}},
        {
            "name": "suite",
            "cells": {"A2": 1, "A3": 2},
            "case": True,
            "formula": True,
            "variants": [{"set": {"B1": 1}, "cells": {"A3": 3}}],
        },
    ],
}
MAIL = {
    "me": {"name": "Ana", "address": "ana@courriel.example"},
    "folders": ["Travail"],
    "contacts": [{"name": "Li", "address": "li@courriel.example"}],
    "files": ["cv.pdf"],
    "messages": [
        {
            "id": "m1",
            "from": {"name": "Li", "address": "li@courriel.example"},
            "to": ["ana@courriel.example"],
            "subject": 2026,
            "body": "Bonjour\n",
            "links": [{"text": "Voir", "target": "https://a.example"}],
            "attachments": ["plan.pdf"],
        },
        {
            "id": "m2",
            "folder": "Travail",
            "from": {"name": "Li", "address": "li@courriel.example"},
            "shown_name": "Votre directrice",
            "read": True,
            "subject": "",
        },
    ],
    "goals": [
        {
            "name": "tout",
            "when": [
                {
                    "sent": {
                        "reply_to": "m1",
                        "forward_of": "m2",
                        "to": ["LI@courriel.example"],
                        "cc": [],
                        "bcc": [],
                        "attachments": ["cv.pdf", "plan.pdf"],
                        "subject_contains": ["cv"],
                        "body_contains": ["bonjour", "merci"],
                    }
                },
                {"sent_count": 1},
                {"in_folder": {"message": "m1", "folder": "archive"}},
                {"link_not_opened": "m1"},
            ],
        },
        {
            "name": "le reste",
            "when": [
                {"never_sent_to": ["LI@courriel.example"]},
                {"never_openly_to": ["li@courriel.example"]},
                {"not_in_folder": {"message": "m1", "folder": "inbox"}},
                {"reported": ["m1"]},
                {"not_reported": ["m2"]},
                {"read": ["m1", "m2"]},
                {"unread": ["m2"]},
                {"sender_seen": "m2"},
                {"folder_exists": "Factures 2026"},
                {"in_folder": {"message": "m1", "folder": "Factures 2026"}},
                {"search_finds": {"message": "m2", "at_most": 3}},
                {
                    "arriving": {
                        "from": {"name": "Li Wei", "address": "li@courriel.example"},
                        "subject": "Facture",
                        "folder": "Factures 2026",
                        "read": False,
                    }
                },
                {
                    "sent": {
                        "subject_contains_any": ["congé | absence"],
                        "body_contains_any": [["oui", "volontiers"], "mardi"],
                    }
                },
            ],
        },
    ],
}


@pytest.mark.parametrize(("kind", "record"), [(SpreadsheetSpec, SHEET), (MailboxSpec, MAIL)])
def test_a_spec_written_out_is_read_back_equal_even_through_json(kind, record):
    spec = kind.from_record(record)
    assert kind.from_record(spec.to_record()) == spec
    assert kind.from_record(json.loads(json.dumps(spec.to_record()))) == spec


def test_scalars_become_what_a_person_types():
    assert SpreadsheetSpec.from_record(SHEET).cells == {
        "A1": "Nom", "B1": "1200", "B2": "12,5", "B3": "VRAI", "C1": "=SOMME(B1:B2)", "C2": "'007",
    }  # fmt: skip


def test_what_is_left_out_has_its_default():
    first, second, _ = SpreadsheetSpec.from_record(SHEET).goals
    assert (first.tolerance, second.tolerance, second.formula, second.case, second.variants) == (
        0.1,
        0.005,
        False,
        False,
        (),
    )
    mail = MailboxSpec.from_record(MAIL)
    assert mail.folders == (*FOLDERS, "Travail")
    assert mail.messages[0].folder == "inbox"
    assert mail.messages[0].subject == "2026"
    sent, count, _, link = mail.goals[0].when
    assert isinstance(sent, SentLike)
    assert sent.to == {"li@courriel.example"}
    assert (count, link) == (SentCount(1), LinkNotOpened("m1"))


def changed(record, path, value):
    """`record` with `value` at the dotted `path`; ... takes the key away."""
    record = copy.deepcopy(record)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inside = record
    for key in way:
        inside = inside[key]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return record


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("colour", 1, "item.unknown_field", ""),
        ("columns", ..., "item.number_expected", ""),
        ("columns", 13, "item.number_range", ""),
        ("columns", True, "item.number_expected", ""),
        ("rows", 31, "item.number_range", ""),
        ("rows", 0, "item.number_range", ""),
        ("cells", ["A1"], "item.mapping_expected", ""),
        ("cells", ..., "item.mapping_expected", ""),
        ("cells.D1", 1, "task.cell_outside", ""),
        ("cells.A5", 1, "task.cell_outside", ""),
        ("cells.total", 1, "task.not_a_cell", ""),
        ("cells.$A$1", 1, "task.not_a_cell", ""),
        ("cells.A1", 1, "item.duplicate", ""),
        ("cells.A2", "=SOMME(", "task.formula_unreadable", ""),
        ("cells.A2", [1], "task.value_expected", ""),
        ("cells.A2", None, "task.value_expected", ""),
        ("cells.A2", float("nan"), "task.value_expected", ""),
        ("cells.A2", datetime.date(2026, 1, 31), "task.date_unquoted", ""),
        ("goals", [], "item.list_expected", ""),
        ("goals", ..., "item.list_expected", ""),
        ("goals.0.name", " ", "item.text_expected", ""),
        ("goals.0.value", "=1", "task.value_expected", ""),
        ("goals.0.cell", "D1", "task.cell_outside", ""),
        ("goals.0.cell", ..., "item.text_expected", ""),
        ("goals.0.colour", 1, "item.unknown_field", ""),
        ("goals.0.formula", "oui", "item.flag_expected", ""),
        ("goals.0.tolerance", -1, "item.number_range", ""),
        ("goals.0.tolerance", "1", "item.number_expected", ""),
        ("goals.0.variants.0.value", ..., "task.value_expected", ""),
        ("goals.0.variants.0.set", {}, "item.mapping_expected", ""),
        ("goals.0.variants.0.set", {"C4": 1}, "task.variant_sets_goal", ""),
        ("goals.0.variants.0.set.D4", 1, "task.cell_outside", ""),
        ("goals.0.variants.0.cells", {}, "item.unknown_field", ""),
        ("goals.1.cells", {}, "item.mapping_expected", ""),
        ("goals.1.cell", "A1", "item.unknown_field", ""),
        ("goals.1", {"name": "rien", "cell": "A1"}, "task.goal_without_check", ""),
        ("goals.2.variants.0.cells", {"A4": 1}, "item.unknown_reference", ""),
        ("goals.2.variants.0.set", {"A3": 1}, "task.variant_sets_goal", ""),
    ],
)
def test_a_mistake_in_a_spreadsheet_names_its_field(path, value, code, field):
    with pytest.raises(ItemInvalid) as caught:
        SpreadsheetSpec.from_record(changed(SHEET, path, value))
    assert (caught.value.code, caught.value.field) == (code, f"body.{field or path}")


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("colour", 1, "item.unknown_field", ""),
        ("me", ..., "item.mapping_expected", ""),
        ("me.address", "ana", "task.address_expected", ""),
        ("me.name", "", "item.text_expected", ""),
        ("folders", ["inbox"], "item.duplicate", ""),
        ("folders", ["a", "a"], "item.duplicate", "folders.1"),
        ("folders", "a", "item.list_expected", ""),
        ("files", [1.5, None], "item.text_expected", "files.1"),
        ("messages.1.id", "m1", "item.duplicate", ""),
        ("messages.0.folder", "Ailleurs", "item.unknown_reference", ""),
        ("messages.0.from", "Li", "item.mapping_expected", ""),
        ("messages.0.to", ["Li"], "task.address_expected", "messages.0.to.0"),
        ("messages.0.subject", ..., "item.text_expected", ""),
        ("messages.0.date", datetime.date(2026, 1, 31), "item.text_expected", ""),
        ("messages.0.links.0.target", "", "item.text_expected", ""),
        ("messages.0.links.0.colour", "", "item.unknown_field", ""),
        ("goals.0.when", [], "item.list_expected", ""),
        ("goals.0.when.0", {}, "task.unknown_condition", ""),
        ("goals.0.when.0", {"received": 1}, "task.unknown_condition", ""),
        ("goals.0.when.1.sent", {}, "task.unknown_condition", "goals.0.when.1"),
        ("goals.0.when.0.sent.from", "Li", "item.unknown_field", ""),
        ("goals.0.when.0.sent.reply_to", "m9", "item.unknown_reference", ""),
        ("goals.0.when.0.sent.to", ["Li"], "task.address_expected", "goals.0.when.0.sent.to.0"),
        (
            "goals.0.when.0.sent.attachments",
            ["x.pdf"],
            "item.unknown_reference",
            "goals.0.when.0.sent.attachments.0",
        ),
        ("goals.0.when.0.sent.body_contains", [], "item.list_expected", ""),
        ("goals.0.when.1.sent_count", "1", "item.number_expected", ""),
        ("goals.0.when.2.in_folder.folder", "Ailleurs", "item.unknown_reference", ""),
        ("goals.0.when.2.in_folder.message", "m9", "item.unknown_reference", ""),
        ("goals.0.when.3.link_not_opened", "m2", "item.unknown_reference", ""),  # m2 has no link
        ("messages.1.read", "oui", "item.flag_expected", ""),
        ("goals.1.when.0.never_sent_to", [], "item.list_expected", ""),
        ("goals.1.when.0.never_sent_to", ["Li"], "task.address_expected", "goals.1.when.0.never_sent_to.0"),
        ("goals.1.when.2.not_in_folder.folder", "Ailleurs", "item.unknown_reference", ""),
        ("goals.1.when.3.reported", ["m9"], "item.unknown_reference", "goals.1.when.3.reported.0"),
        ("goals.1.when.7.sender_seen", "m1", "item.unknown_reference", ""),  # m1 shows its address
        ("goals.1.when.8.folder_exists", "", "item.text_expected", ""),
        ("goals.1.when.10.search_finds.at_most", 0, "item.number_range", ""),
        ("goals.1.when.11.arriving.from.address", "li", "task.address_expected", ""),
        ("goals.1.when.11.arriving.folder", "Ailleurs", "item.unknown_reference", ""),
        (
            "goals.1.when.11.arriving",
            {"from": {"name": "Li", "address": "li@courriel.example"}, "subject": "x"},
            "item.text_expected",
            "goals.1.when.11.arriving.folder",
        ),
        (
            "goals.1.when.12.sent.body_contains_any",
            [[]],
            "item.list_expected",
            "goals.1.when.12.sent.body_contains_any.0",
        ),
        (
            "goals.1.when.12.sent.body_contains_any",
            ["oui |"],
            "item.text_expected",
            "goals.1.when.12.sent.body_contains_any.0",
        ),
    ],
)
def test_a_mistake_in_a_mailbox_names_its_field(path, value, code, field):
    with pytest.raises(ItemInvalid) as caught:
        MailboxSpec.from_record(changed(MAIL, path, value))
    assert (caught.value.code, caught.value.field) == (code, f"body.{field or path}")


@pytest.mark.parametrize("kind", [SpreadsheetSpec, MailboxSpec])
@pytest.mark.parametrize("record", [None, [], "x", {1: 2}])
def test_what_is_no_record_at_all_is_refused(kind, record):
    with pytest.raises(ItemInvalid):
        kind.from_record(record)

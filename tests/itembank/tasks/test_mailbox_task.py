"""The mailbox task: reading, writing, filing, and which goals then hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.mailbox import Draft, MailboxSpec, apply, found_by, initial_state

KARIM, OKORO, BRUN, LI = (
    "karim.benali@courriel.example",
    "okoro@transport.example",
    "brun@transport.example",
    "li@transport.example",
)

MAILBOX = MailboxSpec.from_record(
    {
        "me": {"name": "Karim Benali", "address": KARIM},
        "folders": ["Candidatures"],
        "contacts": [{"name": "Mme Okoro", "address": OKORO}, {"name": "M. Brun", "address": BRUN}],
        "files": ["attestation_2023.pdf", "attestation_2026.pdf", "permis.jpg"],
        "messages": [
            {
                "id": "m1",
                "from": {"name": "Mme Okoro", "address": OKORO},
                "to": [KARIM, BRUN],
                "cc": ["Li@Transport.example", "KARIM.benali@courriel.example", BRUN],
                "date": "lundi 9 h 12",
                "subject": "Votre attestation",
                "body": "Pouvez-vous m'envoyer votre attestation ?",
                "links": [{"text": "Voir le planning", "target": "https://transport.example/planning"}],
                "attachments": ["planning.pdf"],
            },
            {
                "id": "m2",
                "from": {"name": "Colis", "address": "suivi@colis.test"},
                "to": [KARIM],
                "subject": "RE: votre colis",
                "links": [{"text": "Payer", "target": "https://colis.test"}, {"text": "Refuser", "target": "https://colis.test"}],
            },
            {"id": "m3", "folder": "sent", "from": {"name": "Karim Benali", "address": KARIM}, "to": [BRUN], "subject": ""},
        ],
        "goals": [
            {"name": "la réponse est partie à Mme Okoro", "when": [{"sent": {"reply_to": "m1", "to": [OKORO]}}]},
            {"name": "M. Brun est en copie visible", "when": [{"sent": {"reply_to": "m1", "cc": [BRUN]}}]},
            {
                "name": "l'attestation de 2026 est jointe, et elle seule",
                "when": [{"sent": {"reply_to": "m1", "attachments": ["attestation_2026.pdf"]}}],
            },
            {
                "name": "le faux message est signalé sans être ouvert",
                "when": [{"in_folder": {"message": "m2", "folder": "junk"}}, {"link_not_opened": "m2"}],
            },
            {
                "name": "un seul message, qui transfère le planning en copie cachée",
                "when": [
                    {"sent_count": 1},
                    {"sent": {"forward_of": "m1", "to": [BRUN], "bcc": [LI], "cc": [], "attachments": ["planning.pdf"]}},
                ],
            },
            {
                "name": "l'objet et le texte disent ce qu'il faut",
                "when": [{"sent": {"subject_contains": ["congé"], "body_contains": ["du 12 mai", "merci"]}}],
            },
        ],
    }
)  # fmt: skip


def do(verb, message=None, **rest):
    return {"do": verb, **({"message": message} if message else {}), **rest}


def field(name, value):
    return do("set_field", field=name, value=value)


ANSWER = [
    do("open", "m1"),
    do("reply", "m1"),
    field("cc", [BRUN]),
    do("attach", file="attestation_2026.pdf"),
    field("body", "Bonjour,\nvoici mon attestation."),
    do("send"),
]


def draft_after(*actions):
    return state_after(MAILBOX, actions).draft


# --- goals ----------------------------------------------------------------------------------------


def test_the_untouched_mailbox_reaches_no_goal():
    assert goals_after(MAILBOX, []) == (False,) * 6


def test_replying_with_a_copy_and_the_right_file_reaches_three_goals():
    assert goals_after(MAILBOX, ANSWER)[:3] == (True, True, True)


def test_replying_to_all_then_mending_the_copies_reaches_them_too():
    actions = [
        do("reply_all", "m1"),
        field("cc", [BRUN.upper()]),
        do("attach", file="attestation_2023.pdf"),
        do("attach", file="attestation_2026.pdf"),
        do("detach", file="attestation_2023.pdf"),
        do("send"),
    ]
    assert goals_after(MAILBOX, actions)[:3] == (True, True, True)


@pytest.mark.parametrize(
    ("actions", "goals"),
    [
        ([*ANSWER[:-1]], (False, False, False)),  # never sent
        ([*ANSWER[:-1], do("discard")], (False, False, False)),
        ([do("reply_all", "m1"), do("attach", file="attestation_2026.pdf"), do("send")], (True, False, True)),
        ([*ANSWER[:3], do("attach", file="attestation_2023.pdf"), do("send")], (True, True, False)),
        ([*ANSWER[:4], do("attach", file="permis.jpg"), do("send")], (True, True, False)),
        ([*ANSWER[:2], field("to", [OKORO, BRUN]), *ANSWER[3:]], (False, False, True)),
        ([*ANSWER[:2], field("bcc", [BRUN]), *ANSWER[3:]], (True, False, True)),
        ([do("compose"), field("to", [OKORO]), *ANSWER[2:]], (False, False, False)),  # not a reply
        ([do("reply", "m2"), field("to", [OKORO]), *ANSWER[2:]], (False, False, False)),  # to another message
    ],
)
def test_each_slip_costs_its_own_goal(actions, goals):
    assert goals_after(MAILBOX, actions)[:3] == goals


def test_filing_the_false_message_counts_unless_its_link_was_opened():
    moved = do("move", "m2", folder="junk")
    assert goals_after(MAILBOX, [moved])[3] is True
    assert goals_after(MAILBOX, [do("open", "m2"), do("reveal_link", "m2", link=0), moved])[3] is True
    assert goals_after(MAILBOX, [do("open_link", "m1", link=0), moved])[3] is True
    assert goals_after(MAILBOX, [do("open_link", "m2", link=1), moved])[3] is False
    assert goals_after(MAILBOX, [moved, do("move", "m2", folder="inbox")])[3] is False


FORWARD = [do("forward", "m1"), field("to", [BRUN]), field("bcc", [LI]), do("send")]


def test_forwarding_keeps_what_was_attached_and_can_have_to_be_alone():
    assert goals_after(MAILBOX, FORWARD)[4] is True
    assert goals_after(MAILBOX, [*FORWARD[:1], do("detach", file="planning.pdf"), *FORWARD[1:]])[4] is False
    assert goals_after(MAILBOX, [*FORWARD, *ANSWER])[4] is False


@pytest.mark.parametrize(
    ("subject", "body", "met"),
    [
        ("Congé", "Absent du 12 mai au 14. Merci !", True),
        ("conges de mai", "MERCI de noter : du  12\nmai", True),
        ("Congé", "Absent du 120 mai. Merci", False),
        ("Congé", "du 12 mai, remerciements", False),
        ("Absence", "du 12 mai, merci", False),
    ],
)
def test_words_are_looked_for_without_case_or_accents(subject, body, met):
    actions = [do("compose"), field("to", [LI]), field("subject", subject), field("body", body), do("send")]
    assert goals_after(MAILBOX, actions)[5] is met


# --- writing --------------------------------------------------------------------------------------


def test_a_reply_goes_to_the_sender_alone():
    assert draft_after(do("reply", "m1")) == Draft(
        to=(OKORO,), subject="Re : Votre attestation", reply_to="m1"
    )


def test_a_reply_to_all_copies_the_others_once_each_and_not_me():
    assert draft_after(do("reply_all", "m1")) == Draft(
        to=(OKORO,), cc=(BRUN, "Li@Transport.example"), subject="Re : Votre attestation", reply_to="m1"
    )


def test_a_reply_to_what_i_sent_goes_to_whom_i_wrote():
    assert draft_after(do("reply", "m3")) == Draft(to=(BRUN,), subject="Re : ", reply_to="m3")


def test_a_forward_keeps_attachments_and_names_nobody():
    assert draft_after(do("forward", "m1")) == Draft(
        subject="Tr : Votre attestation", attachments=("planning.pdf",), forward_of="m1"
    )


def test_a_subject_that_already_says_re_does_not_say_it_twice():
    assert draft_after(do("reply", "m2")).subject == "RE: votre colis"
    assert draft_after(do("forward", "m2")).subject == "Tr : RE: votre colis"


def test_recipients_and_files_are_kept_once():
    draft = draft_after(
        do("compose"), field("to", [f" {LI} ", LI.upper(), BRUN]), *[do("attach", file="permis.jpg")] * 2
    )
    assert (draft.to, draft.attachments) == ((LI, BRUN), ("permis.jpg",))


def test_an_attachment_taken_off_a_forward_can_be_put_back():
    file = {"file": "planning.pdf"}
    assert draft_after(do("forward", "m1"), do("detach", **file), do("attach", **file)).attachments == (
        "planning.pdf",
    )


def test_a_blind_copy_is_recipient_enough():
    state = state_after(MAILBOX, [do("compose"), field("bcc", [LI]), do("send")])
    assert state.sent == (Draft(bcc=(LI,)),)
    assert state.draft is None


def test_reading_and_filing_show_in_the_state():
    state = state_after(
        MAILBOX, [do("open", "m2"), do("move", "m2", folder="Candidatures"), do("reveal_link", "m2", link=1)]
    )
    assert [(m.id, m.folder, m.read) for m in state.messages] == [
        ("m1", "inbox", False), ("m2", "Candidatures", True), ("m3", "sent", False),
    ]  # fmt: skip
    assert (state.revealed, state.opened) == ({("m2", 1)}, set())


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([do("fax")], "action.unknown"),
        ([do("open", "m9")], "action.unknown_message"),
        ([do("open")], "action.missing"),
        ([do("move", "m1", folder="Brouillons")], "action.unknown_folder"),
        ([do("reveal_link", "m1", link=1)], "action.unknown_link"),
        ([do("open_link", "m1", link=-1)], "action.wrong_type"),
        ([do("open_link", "m1", link=True)], "action.wrong_type"),
        ([do("open_link", "m1")], "action.missing"),
        ([do("compose"), do("reply", "m1")], "action.draft_open"),
        ([field("subject", "x")], "action.no_draft"),
        ([do("attach", file="permis.jpg")], "action.no_draft"),
        ([do("send")], "action.no_draft"),
        ([do("discard")], "action.no_draft"),
        ([do("compose"), do("send")], "action.no_recipient"),
        ([do("compose"), field("to", ["okoro"])], "action.address_expected"),
        ([do("compose"), field("to", [12])], "action.address_expected"),
        ([do("compose"), field("to", LI)], "action.wrong_type"),
        ([do("compose"), field("to", [LI] * 51)], "action.too_long"),
        ([do("compose"), field("from", [LI])], "action.unknown_field"),
        ([do("compose"), field("subject", "x" * 201)], "action.too_long"),
        ([do("compose"), field("subject", "a\nb")], "action.control_character"),
        ([do("compose"), field("body", "x" * 5001)], "action.too_long"),
        ([do("compose"), field("body", "\x1b[2J")], "action.control_character"),
        ([do("compose"), do("attach", file="planning.pdf")], "action.unknown_file"),
        ([do("compose"), do("detach", file="permis.jpg")], "action.unknown_file"),
    ],
)
def test_an_impossible_action_is_refused_with_its_reason(actions, code):
    with pytest.raises(ResponseInvalid) as caught:
        goals_after(MAILBOX, actions)
    assert caught.value.code == code


MESSAGES = st.sampled_from(["m1", "m2", "m3"])
ANYTHING = st.one_of(
    st.builds(do, st.sampled_from(["open", "reply", "reply_all", "forward"]), MESSAGES),
    st.sampled_from([do("compose"), do("discard"), do("send"), field("to", [LI]), field("cc", []), field("body", "a\n\tb")]),
    st.builds(lambda m, f: do("move", m, folder=f), MESSAGES, st.sampled_from(MAILBOX.folders)),
    st.builds(lambda v, f: do(v, file=f), st.sampled_from(["attach", "detach"]), st.sampled_from([*MAILBOX.files, "planning.pdf"])),
    st.builds(lambda v, m: do(v, m, link=0), st.sampled_from(["reveal_link", "open_link"]), MESSAGES),
)  # fmt: skip


@given(st.lists(ANYTHING, max_size=20))
def test_no_message_is_ever_lost(actions):
    state = initial_state(MAILBOX)
    for action in actions:
        try:
            after = apply(MAILBOX, state, action)
        except ResponseInvalid:
            continue
        assert after.sent[: len(state.sent)] == state.sent
        assert state.opened <= after.opened
        state = after
    assert [m.id for m in state.messages] == ["m1", "m2", "m3"]
    assert all(m.folder in MAILBOX.folders for m in state.messages)


# --- the whole mailbox: report, mark, search, folders, rules ---------------------------------------------------


def spec_of(*goals, **changes):
    """A mailbox of three messages with these goals, each a list of conditions."""
    messages = [
        {"id": "a", "from": {"name": "Paie", "address": "paie@usine.example"}, "subject": "Bulletin de mai", "body": "Le bulletin est joint."},
        {"id": "b", "from": {"name": "inconnu", "address": "vol@piege.test"}, "shown_name": "Votre banque", "subject": "Bulletin bloqué", "read": True},
        {"id": "c", "folder": "archive", "from": {"name": "Club Été", "address": "club@jeux.example"}, "subject": "Tournoi"},
    ]  # fmt: skip
    named = [{"name": f"but {n}", "when": list(when)} for n, when in enumerate(goals, 1)]
    body = {"me": {"name": "Ana", "address": LI}, "messages": messages, "goals": named or ANY_GOAL}
    return MailboxSpec.from_record(body | changes)


ANY_GOAL = [{"name": "un envoi", "when": [{"sent_count": 1}]}]


def sent_to(**fields):
    return [do("compose"), *[field(name, value) for name, value in fields.items()], do("send")]


@pytest.mark.parametrize("where", ["to", "cc", "bcc"])
def test_no_message_may_go_to_an_address_openly_or_hidden(where):
    spec = spec_of([{"never_sent_to": ["Vol@piege.test"]}, {"sent_count": 1}])
    assert goals_after(spec, sent_to(to=[LI])) == (True,)
    assert goals_after(spec, sent_to(**{where: [LI, "VOL@piege.test"]})) == (False,)
    assert goals_after(spec, [*sent_to(to=[LI])[:-1], field("to", ["vol@piege.test"])]) == (False,), (
        "not sent"
    )
    assert goals_after(spec, [do("compose"), field("to", ["vol@piege.test"]), do("discard"), *sent_to(to=[LI])]) == (True,)  # fmt: skip


def test_addresses_may_have_to_stay_hidden():
    spec = spec_of([{"never_openly_to": [BRUN.upper()]}, {"sent": {"bcc": [BRUN]}}])
    assert goals_after(spec, sent_to(to=[LI], bcc=[BRUN])) == (True,)
    assert goals_after(spec, sent_to(to=[LI, BRUN], bcc=[BRUN])) == (False,)
    assert goals_after(spec, [*sent_to(cc=[BRUN]), *sent_to(bcc=[BRUN])]) == (False,)


def test_a_message_can_have_to_leave_a_folder_for_any_other():
    spec = spec_of([{"not_in_folder": {"message": "a", "folder": "inbox"}}])
    assert goals_after(spec, []) == (False,)
    for folder in ("junk", "trash", "archive"):
        assert goals_after(spec, [do("move", "a", folder=folder)]) == (True,)
    assert goals_after(spec, [do("move", "a", folder="trash"), do("move", "a", folder="inbox")]) == (False,)


@pytest.mark.parametrize(
    ("body", "met"),
    [
        ("Je serai présente mardi.", True),
        ("PRESENT le 12 mai", True),
        ("Je viendrai mardi", True),
        ("Présent le 120 mai", False),
        ("Absent mardi", False),
        ("Je viens", False),
    ],
)
def test_words_may_be_said_in_several_ways(body, met):
    ways = {"body_contains_any": [["présent", "viendr"], "mardi | 12 mai"]}
    assert goals_after(spec_of([{"sent": ways}]), sent_to(to=[LI], body=body)) == (met,)


def test_ways_and_words_of_the_subject_join():
    spec = spec_of(
        [{"sent": {"subject_contains_any": ["congé | absence", 2026], "body_contains": ["merci"]}}]
    )
    assert goals_after(spec, sent_to(to=[LI], subject="Absences 2026", body="Merci")) == (True,)
    assert goals_after(spec, sent_to(to=[LI], subject="Absence", body="Merci")) == (False,)


def test_reporting_moves_to_the_junk_and_can_be_undone():
    spec = spec_of([{"reported": ["b"]}, {"not_reported": ["a"]}])
    state = state_after(spec, [do("report", "b")])
    assert [m.folder for m in state.messages] == ["inbox", "junk", "archive"]
    assert goals_after(spec, [do("report", "b")]) == (True,)
    assert goals_after(spec, [do("report", "b"), do("report", "a")]) == (False,)
    assert goals_after(spec, [do("report", "b"), do("undo")]) == (False,)
    assert goals_after(spec, [do("move", "b", folder="junk")]) == (False,), "moving is not reporting"


def test_marks_are_what_they_are_at_the_end():
    spec = spec_of([{"read": ["a"]}], [{"unread": ["b"]}])
    assert goals_after(spec, []) == (False, False)
    assert goals_after(spec, [do("open", "a"), do("mark", "b", read=False)]) == (True, True)
    assert goals_after(spec, [do("mark", "a", read=True), do("open", "b")]) == (True, False)
    assert goals_after(spec, [do("open", "a"), do("mark", "a", read=False)]) == (False, False)


def test_the_address_behind_a_shown_name_has_to_be_asked_for():
    spec = spec_of([{"sender_seen": "b"}])
    assert goals_after(spec, [do("open", "b")]) == (False,)
    assert goals_after(spec, [do("reveal_sender", "b")]) == (True,)
    assert goals_after(spec, [do("reveal_sender", "a")]) == (False,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bulletin", "ab"),
        ("BULLETIN mai", "a"),
        ("usine.example", "a"),
        ("ete", "c"),
        ("  banque   bloque ", "b"),
        ("inconnu", ""),
        ("ulleti", "ab"),
    ],
)
def test_a_search_looks_at_sender_subject_and_text_of_every_folder(text, found):
    assert "".join(m.id for m in found_by(spec_of(), text)) == found


def test_a_search_that_found_the_message_among_few_counts_even_when_it_is_over():
    spec = spec_of([{"search_finds": {"message": "a", "at_most": 1}}])
    assert goals_after(spec, [do("search", text="bulletin")]) == (False,)
    assert goals_after(spec, [do("search", text="bulletin mai"), do("search", text="")]) == (True,)
    assert goals_after(spec, [do("search", text="bulletin mai"), do("undo")]) == (False,)
    assert state_after(spec, [do("search", text=" le  bulletin ")]).search == "le bulletin"


def test_a_new_folder_can_be_used_and_asked_for():
    spec = spec_of([{"folder_exists": "Fiches de paie"}, {"in_folder": {"message": "a", "folder": "Fiches de paie"}}])  # fmt: skip
    made = do("create_folder", name=" fiches  de PAIE ")
    move = do("move", "a", folder="fiches de PAIE")
    assert goals_after(spec, [made, move]) == (True,)
    assert goals_after(spec, [made]) == (False,)
    with pytest.raises(ResponseInvalid):
        goals_after(spec, [move])
    with pytest.raises(ResponseInvalid):
        goals_after(spec, [made, do("undo"), move])


def rule(contains, then="move", part="from", **more):
    where = {"folder": "archive"} if then == "move" else {}
    return do("add_rule", part=part, contains=contains, then=then, **(where | more))


def arriving(**wanted):
    return {"arriving": {"from": {"name": "Paie", "address": "paie@usine.example"}, "subject": "Bulletin de juin"} | wanted}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "goals"),
    [
        ([], (False, False, True)),
        ([rule("paie")], (True, False, False)),
        ([rule("USINE.example")], (True, False, False)),
        ([rule("bulletin", part="subject")], (True, False, False)),
        ([rule("bulletin")], (False, False, True)),
        ([rule("paie", "read")], (False, True, True)),
        ([rule("paie"), rule("juin", "read", "subject")], (True, True, False)),
        ([rule("paie", folder="trash"), rule("juin", part="subject")], (True, False, False)),
        ([rule("paie"), rule("juin", part="subject", folder="trash")], (False, False, False)),
        ([rule("paie"), do("remove_rule", rule=0)], (False, False, True)),
        ([rule("paie"), {"do": "undo"}], (False, False, True)),
    ],
)
def test_rules_are_judged_by_where_they_would_put_a_message(rules, goals):
    spec = spec_of([arriving(folder="archive")], [arriving(read=True)], [arriving(folder="inbox")])
    assert goals_after(spec, rules) == goals


def test_a_rule_sorts_what_is_there_only_when_asked_and_only_the_inbox():
    spec = spec_of()
    assert [m.folder for m in state_after(spec, [rule("e")]).messages] == ["inbox", "inbox", "archive"]
    after = state_after(spec, [rule("bulletin", part="subject", folder="trash", existing=True)])
    assert [m.folder for m in after.messages] == ["trash", "trash", "archive"]
    marked = state_after(spec, [rule("e", "read", existing=True)])
    assert [m.read for m in marked.messages] == [True, True, False]


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([do("report", "z")], "unknown_message"),
        ([do("mark", "a", read="oui")], "wrong_type"),
        ([do("search")], "missing"),
        ([do("search", text="x" * 101)], "too_long"),
        ([do("create_folder", name="  ")], "empty_name"),
        ([do("create_folder", name="Archive")], "name_taken"),
        ([do("create_folder", name="Été"), do("create_folder", name="ete")], "name_taken"),
        ([do("create_folder", name="x" * 31)], "too_long"),
        ([do("create_folder", name="a\nb")], "control_character"),
        ([do("create_folder", name=f"d{n}") for n in range(11)], "too_many_folders"),
        ([rule(" ")], "empty_rule"),
        ([rule("x", folder="Ailleurs")], "unknown_folder"),
        ([rule("x", "delete")], "wrong_type"),
        ([rule("x", part="body")], "wrong_type"),
        ([rule("x", "read")] * 11, "too_many_rules"),
        ([do("remove_rule", rule=0)], "unknown_rule"),
    ],
)
def test_what_the_whole_mailbox_cannot_do_is_refused(actions, code):
    with pytest.raises(ResponseInvalid) as caught:
        goals_after(spec_of(), actions)
    assert caught.value.code == f"action.{code}"


def test_a_mailbox_can_be_solved_from_goals_that_leave_a_choice_of_words():
    from itembank.families.solutions import _mail

    spec = spec_of([{"sent": {"to": [LI], "body_contains_any": ["oui | volontiers", ["mardi", "12 mai"]]}}])
    assert goals_after(spec, list(_mail(spec))) == (True,)

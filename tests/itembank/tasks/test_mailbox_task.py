"""The mailbox task: reading, writing, filing, and which goals then hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.mailbox import Draft, MailboxSpec, apply, initial_state

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

"""From code to sealed bundle on a real database: resume at the same question, seal once, leave nothing readable."""

import json

import pytest

from itembank.lint import key_response
from kiosk.errors import Failure
from kiosk.sitting import access_code, store
from kiosk.sitting.access_code import CodeWrong
from kiosk.sitting.journal import under_way
from kiosk.sitting.machine import Phase
from sync import outbox
from sync.bundle import open_block, parse
from sync.keys import generate_recipient

CANARY = "Zyxquvorna Krelbotim"


def begun(terminal, campaign, **more):
    store.add_campaign(terminal.connection, campaign)
    return terminal.begin(campaign, language="fr", name=CANARY, **more)


def answer(sitting, active):
    question = sitting.ask(active)
    if question is not None:
        sitting.answer(None if question.item.is_task else key_response(question.item), 20.0, active + 25.0)
    return question


def test_a_code_opens_its_campaign_and_slips_are_named(terminal, campaign):
    made = campaign()
    store.add_campaign(terminal.connection, made)
    assert terminal.recognise(access_code.pretty(made.code).lower()) == made
    other = access_code.draw(access_code.ACCESS_LENGTH)
    with pytest.raises(Failure, match=r"code\.unknown"):
        terminal.recognise(other)
    swapped = made.code[1] + made.code[0] + made.code[2:]
    if swapped != made.code:
        with pytest.raises(CodeWrong, match=r"code\.swapped"):
            terminal.recognise(swapped)


def test_a_closed_campaign_says_so(terminal, campaign):
    made = campaign(closes="2020-01-31")
    store.add_campaign(terminal.connection, made)
    with pytest.raises(Failure, match=r"code\.closed"):
        terminal.recognise(made.code)


def test_resume_comes_back_to_the_same_question_with_every_answer(site, terminal, campaign):
    underway = begun(terminal, campaign(length=16))
    for k in range(5):
        answer(underway.sitting, 30.0 * k)
    shown = underway.sitting.ask(150.0)
    terminal.close()

    later = site.open()
    resumed = later.resume(underway.resume_code)
    assert resumed.sitting.question == shown
    assert [a.item.id for a in resumed.sitting.answered] == [a.item.id for a in underway.sitting.answered]
    assert resumed.sitting.estimates() == underway.sitting.estimates()
    assert resumed.name == CANARY
    later.close()


def test_a_wrong_resume_code_opens_nothing(terminal, campaign):
    begun(terminal, campaign())
    with pytest.raises(Failure, match=r"code\.no_sitting"):
        terminal.resume(access_code.draw(access_code.RESUME_LENGTH))


def test_without_resume_the_terminal_cannot_open_its_own_journal(terminal, campaign):
    underway = begun(terminal, campaign(resume="off"))
    assert underway.resume_code is None
    assert [resumable for _, _, resumable in under_way(terminal.connection)] == [False]


def test_the_terminal_secret_is_needed_beside_the_code(site, terminal, campaign):
    underway = begun(terminal, campaign())
    terminal.identity = type(terminal.identity)(
        terminal.identity.terminal, terminal.identity.epoch, terminal.identity.signing, b"\0" * 32
    )
    with pytest.raises(Failure, match=r"code\.no_sitting"):
        terminal.resume(underway.resume_code)


def test_finishing_seals_the_report_and_destroys_the_journal(site, terminal, campaign):
    underway = begun(terminal, campaign(length=16))
    k = 0
    while answer(underway.sitting, 30.0 * k) is not None:
        k += 1
    report = terminal.finish(underway)
    assert under_way(terminal.connection) == []
    (entry,) = outbox.pending(terminal.connection)
    bundle = parse(outbox.body(terminal.connection, entry.id))
    assert json.loads(open_block(bundle, "result", site.key)) == json.loads(json.dumps(report.to_record()))
    assert json.loads(open_block(bundle, "identity", site.key))["name"] == CANARY
    with pytest.raises(Failure, match=r"code\.no_sitting"):
        terminal.resume(underway.resume_code)


def test_bundles_form_a_chain(site, terminal, campaign):
    made = campaign(length=16)
    store.add_campaign(terminal.connection, made)
    for _ in range(3):
        underway = terminal.begin(made, language="fr")
        answer(underway.sitting, 0.0)
        underway.sitting.stop("candidate", 40.0)
        terminal.finish(underway)
    headers = [parse(outbox.body(terminal.connection, e.id)) for e in outbox.entries(terminal.connection)]
    assert [b.header.chain.seq for b in headers] == [1, 2, 3]
    assert [b.header.chain.prev for b in headers[1:]] == [b.id for b in headers[:-1]]


def test_a_damaged_journal_is_refused_not_guessed(terminal, campaign):
    underway = begun(terminal, campaign())
    for k in range(3):
        answer(underway.sitting, 30.0 * k)
    terminal.connection.execute("UPDATE event SET sealed = zeroblob(length(sealed)) WHERE seq = 3")
    with pytest.raises(Failure, match=r"journal\.damaged"):
        terminal.resume(underway.resume_code)


def test_events_cannot_be_exchanged_or_cut_out(terminal, campaign):
    underway = begun(terminal, campaign())
    for k in range(3):
        answer(underway.sitting, 30.0 * k)
    terminal.connection.execute("DELETE FROM event WHERE seq = 3")
    with pytest.raises(Failure, match=r"journal\.damaged"):
        terminal.resume(underway.resume_code)


def test_an_unfinished_sitting_stopped_before_any_answer_says_not_measured(terminal, campaign):
    underway = begun(terminal, campaign())
    underway.sitting.stop("candidate", 5.0)
    assert underway.sitting.phase is Phase.OVER
    report = terminal.finish(underway)
    assert {c.status for c in report.competences} == {"not_measured"}
    assert report.overall is None


def test_files_of_the_terminal_are_private(site, terminal, campaign):
    begun(terminal, campaign())
    for path in site.directory.rglob("*"):
        if path.is_file() and path.suffix != ".json":
            assert path.stat().st_mode & 0o077 == 0, path


def test_no_recipient_means_no_test(site):
    for card in (site.directory / "recipients").iterdir():
        card.unlink()
    with pytest.raises(Failure, match=r"terminal\.no_recipient"):
        site.open()


def test_an_abandoned_sitting_is_recovered_by_whoever_holds_the_key(site, terminal, campaign):
    """Without any code: the segment keys were escrowed to the counsellor, over a resume too."""
    underway = begun(terminal, campaign(length=16))
    for k in range(4):
        answer(underway.sitting, 30.0 * k)
    resumed = terminal.resume(underway.resume_code)
    answer(resumed.sitting, 150.0)
    ((sitting_id, _, _),) = under_way(terminal.connection)
    recovered = terminal.recover(sitting_id, site.key)
    assert len(recovered.sitting.answered) == 5
    assert recovered.name == CANARY
    recovered.sitting.stop("abandoned", recovered.sitting.active_seconds)
    report = terminal.finish(recovered)
    assert report.stop_reason == "abandoned"
    assert under_way(terminal.connection) == []
    assert outbox.status(terminal.connection).pending == 1


def test_another_key_recovers_nothing_and_changes_nothing(terminal, campaign):
    underway = begun(terminal, campaign())
    answer(underway.sitting, 0.0)
    ((sitting_id, _, _),) = under_way(terminal.connection)
    with pytest.raises(Failure, match=r"journal\.not_recoverable"):
        terminal.recover(sitting_id, generate_recipient("counsellor"))
    with pytest.raises(Failure, match=r"results\.unknown"):
        terminal.recover("0" * 32, generate_recipient("counsellor"))
    assert len(terminal.resume(underway.resume_code).sitting.answered) == 1

"""Real QTI files from several tools: what each is worth, worked out by hand from its XML.

Scores were derived by reading each file's declarations and rules, not by running the code under test.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from itembank.formats.faults import Refused
from itembank.formats.importing import Format, import_items
from itembank.formats.qti.conversion import NotConvertible, convert
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.responses import as_json
from itembank.formats.qti.runtime import key, score
from itembank.formats.qti.writer import write_item
from tests.itembank.formats.samples import ABSENT
from tests.itembank.formats.samples import QTI as SAMPLES

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=ABSENT)

PLAYS = {"key": (["C R", "D M", "L M", "P T"], 3.0), "wrong": (["C M", "D R"], 0.0), "half": (["D M"], 0.5)}
JEDI = {"key": (16, 1.0), "near": (12, 0.5), "wrong": (50, 0.0), "last": (20, 0.5)}
RIVALS = {"key": (["A P", "C M", "D L"], 4.0), "turned": (["P A"], 2.0), "wrong": (["A C", "D M"], 0.0)}
PODIUM = {"key": (["DriverC", "DriverA", "DriverB"], 1.0), "wrong": (["DriverA", "DriverB", "DriverC"], 0.0)}
NO_ERROR_IS_E = {"key": ("E", 1.0), "wrong": ("B", 0.0)}

EXPECTED: dict[str, tuple[dict[str, tuple[object, float]], float, float | None]] = {
    # file: ({label: (response, score)}, score of an empty response, maximum)
    "associate/q21_extension-ta_94f561_notvalid_associate.xml": (RIVALS, 0.0, 4.0),
    "associate/q21_qti-sdk_b3c4ae_associate.xml": (RIVALS, 0.0, 4.0),
    "associate/q21_extension-ta_fbba2a_rule_incorrect.xml": (
        {"key": (["choice_1 choice_2"], 1.0), "turned": (["choice_2 choice_1"], 1.0), "wrong": (["choice_1 choice_3"], 0.0)},
        0.0,
        1.0,
    ),
    # No correct response is declared: nothing matches NULL.
    "choice/q22_extension-ta_a9f2e5_tooltip.xml": ({"any": (["choice_1"], 0.0)}, 0.0, 0.0),
    "choice/q22_extension-ta_be5e6c_item_qti_input.xml": ({"any": (["choice_2"], 0.0)}, 0.0, 0.0),
    "choice/q22_qti-sdk_73781e_likert.xml": ({"any": ("L3", 0.0)}, 0.0, None),
    "choice/q30_php-qti3_5abdc7_outcome-declaration-without-default.xml": (
        {"key": ("CHOICE1", 1.0), "wrong": ("CHOICE2", 0.0)},
        0.0,
        1.0,
    ),
    "extended/q22_extension-ta_037689_responseDeclarationTest.xml": ({"any": ("texte", 0.0)}, 0.0, None),
    "extended/q22_qti-sdk_8cd8c2_essay.xml": ({"any": ("texte", 0.0)}, 0.0, None),
    "extended/q30_php-qti3_731364_extended-text-outcome-declaration-without-default.xml": (
        {"key": ("CHOICE1", 1.0), "wrong": ("autre", 0.0)},
        0.0,
        1.0,
    ),
    # Half a point each, a point off for anything else, never below 0 nor above 3.
    "gap_match/q21_extension-ta_590bf7_gap_match_2.xml": (
        {
            "key": ([f"Gap_{i} Text_{i}" for i in range(1, 7)], 3.0),
            "turned": (["Text_1 Gap_1", "Text_2 Gap_2"], 1.0),
            "wrong": (["Gap_1 Text_2", "Gap_2 Text_2"], 0.0),
            "one off": (["Gap_1 Text_2", "Gap_2 Text_2", "Gap_3 Text_3", "Gap_4 Text_4"], 0.5),
        },
        0.0,  # the default of -1, lifted to the lower bound
        3.0,
    ),
    "gap_match/q21_extension-ta_f76f26_multi-input.xml": (
        {
            "key": (
                {"RESPONSE1": "ChoiceA", "RESPONSE2": "A2", "RESPONSE3": "wicked king", "RESPONSE4": ["F G1", "C G2", "H G3"]},
                4.0,
            ),
            "almost": ({"RESPONSE1": "ChoiceA", "RESPONSE3": "bad king"}, 1.5),
            "some king": ({"RESPONSE3": "the old King"}, 0.2),
            "wrong": ({"RESPONSE1": "ChoiceB", "RESPONSE2": "P2", "RESPONSE3": "queen", "RESPONSE4": ["F G2"]}, 0.0),
        },
        0.0,
        4.0,
    ),
    "gap_match/q21_qtiworks_2de4c3_shufflegap_match.xml": (
        {"key": (["W G1", "Su G2"], 3.0), "one": (["Su G2"], 2.0), "mixed": (["W G1", "Sp G2"], 0.0), "wrong": (["A G1"], 0.0)},
        0.0,
        3.0,
    ),
    "hottext/q20_extension-ta_9c9055_hottext.xml": ({"key": ("c2", 1.0), "wrong": ("c5", 0.0)}, 0.0, 1.0),
    "hottext/q20_qti-sdk_f85284_hottext.xml": ({"key": ("2", 1.0), "wrong": ("1", 0.0)}, 0.0, 1.0),
    "hottext/q21_extension-ta_107a3c_qti.xml": (NO_ERROR_IS_E, 0.0, 1.0),
    "hottext/q21_extension-ta_f23a10_hottext.xml": ({"key": ("B", 1.0), "wrong": ("A", 0.0)}, 0.0, 1.0),
    "hottext/q21_qtiworks_781cd7_hottext.xml": ({"key": ("B", 1.0), "wrong": ("A", 0.0)}, 0.0, 1.0),
    "hottext/q21_qtiworks_014f61_hottext.xml": ({"key": ("B", 1.0), "wrong": ("D", 0.0)}, 0.0, 1.0),
    "hottext/q21_qti-sdk_cf367e_Hottext_801974120.xml": (
        {
            "key": (["Choice8", "Choice1", "Choice3"], 1.0),
            "too few": (["Choice1", "Choice3"], 0.0),
            "too many": (["Choice0", "Choice1", "Choice3", "Choice8"], 0.0),
        },
        0.0,
        1.0,
    ),
    "inline_choice/q21_qti-sdk_fe595c_multiple_interactions.xml": (
        {
            "key": ({"RESPONSE": "Choice_3", "RESPONSE_1": "Choice_1"}, 7.0),
            "so-so": ({"RESPONSE": "Choice_4", "RESPONSE_1": "Choice_2"}, 3.0),
            "wrong": ({"RESPONSE": "Choice_5", "RESPONSE_1": "Choice_2"}, 0.0),
        },
        0.0,
        7.0,
    ),
    "inline_choice/q21_qtiworks_30a923_chc_inlineGS.xml": (
        {
            "key": ({"RESPA": "winterA", "RESPB": "summerB", "RESPC": "York", "RESPD": "clouds"}, 4.0),
            "two": ({"RESPA": "winterA", "RESPB": "springB", "RESPC": "York", "RESPD": "sorrows"}, 2.0),
            "wrong": ({"RESPA": "summerA", "RESPB": "winterB", "RESPC": "Trent", "RESPD": "weeds"}, 0.0),
        },
        0.0,
        4.0,
    ),
    "match/q21_extension-ta_adafb2_match.xml": (PLAYS, 0.0, 3.0),
    "match/q21_qti-sdk_e3653d_match_min_max.xml": (PLAYS, 0.0, 3.0),
    "match/q22_qti-sdk_5843da_match.xml": (PLAYS, 0.0, 3.0),
    # The mapping pays more than the key earns: three pairs may be given together.
    "match/q21_extension-ta_c597f1_templateDrivenSingle.xml": (
        {
            "key": (["choice_6 choice_8"], 2.0),
            "richest": (["choice_6 choice_8", "choice_6 choice_9", "choice_7 choice_8"], 4.0),
            "wrong": (["choice_7 choice_11"], 0.0),
        },
        0.0,
        4.0,
    ),
    "match/q21_qtiworks_336ddc_chc_pairingGS.xml": (
        {
            "key": (["A K", "B L", "C M", "D N", "E O", "G M"], 6.0),
            "a false friend": (["A K", "B L", "F P"], 1.0),
            "below nothing": (["F P"], 0.0),
            "wrong": (["A L"], 0.0),
        },
        0.0,
        6.0,
    ),
    "match/q21_qtiworks_63a22e_towns.xml": (
        {
            "key": (["B NTH", "B NTS", "N ST", "N NTH", "M D", "H Y", "S Y"], 7.0),
            "some": (["B NTH", "H ST"], 0.5),
            "wrong": (["B Y", "S D"], -1.0),
        },
        0.0,
        7.0,
    ),
    # No response processing: nothing is scored, whatever is declared.
    "match/q30_php-qti3_afd73e_match-interaction-no-processing.xml": ({"any": (["A1 B1", "A2 B2"], 0.0)}, 0.0, 1.0),
    "order/q21_extension-ta_beba84_custom_order_partial_scoring.xml": (
        {
            "key": (["DriverC", "DriverA", "DriverB"], 2.0),
            "partial": (["DriverC", "DriverB", "DriverA"], 1.0),
            "wrong": (["DriverA", "DriverC", "DriverB"], 0.0),
        },
        0.0,
        2.0,
    ),
    "order/q21_extension-ta_cbbee5_updateResult.xml": (
        {
            "key": ({"RESPONSE": ["choice_1"], "RESPONSE_1": ["choice_4", "choice_5"], "RESPONSE_2": "choice_7"}, 3.0),
            "one": ({"RESPONSE": ["choice_1"], "RESPONSE_1": ["choice_5", "choice_4"]}, 1.0),
            "wrong": ({"RESPONSE": ["choice_1", "choice_2"], "RESPONSE_1": ["choice_4", "choice_5", "choice_6"]}, 0.0),
        },
        0.0,
        3.0,
    ),
    "order/q21_qti-sdk_02cf75_order_min_max.xml": (PODIUM, 0.0, 1.0),
    "order/q22_qti-sdk_180efe_order_rtl.xml": (PODIUM, 0.0, 1.0),
    "order/q21_qti-sdk_a29362_Order_913967682.xml": (
        {"key": ([f"Choice{i}" for i in range(5)], 1.0), "wrong": ([f"Choice{i}" for i in (1, 0, 2, 3, 4)], 0.0)},
        0.0,
        1.0,
    ),
    "slider/q20_extension-ta_329b6e_slider.xml": (JEDI, 0.0, 1.0),
    "slider/q21_extension-ta_c477e1_slider.xml": (JEDI, 0.0, 1.0),
    "slider/q21_extension-ta_e7d42a_slider-orientation-reverse-persistence.xml": (
        {"any": ({"RESPONSE": 3, "RESPONSE_5": 100}, 0.0)},
        0.0,
        None,
    ),
    # Two sliders: their sum 36 earns 5, 34 to 39 earns 3, a product or difference of 36 earns 1.
    "slider/q21_qtiworks_b09d9f_slider2.xml": (
        {
            "key": ({"RESP1": 12, "RESP2": 24}, 5.0),
            "low": ({"RESP1": 12, "RESP2": 22}, 3.0),
            "high": ({"RESP1": 9, "RESP2": 30}, 3.0),
            "too low": ({"RESP1": 11, "RESP2": 22}, 0.0),
            "product": ({"RESP1": 2, "RESP2": 18}, 1.0),
            "difference": ({"RESP1": 4, "RESP2": 40}, 1.0),
            "wrong": ({"RESP1": 2, "RESP2": 8}, 0.0),
        },
        0.0,
        5.0,
    ),
    # 5 % around the response: 4.136 lies within it from 3.9391 to 4.3536.
    "text_entry/q21_qti-sdk_a0e1b6_TextEntrynumeric_770468849.xml": (
        {"key": ("4,136", 1.0), "number": (4.136, 1.0), "low": (3.94, 1.0), "too low": (3.93, 0.0), "high": (4.35, 1.0), "too high": (4.36, 0.0), "no number": ("beaucoup", 0.0)},
        0.0,
        1.0,
    ),
    "text_entry/q22_extension-ta_ffdf54_textentry_response_special_chars.xml": (
        {"key": ("This is <strong>\"bold\"</strong> & this is <em>'italic'</em>", 1.0), "wrong": ("This is bold", 0.0)},
        0.0,
        1.0,
    ),
    "text_entry/q22_qti-sdk_13a5d1_text_entry.xml": (
        {"key": ("York", 1.0), "lower case": ("york", 0.5), "wrong": ("Lancaster", 0.0), "other case": ("YORK", 0.0)},
        0.0,
        1.0,
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[str, str, int]] = {
    # file: (code, what is named, line)
    "associate/q21_extension-ta_8fcbec_qti.xml": ("element", "img", 40),
    "choice/q22_qti-sdk_b07e78_mc_calc5.xml": ("template", "templateDeclaration", 18),
    "choice/q22_qti-sdk_c9bb17_orkney2.xml": ("element", "object", 20),
    "choice/q22_qti-sdk_eeb8bf_math.xml": ("element", "math", 16),
    "custom_pci/q22_extension-ta_b7bd70_pci_pic_sample_1.xml": ("interaction", "customInteraction", 14),
    "extended/q22_qti-sdk_6d140f_extended_text_rubric.xml": ("element", "object", 12),
    "gap_match/q22_qti-sdk_ab1de9_rich_gap_text.xml": ("element", "math", 15),
    "gap_match/q22_qti-sdk_accf34_gap_match.xml": ("element", "math", 24),
    "graphic_order/q22_qti-sdk_58fdcd_graphic_order.xml": ("interaction", "graphicOrderInteraction", 18),
    "hotspot/q22_qti-sdk_e5e5e6_hotspot.xml": ("interaction", "hotspotInteraction", 15),
    "hottext/q21_extension-ta_7348a7_shakespeare.xml": ("element", "img", 196),
    "inline_choice/q22_qti-sdk_645d46_feedbackblock_adaptive.xml": ("adaptive", "", 7),
    "inline_choice/q30_php-qti3_31e086_complex-response-processing.xml": ("adaptive", "", 7),
    "match/q21_qti-sdk_8f81e2_Matchmultiple_1038910213.xml": ("element", "img", 44),
    "match/q30_php-qti3_1339a3_wrong-processing-element.xml": ("value_type", "A1 B1", 5),
    "match/q30_php-qti3_dc21c6_map-response-template.xml": ("value_type", "A1 B1", 5),
    "none/q22_extension-ta_416f85_testParseItem_itemDocument.xml": ("no_interaction", "", 8),
    "select_point/q30_php-qti3_124610_map-response-point-template.xml": ("interaction", "select-point-interaction", 22),
    "slider/q20_extension-ta_01cbb0_qti_election.xml": ("element", "img", 44),
    "slider/q21_extension-ta_9260d3_sample-elections.xml": ("element", "img", 45),
    "text_entry/q21_qtiworks_04c898_precisionGS.xml": ("template", "templateDeclaration", 37),
    "text_entry/q22_extension-ta_fa4918_tableInteractions.xml": ("element", "img", 48),
    "text_entry/q22_qti-sdk_1efaea_mc_stat2.xml": ("template", "templateDeclaration", 14),
}  # fmt: skip


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_every_sample_is_in_one_table() -> None:
    files = {str(p.relative_to(SAMPLES)) for p in SAMPLES.rglob("*.xml") if p.parent.name != "_packages"}
    assert files == EXPECTED.keys() | REFUSED.keys()
    assert not EXPECTED.keys() & REFUSED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_score_is_what_the_file_says(name: str) -> None:
    item = read_item(sample(name))
    responses, empty, most = EXPECTED[name]
    for label, (response, points) in responses.items():
        found = score(item, response)
        assert (found.points, found.maximum) == (pytest.approx(points), most), label
    untouched = {r.identifier: None for r in item.responses}
    assert score(item, untouched).points == pytest.approx(empty)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_key_read_from_the_file_scores_as_the_key_in_the_table(name: str) -> None:
    item = read_item(sample(name))
    responses = EXPECTED[name][0]
    if "key" in responses and not name.endswith("slider2.xml"):  # that one has many keys and declares none
        assert score(item, as_json(key(item))).points == pytest.approx(responses["key"][1])


@pytest.mark.parametrize("name", EXPECTED)
def test_export_and_reimport_mean_the_same(name: str) -> None:
    item = read_item(sample(name))
    again = read_item(write_item(item))
    assert again == item
    for response, points in EXPECTED[name][0].values():
        assert score(again, response).points == pytest.approx(points)


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_terminal_cannot_do_is_refused_by_name_and_line(name: str) -> None:
    with pytest.raises(Refused) as fault:
        read_item(sample(name))
    code, named, line = REFUSED[name]
    assert (fault.value.code, fault.value.line) == (code, line)
    assert named in json.dumps(list(fault.value.params.values()))


@pytest.mark.parametrize("name", EXPECTED)
def test_conversion_says_exact_only_when_it_is_proved(name: str) -> None:
    item = read_item(sample(name))
    try:
        converted = convert(item, date(2026, 11, 24))
    except NotConvertible as fault:
        assert fault.code
    else:
        partial = {points for _, points in EXPECTED[name][0].values()} - {0.0, EXPECTED[name][2]}
        assert not (converted.exact and partial)


def test_a_whole_folder_is_imported_with_its_refusals() -> None:
    outcome = import_items(SAMPLES, Format.QTI)
    assert len(outcome.imported) == len(EXPECTED)
    assert len(outcome.refused) == len(REFUSED) + len(list((SAMPLES / "_packages").glob("*.xml")))
    assert all(refusal.line >= 1 and refusal.file for refusal in outcome.refused)


def test_images_with_a_text_alternative_can_be_accepted() -> None:
    item = read_item(sample("associate/q21_extension-ta_8fcbec_qti.xml"), alt_text=True)
    assert score(item, ["Ea Mo", "Ju Ga", "Ne Tr"]).points == 4.0
    assert any("[Earth]" in str(part) for part in item.body)
    with pytest.raises(Refused, match="no_alternative"):  # the photographs of the key have none
        read_item(sample("match/q21_qti-sdk_8f81e2_Matchmultiple_1038910213.xml"), alt_text=True)

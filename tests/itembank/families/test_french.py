"""Agreement is right French in every clone."""

from fractions import Fraction

import pytest

from itembank.families import french, vocabulary
from itembank.families.expressions import Fault
from itembank.families.functions import AGREEMENTS
from itembank.families.values import City, Clock, Day, Noun, Person, Trade, from_plain, slug

F, M = "f", "m"
BAKER = Trade("boulanger", "boulangère", "baker")


def noun(text, gender):
    return Noun(text, gender)


@pytest.mark.parametrize(
    ("agreement", "value", "expected"),
    [
        ("le", noun("agence", F), "l'agence"),
        ("le", noun("garage", M), "le garage"),
        ("le", noun("hangar", M), "le hangar"),
        ("le", noun("hôtel", M), "l'hôtel"),
        ("le", noun("usine", F), "l'usine"),
        ("le", noun("yaourt", M), "le yaourt"),
        ("un", noun("association", F), "une association"),
        ("ce", noun("atelier", M), "cet atelier"),
        ("ce", noun("haricot", M), "ce haricot"),
        ("ce", noun("mairie", F), "cette mairie"),
        ("son", noun("agence", F), "son agence"),
        ("son", noun("ferme", F), "sa ferme"),
        ("du", noun("garage", M), "du garage"),
        ("du", noun("mairie", F), "de la mairie"),
        ("du", noun("entrepôt", M), "de l'entrepôt"),
        ("au", noun("rucher", M), "au rucher"),
        ("au", noun("crèche", F), "à la crèche"),
        ("au", noun("exploitation", F), "à l'exploitation"),
        ("à", City("Le Havre"), "au Havre"),
        ("à", City("Les Abymes"), "aux Abymes"),
        ("à", City("La Rochelle"), "à La Rochelle"),
        ("à", City("Lens"), "à Lens"),
        ("de", City("Le Mans"), "du Mans"),
        ("de", City("Les Abymes"), "des Abymes"),
        ("de", City("Arras"), "d'Arras"),
        ("de", City("Évreux"), "d'Évreux"),
        ("de", Person("Inès", "Roux", F, BAKER), "d'Inès"),
        ("de", Person("Yanis", "Roux", M, BAKER), "de Yanis"),
        ("de", "Yves", "d'Yves"),
        ("de", "onze", "de onze"),
        ("que", Person("Élodie", "Roux", F, BAKER), "qu'Élodie"),
        ("que", Person("Karim", "Roux", M, BAKER), "que Karim"),
        ("Le", noun("atelier", M), "L'atelier"),
        ("maj", "il arrive", "Il arrive"),
        ("euros", Fraction("1234.5"), "1234,50 €"),
        ("euros", Fraction(12), "12 €"),
        ("brut", Fraction(12345), "12345"),
        ("mille", Fraction(1920), "1 920"),
        ("de", noun("halogène", M), "d'halogène"),
        ("le", noun("huître", F), "l'huître"),
        ("de", "un atelier", "d'un atelier"),
        ("a", Noun("agence", F, en="agency"), "an agency"),
    ],
)
def test_agreements(agreement, value, expected):
    assert AGREEMENTS[agreement](value) == expected


def test_a_noun_without_english_cannot_be_said_in_english():
    with pytest.raises(Fault):
        AGREEMENTS["a"](noun("agence", F))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", "0"), ("2026", "2026"), ("12345", "12 345"), ("1234567.5", "1 234 567,5"), ("-0.5", "-0,5"),
        ("0.33333", "0,3333"), ("2.50", "2,5"), ("-0.00001", "0"),
    ],
)  # fmt: skip
def test_numbers(number, expected):
    assert french.number(Fraction(number)) == expected


def test_rounding_is_a_spreadsheets():
    assert [french.rounded(Fraction(x), 0) for x in ("0.5", "1.5", "-0.5", "2.4")] == [1, 2, -1, 2]


def test_dates_and_times_are_written_in_words():
    from datetime import date

    first = Day(date(2027, 3, 1))
    assert (str(first), first.attributes["long"]) == ("1er mars 2027", "lundi 1er mars 2027")
    assert str(first.moved(-1)) == "28 février 2027"
    assert first.attributes["en"] == "1 March 2027"
    assert [str(Clock(m)) for m in (540, 545, 1439)] == ["9 h", "9 h 05", "23 h 59"]
    assert Clock(725).attributes["en"] == "12:05 pm"


def test_a_mapping_with_a_gender_is_a_noun_and_others_keep_their_parts():
    word = from_plain({"mot": "mutuelle", "genre": "f", "en": "health insurer"})
    assert word == Noun("mutuelle", "f", en="health insurer")
    assert from_plain({"mot": "Droite", "x": 1})["x"] == 1
    with pytest.raises(TypeError):
        from_plain(None)


def test_slugs_are_plain_letters():
    assert slug("Cœur d'Élodie & Zoë, 2") == "coeur-d-elodie-zoe-2"


@pytest.mark.parametrize("sector", vocabulary.TRADES)
def test_every_sector_has_its_words(sector):
    assert len(vocabulary.TRADES[sector]) >= 8
    assert len(vocabulary.WORKPLACES[sector]) >= 5
    assert all(t.m and t.f and t.en for t in vocabulary.TRADES[sector])
    assert all(w.gender in "fm" and w.en for w in vocabulary.WORKPLACES[sector])


def test_names_are_distinct_and_as_many_of_each_gender():
    for names in (vocabulary.FEMALE_NAMES, vocabulary.MALE_NAMES, vocabulary.SURNAMES, vocabulary.CITIES):
        assert len(set(names)) == len(names)
    assert len(vocabulary.FEMALE_NAMES) == len(vocabulary.MALE_NAMES)
    assert not set(vocabulary.FEMALE_NAMES) & set(vocabulary.MALE_NAMES)

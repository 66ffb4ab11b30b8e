"""Numbers and sentences as each language writes them, and strings files that say the same things."""

from __future__ import annotations

import json
import re
import string
from datetime import date
from pathlib import Path

import pytest

import rezoning.report
from rezoning.public.cell import HIDDEN, Rounded
from rezoning.report.group_words import CAPITAL
from rezoning.report.html import render
from rezoning.report.language import Language, strings
from rezoning.scenario.languages import LANGUAGES

STRINGS = Path(rezoning.report.__file__).parent / "strings"


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [(1234.5, "1,234.5", "1,234.5"), (-0.04, "0.0", "0.0"), (-3.2, "−3.2", "−3.2"), (None, "–", "–"), (HIDDEN, "*", "*")],
)
def test_a_number(value, english, spanish):
    assert [Language(code).number(value) for code in ("en", "es")] == [english, spanish]


def test_counts_shares_and_differences():
    english = Language()
    assert english.count(1707.6) == "1,708"
    assert english.percent(0.1234) == "12.3\N{NARROW NO-BREAK SPACE}%"
    assert [english.change(value) for value in (0.25, -0.25, 0.0, 0.01)] == ["+0.2", "−0.2", "±0.0", "±0.0"]
    assert english.points(-0.031) == "−3.1"
    assert Language("es").percent(HIDDEN) == HIDDEN


def test_a_group_is_called_as_the_scenario_says():
    language = Language("en", (("low_income", "low-income"),))
    assert [language.group(name) for name in ("low_income", "two_or_more")] == ["low-income", "two or more"]


def test_a_group_that_the_author_does_not_name_in_a_language_has_its_usual_words():
    labels = (("low_income", {"en": "poor", "es": "de pocos recursos"}), ("white", "Anglo"))
    assert [Language(code, labels).group("low_income") for code in ("en", "es", "vi")] == ["poor", "de pocos recursos", "thu nhập thấp"]
    assert Language("vi", labels).group("white") == "Anglo"


def test_an_author_speaks_several_languages():
    labels = (("low_income", {"en": "low-income", "es": "de bajos ingresos"}), ("new", {"es": "nuevos"}))
    called = {code: [Language(code, labels).group(name) for name in ("low_income", "new")] for code in ("en", "es")}
    assert called == {"en": ["low-income", "nuevos"], "es": ["de bajos ingresos", "nuevos"]}
    assert Language("es", programs=(("dual", {"es": "bilingüe"}),)).program("dual") == "bilingüe"
    assert [Language(code).day(date(2027, 3, 4)) for code in ("en", "es")] == ["March 4, 2027", "4 de marzo de 2027"]


def test_a_language_that_is_not_finished_speaks_english_where_it_has_no_words():
    assert strings("tlh", "page") == strings("en", "page")


def test_a_missing_string_is_our_fault():
    with pytest.raises(KeyError):
        Language().text("page.there_is_no_such_string")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(text: str) -> set[str]:
    """How a text uses groups: ``students``, ``school``."""
    return {form.removeprefix(CAPITAL) for _, name, form, _ in string.Formatter().parse(text) if name == "group" and form}


def parts(code: str) -> dict[str, dict[str, str]]:
    files = (file for file in sorted((STRINGS / code).glob("*.json")) if file.stem != "language")
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_language_says_the_same_things(code):
    english, other = parts("en"), parts(code)
    assert {part: list(said) for part, said in other.items()} == {part: list(said) for part, said in english.items()}
    for part, said in english.items():
        assert {key: fields(text) for key, text in said.items()} == {key: fields(text) for key, text in other[part].items()}
        assert all(text.strip() for text in [*said.values(), *other[part].values()])


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_a_manner_and_every_form_of_a_group(code):
    manner = json.loads((STRINGS / code / "language.json").read_text(encoding="utf-8"))
    assert list(manner) == ["name", "reviewed", "tag", "day", "months"]
    assert len(set(manner["months"])) == 12
    assert manner["tag"].split("-")[0] == code
    used = {form for said in parts(code).values() for text in said.values() for form in forms(text)}
    assert used | {"listed"} <= {key for key, text in parts(code)["groups"].items() if "{group}" in text}


OLD = r"viajes?|recorridos?|lugar(es)?|plazas?|asientos?|proporci[oó]n(es)?|caminatas?|alumnos?|niñ[oa]s?|objetivos?|bandas?|[0-9],[0-9]{1,2}"


def test_spanish_has_one_word_for_each_thing():
    """Trayecto, cupo, porcentaje, ruta a pie, estudiante, meta, rango meta; numbers as in the United States."""
    said = {f"{part}.{key}": text for part, texts in parts("es").items() for key, text in texts.items() if key != "nouns"}
    assert {key: text for key, text in said.items() if re.search(rf"\b({OLD})\b", text, re.IGNORECASE)} == {}


@pytest.mark.parametrize(("code", "listed"), [("en", "low-income"), ("es", "estudiantes de bajos ingresos"), ("vi", "học sinh thu nhập thấp")])
def test_a_group_in_a_list(code, listed):
    assert f"{Language(code).group('low_income'):listed}" == listed
    assert f"{Language(code).group('ell'):listed}" == Language(code).group("ell")


def test_words_that_no_speaker_has_reviewed_say_so():
    unsure = Language("vi")
    (own, said), (english, told) = unsure.unreviewed
    assert (own, english) == ("vi", "en")
    assert said != told
    assert all(unsure.name in text for text in (said, told))
    assert Language("en").unreviewed == Language("es").unreviewed == ()
    page = render("base.html.j2", unsure, title="x")
    assert f'<p lang="vi">{said}</p><p lang="en">{told}</p>' in page
    assert "unreviewed" not in render("base.html.j2", Language("es"), title="x").split("<body>")[1]


def test_every_page_says_so():
    pages = [file for file in sorted((STRINGS.parent / "templates").rglob("*.j2")) if "<body" in file.read_text(encoding="utf-8")]
    assert len(pages) >= 3
    assert all("{{ unreviewed(language" in file.read_text(encoding="utf-8") for file in pages)


def test_no_decimal_is_written_that_rounding_took_away():
    english, value = Language("en"), Rounded(0.0796, 2)
    assert (english.number(value, 3), english.change(value - 0.1234, 3), english.change(0.1234 - value, 3)) == ("0.08", "\u22120.04", "+0.04")
    assert (english.percent(value), english.points(value)) == ("8\u202f%", "+8")
    assert english.number(Rounded(0.0796, 3), 2) == "0.08"

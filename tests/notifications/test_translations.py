"""Translations: every string has one, and a broken catalogue stops the start."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.extraction import extracted, main, problems, update
from chassis.translations import CatalogueError, Translations, catalogue, parse, placeholders
from wire.values import LOCALES

ROOT = Path(__file__).parents[2]
MAILS = ROOT / "services" / "notifications"
TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")
PACKAGES = sorted(
    folder.parent
    for pattern in ("services/*/locales", "gateway/locales", "gateway/*/locales")
    for folder in ROOT.glob(pattern)
)
HEADER = """msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def package(folder: Path, *, template: str = "", code: str = "", french: str) -> Path:
    """A package with one template, one module and one catalogue."""
    for name, content in (
        ("templates/_base/page.html", template),
        ("texts.py", code),
        ("locales/fr.po", HEADER + french),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def entry(source: str, translation: str) -> str:
    return f'msgid "{source}"\nmsgstr "{translation}"\n\n'


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_every_string_is_translated_with_its_placeholders_and_nothing_is_left_over(folder: Path) -> None:
    assert list(problems(folder, locales=TRANSLATED)) == []


def test_the_strings_of_templates_and_of_code_are_found() -> None:
    sources = {message.id for message in extracted(MAILS)}
    assert "Choose a password" in sources  # a template of a mail
    assert "Hello %(name)s," in sources  # the base of all mails
    assert "%(date)s at %(time)s (%(zone)s)" in sources  # Python


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_translation_of_a_mail_holds_markup(locale: str) -> None:
    messages = parse(MAILS / "locales" / f"{locale}.po", locale)
    strings = [message.string for message in messages if message.id]
    assert [text for text in strings if isinstance(text, str) and set(text) & set("<>&{}")] == []


def test_a_text_is_found_in_each_language() -> None:
    texts = Translations(MAILS / "locales")
    assert texts.locales == LOCALES
    assert texts.for_locale("fr").gettext("Log in") == "Se connecter"
    assert texts.for_locale("ko").gettext("Log in") == "로그인하기"
    assert texts.for_locale("en").gettext("Log in") == "Log in"


def test_a_catalogue_is_read_once() -> None:
    assert catalogue(MAILS / "locales", "fr") is catalogue(MAILS / "locales", "fr")


def test_english_needs_no_file(tmp_path: Path) -> None:
    assert type(catalogue(tmp_path, "en")) is gettext.NullTranslations


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds no messages"),
        (HEADER, "holds no messages"),
        (HEADER.replace("fr", "ko") + entry("a", "b"), "says Language ko"),
        (HEADER + 'msgid "a"\nmsgstr "b', "line 8 is not understood"),
        (HEADER + "garbage\n", "line 7 is not understood"),
        (HEADER + entry("a %(name)s", "b %(nom)s"), "other placeholders"),
        (HEADER + entry("a %(name)s", "b"), "other placeholders"),
        (HEADER + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', "plural"),
        (HEADER + entry("a", "\udce9"), "fr.po"),
    ],
)
def test_a_broken_catalogue_stops_the_start(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "fr.po").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CatalogueError, match=reason):
        Translations(tmp_path)


def test_a_missing_catalogue_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file"):
        Translations(tmp_path, locales=("en", "fr"))


def test_what_a_reader_would_stumble_over_is_named(tmp_path: Path) -> None:
    folder = package(
        tmp_path,
        template='{% trans %}New{% endtrans %}{{ _("Empty") }}{{ _("Guess") }}{{ _("For %(name)s") }}',
        code='marked("Done")',
        french=entry("Empty", "")
        + "#, fuzzy\n"
        + entry("Guess", "Devine")
        + entry("For %(name)s", "Pour %(nom)s")
        + entry("Done", "Terminé")
        + entry("Old", "Vieux"),
    )
    found = " | ".join(problems(folder, locales=("fr",)))
    assert "'New' is missing" in found
    assert "'Empty' has no translation" in found
    assert "'Guess' has no translation" in found
    assert "'Pour %(nom)s' has other placeholders than 'For %(name)s'" in found
    assert "'Old' is no longer used" in found
    assert "Done" not in found


def test_an_update_adds_the_new_drops_the_old_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = package(
        tmp_path,
        template="{# NOTE: a verb #}{% trans %}New\n  text{% endtrans %}",
        code='_("Done")',
        french=entry("Done", "Terminé") + entry("Old", "Vieux"),
    )
    update(folder)
    written = (folder / "locales/fr.po").read_text(encoding="utf-8")
    assert entry("Done", "Terminé").strip() in written
    assert '#. a verb\n#: templates/_base/page.html\nmsgid "New text"\nmsgstr ""' in written
    assert "Old" not in written
    update(folder)
    assert (folder / "locales/fr.po").read_text(encoding="utf-8") == written


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_an_update_finds_nothing_to_do(folder: Path, tmp_path: Path) -> None:
    for locale in TRANSLATED:
        messages = parse(folder / "locales" / f"{locale}.po", locale)
        assert {message.id for message in messages} == {message.id for message in extracted(folder)} | {""}


def test_the_command_fails_when_something_is_missing(tmp_path: Path) -> None:
    folder = package(tmp_path, code='_("New")', french=entry("Old", "Vieux"))
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert "'New' is missing" in result.output
    assert CliRunner().invoke(main, ["update", str(folder)]).exit_code == 0
    assert CliRunner().invoke(main, ["check", str(MAILS)]).output == ""


def test_placeholders_of_both_kinds_are_found() -> None:
    assert placeholders("%(name)s pays {amount} of 5 %") == {"name", "amount"}

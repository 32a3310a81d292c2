"""Results are kept by content: an unchanged page costs nothing, a stale one is redone."""

import json

import pytest
from proofread import EquationReport, SymbolUse
from proofread_sphinx import checking
from proofread_sphinx.checking import PageChecker, fingerprint, plain_record


@pytest.fixture
def notation(tmp_path):
    path = tmp_path / "notation.yml"
    path.write_text("{}\n")
    return path


@pytest.fixture
def counted(monkeypatch):
    """The pages that the core was asked to check, in order."""
    asked = []
    check_text = checking.check_text

    def count(text, *arguments, **options):
        asked.append(text)
        return check_text(text, *arguments, **options)

    monkeypatch.setattr(checking, "check_text", count)
    return asked


EQUATION = "$$\n2 + 2 = 4\n$$\n"


def test_an_unchanged_page_is_not_checked_again(notation, tmp_path, counted):
    first = PageChecker(notation, tmp_path / "cache").check(EQUATION, "page.md")
    second = PageChecker(notation, tmp_path / "cache").check(EQUATION, "page.md")
    assert counted == [EQUATION]
    assert second == first


def test_prose_may_change_without_a_new_check(notation, tmp_path, counted):
    checker = PageChecker(notation, tmp_path / "cache")
    before = checker.check(EQUATION, "page.md")
    after = checker.check("More text.\n\n" + EQUATION, "page.md")
    assert len(counted) == 1
    assert [one["line"] for one in before["equations"]] == [2]
    assert [one["line"] for one in after["equations"]] == [4]


@pytest.mark.parametrize(
    "changed",
    [
        EQUATION.replace("4", "5 - 1"),
        EQUATION.replace("$$\n", "$$ (eq-label)\n").replace("$$ (eq-label)", "$$", 1),
        "% not machine-checked: a reason\n" + EQUATION,
        "---\nproofread: {}\n---\n" + EQUATION,
        EQUATION + EQUATION,
    ],
    ids=["formula", "label", "excuse", "front matter", "one more"],
)
def test_a_change_of_what_is_checked_is_checked(notation, tmp_path, counted, changed):
    checker = PageChecker(notation, tmp_path / "cache")
    checker.check(EQUATION, "page.md")
    checker.check(changed, "page.md")
    assert counted == [EQUATION, changed]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_failure_is_not_kept(notation, tmp_path, counted):
    checker = PageChecker(notation, tmp_path / "cache")
    wrong = EQUATION.replace("4", "5")
    assert checker.check(wrong, "page.md")["equations"][0]["status"] == "failed"
    checker.check(wrong, "page.md")
    assert counted == [wrong, wrong]


def test_a_changed_notation_changes_the_fingerprint(notation, tmp_path, counted):
    before = PageChecker(notation, tmp_path / "cache")
    before.check(EQUATION, "page.md")
    notation.write_text("{}\n# a change\n")
    after = PageChecker(notation, tmp_path / "cache")
    assert after.fingerprint != before.fingerprint
    assert after.check(EQUATION, "page.md")["fingerprint"] == after.fingerprint
    assert len(counted) == 2


def test_the_fingerprint_sees_content_and_name_but_not_order(tmp_path):
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("1")
    two.write_text("2")
    original = fingerprint([one, two])
    assert fingerprint([two, one]) == original
    one.write_text("2")
    two.write_text("1")
    assert fingerprint([one, two]) != original


def test_a_package_that_is_not_there_is_named(notation, tmp_path):
    notation.write_text("modules: [no_such_package]\n")
    with pytest.raises(ModuleNotFoundError, match="'no_such_package'"):
        PageChecker(notation, tmp_path)


@pytest.mark.parametrize("file", ["module_of_one_file.py", "package_of_files/__init__.py"])
def test_code_that_the_notation_names_is_in_the_fingerprint(notation, tmp_path, monkeypatch, file):
    code = tmp_path / "code" / file
    code.parent.mkdir(parents=True)
    code.write_text("A = 1\n")
    monkeypatch.syspath_prepend(tmp_path / "code")
    notation.write_text(f"modules: [{file.split('/')[0].removesuffix('.py')}]\n")
    before = PageChecker(notation, tmp_path).fingerprint
    code.write_text("A = 2\n")
    assert PageChecker(notation, tmp_path).fingerprint != before


def test_what_is_kept_is_plain_data(notation, tmp_path):
    page = PageChecker(notation, tmp_path).check(EQUATION, "page.md")
    assert json.loads(json.dumps(page)) == page


def test_equal_glosses_share_a_number_and_empty_ones_have_none():
    meaning = {"key": "W", "words": "weights", "shape": "", "code": ""}
    first, second = [SymbolUse(0, 1, **meaning), SymbolUse(2, 3, "v")], [SymbolUse(4, 5, **meaning)]
    glosses = []
    records = [
        plain_record(EquationReport("", "W", 1, 1, False, "checked", symbols=uses), glosses)
        for uses in (first, second)
    ]
    assert glosses == [meaning]
    assert [record["symbols"] for record in records] == [
        [{"start": 0, "end": 1, "gloss": 0}],
        [{"start": 4, "end": 5, "gloss": 0}],
    ]

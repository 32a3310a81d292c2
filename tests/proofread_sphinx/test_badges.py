"""A badge says in words what the check was and how strong."""

from proofread_sphinx.badges import badge_html


def test_a_checked_equation_shows_its_strength(make_equation):
    html = badge_html(make_equation(corruptions_caught=19, equivalents=["b = a"]))
    assert html.startswith('<details class="proofread-badge proofread-checked"')
    for evidence in (
        "19/20",
        "19 of 20",
        "105 in 7 random worlds",
        "8.1e-16",
        "both sides evaluated and compared",
        "<code>b = a</code>",
    ):
        assert evidence in html


def test_an_excused_equation_shows_its_reason_and_no_tick(make_equation):
    html = badge_html(make_equation(status="excused", reason="a sketch, x < y"))
    assert "not machine-checked" in html
    assert "a sketch, x &lt; y" in html
    assert "✓" not in html


def test_an_expression_is_not_said_to_be_checked(make_equation):
    html = badge_html(
        make_equation(relations=0, comparisons=0, corruptions_tried=0, kinds=["expression"])
    )
    assert "evaluated" in html
    assert "claims nothing" in html
    assert not any(word in html for word in ("✓", "> checked", "Comparisons"))


def test_a_failed_equation_is_not_dressed_up(make_equation):
    problem = {"line": 1, "column": 1, "kind": "false", "message": "2 < 3", "suggestion": ""}
    html = badge_html(make_equation(status="failed", problems=[problem]))
    assert "✗" in html
    assert "2 &lt; 3" in html
    assert "✓" not in html


def test_without_corruptions_nothing_is_claimed_about_them(make_equation):
    html = badge_html(make_equation(corruptions_tried=0, corruptions_caught=0))
    assert "orruption" not in html


def test_an_exact_comparison_has_error_zero(make_equation):
    assert "<dt>Worst relative error</dt><dd>0</dd>" in badge_html(make_equation(worst_error=0.0))

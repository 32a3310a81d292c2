"""The figures that a reader moves show what nnlib computes, and can be moved without a mouse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page

from nnlib import MLP, datasets
from nnlib.optimizers import Momentum

PAGES = {
    "backward": "learning/backpropagation.html",
    "boundary": "learning/training.html",
    "descent": "learning/training.html",
    "neuron": "learning-from-examples/one-neuron.html",
}

HTML = "text/html; charset=utf-8"


def data_of(site: Path, kind: str) -> Any:
    """Return the data that a page carries for its explorable of this kind."""
    html = (site / PAGES[kind]).read_text(encoding="utf-8")
    pattern = rf'data-kind="{kind}".*?<script type="application/json">(.*?)</script>'
    [data] = re.findall(pattern, html, re.DOTALL)
    return json.loads(data)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Page]:
    """Give a page of its own, for a reader who wants no motion."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def show(new_page: Page, address: str):
    """Give a function that opens the page of a kind and returns the figure."""

    def open_one(kind: str) -> Locator:
        new_page.goto(f"{address}/{PAGES[kind]}", wait_until="load")
        return new_page.locator(f'.explorable[data-kind="{kind}"]')

    return open_one


def asked(figure: Locator, question: str, *arguments: object) -> Any:
    """Ask the figure's model, as `model.question(...arguments)`."""
    return figure.evaluate(f"(place, given) => place.model.{question}(...given)", list(arguments))


def moons_network(frame: dict[str, Any]) -> MLP:
    """Return nnlib's network with the parameters of one frame."""
    shapes = [np.shape(layer["weights"]) for layer in frame["layers"]]
    network = MLP(
        [shapes[0][0], *(columns for _, columns in shapes)],
        activation="tanh",
        loss="binary_cross_entropy",
        generator=np.random.default_rng(0),
    )
    parts = [np.ravel(layer[name]) for layer in frame["layers"] for name in ("weights", "bias")]
    network.parameters = np.concatenate(parts)
    return network


def test_the_boundary_is_that_of_the_network_of_nnlib(site: Path, show) -> None:
    frames = data_of(site, "boundary")["frames"]
    figure = show("boundary")
    examples = np.random.default_rng(0).uniform(-3, 3, (50, 2))
    for index in (0, len(frames) // 2, len(frames) - 1):
        network = moons_network(frames[index])
        answers = asked(figure, "answers", index, examples.tolist())
        np.testing.assert_allclose(answers, network.predict(examples)[:, 0], rtol=1e-12)
        # The line is drawn through cells a ninth wide; where the answer is steep it is less exact.
        ends = np.reshape(asked(figure, "border", index), (-1, 2))
        assert len(ends) > 20
        deviations = np.abs(network.predict(ends)[:, 0] - 0.5)
        assert np.median(deviations) < 0.005
        assert deviations.max() < 0.25


def test_the_losses_and_mistakes_of_each_epoch_are_those_of_the_network(site: Path, show) -> None:
    data = data_of(site, "boundary")
    points = np.array(data["points"])
    figure = show("boundary")
    epoch = figure.get_by_role("slider", name="Epoch", exact=True)
    for index in (0, 30, len(data["frames"]) - 1):
        network = moons_network(data["frames"][index])
        epoch.fill(str(index))
        said = figure.get_by_role("status").inner_text()
        wrong = np.sum((network.predict(points[:, :2])[:, 0] >= 0.5) != (points[:, 2] == 1))
        loss = network.loss_value(points[:, :2], points[:, 2:])
        assert f"Epoch {data['frames'][index]['epoch']}: " in said
        assert f"; {wrong} of {len(points)} training points on the wrong side" in said
        shown = float(re.findall(r"training loss ([\d.]+)", said)[0])
        assert shown == pytest.approx(loss, abs=1e-3)  # the parameters have five decimals


@pytest.mark.parametrize(("rate", "momentum"), [(0.037, 0.0), (0.02, 0.6), (0.079, 0.95)])
def test_the_descent_is_that_of_nnlib(site: Path, show, rate: float, momentum: float) -> None:
    data = data_of(site, "descent")
    optimizer, place = Momentum(rate, momentum), np.array(data["start"])
    path = [place.copy()]
    for _ in range(data["count"]):
        optimizer.step(place, np.array(data["curvatures"]) * place)
        path.append(place.copy())
    drawn = asked(show("descent"), "path", rate, momentum)
    np.testing.assert_allclose(drawn, path, rtol=1e-12, atol=1e-15)


def test_above_the_limit_of_the_learning_rate_the_descent_says_so(site: Path, show) -> None:
    figure = show("descent")
    for rate, place in (("0.039", "below"), ("0.04", "not below")):
        figure.get_by_label("Learning rate").fill(rate)
        said = figure.get_by_role("status").inner_text()
        assert f"limit of the learning rate is 0.040; the rate is {place} it" in said


def test_on_the_limit_itself_rounding_does_not_decide(site: Path, show) -> None:
    curvature = max(data_of(site, "descent")["curvatures"])
    figure = show("descent")
    for momentum in np.arange(0, 1, 0.05):
        limit = 2 * (1 + momentum) / curvature
        figure.get_by_label("Momentum").fill(f"{momentum:.2f}")
        for rate, place in ((limit - 0.001, "below"), (limit, "not below")):
            figure.get_by_label("Learning rate").fill(f"{rate:.3f}")
            said = figure.get_by_role("status").inner_text()
            assert said.endswith(f"is {limit:.3f}; the rate is {place} it."), momentum


def test_a_neuron_set_by_its_sliders_answers_as_in_numpy(site: Path, show) -> None:
    figure = show("neuron")
    x, y = datasets.logic_gate("or")
    w, b = np.array([1.5, -2.25]), 0.75
    np.testing.assert_allclose(asked(figure, "sums", *w, b), x @ w + b, rtol=1e-15)
    figure.get_by_label("Gate").select_option("OR")
    # Two of the rows lie on the border, where the answer is 1.
    for name in ("Weight w₁", "Weight w₂", "Bias b"):
        figure.get_by_label(name).fill("-1" if name == "Bias b" else "1")
    assert figure.get_by_role("status").inner_text() == "OR: 4 of 4 answers are right."
    rows = figure.locator("tbody tr").all_inner_texts()
    expected = [
        f"{x1:.0f}\t{x2:.0f}\t{target:.0f}\t{x1 + x2 - 1:.2f}\t{target:.0f}\tright"
        for (x1, x2), target in zip(x, y.ravel(), strict=True)
    ]
    assert [row.replace("−", "-") for row in rows] == expected


def test_no_setting_of_the_neuron_answers_all_of_xor(show) -> None:
    figure = show("neuron")
    figure.get_by_label("Gate").select_option("XOR")
    best = figure.evaluate(
        """(place) => {
          const quarters = Array.from({length: 25}, (_, k) => -3 + k / 4);
          const right = (sums) =>
            sums.filter((z, k) => (z >= 0) === [false, true, true, false][k]).length;
          return Math.max(...quarters.flatMap((w1) => quarters.flatMap((w2) =>
            quarters.map((b) => right(place.model.sums(w1, w2, b))))));
        }"""
    )
    assert best == 3


def test_both_passes_give_the_loss_and_the_gradient_of_nnlib(site: Path, show) -> None:
    figure = show("backward")
    network = MLP([2, 2, 1], generator=np.random.default_rng(0))
    generator = np.random.default_rng(1)
    for _ in range(5):
        network.parameters = generator.uniform(-2, 2, 9)
        x, y = generator.uniform(-2, 2, (1, 2)), generator.uniform(0, 1, (1, 1))
        result = asked(figure, "passes", network.parameters.tolist(), x[0].tolist(), y[0, 0])
        loss, gradient = network.loss_and_gradient(x, y)
        assert result["loss"] == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(result["gradient"], gradient, rtol=1e-12)
        for drawn, a in zip(result["outputs"], network.activations(x), strict=True):
            np.testing.assert_allclose(drawn, a[0], rtol=1e-12)


def test_steps_are_taken_and_taken_back(site: Path, show) -> None:
    data = data_of(site, "backward")
    figure = show("backward")
    network = MLP([2, 2, 1], generator=np.random.default_rng(0))
    network.parameters = data["parameters"]
    x, y = np.array([data["x"]]), np.array([[data["y"]]])
    figure.get_by_label("Learning rate").fill("2.5")
    for taken in (1, 2, 3):
        network.parameters = network.parameters - 2.5 * network.loss_and_gradient(x, y)[1]
        figure.get_by_role("button", name="Step").click()
        said = figure.get_by_role("status").inner_text()
        assert f"After {taken} step" in said
        assert f"loss {network.loss_value(x, y):.4f}." in said
    values = figure.locator("tbody tr td:nth-child(2)").all_inner_texts()
    shown = [float(value.replace("−", "-")) for value in values]
    np.testing.assert_allclose(shown, network.parameters, atol=5.1e-5)
    figure.get_by_role("button", name="Start again").click()
    assert "After 0 steps" in figure.get_by_role("status").inner_text()


def test_the_chosen_parameter_is_named_with_both_its_factors(site: Path, show) -> None:
    figure = show("backward")
    for name in data_of(site, "backward")["names"]:
        figure.get_by_label("Look at").select_option(name)
        [row] = figure.locator("tr.explorable-chosen").all_inner_texts()
        written, _, start, end, derivative = row.split("\t")
        assert written == name
        said = figure.get_by_role("status").inner_text()
        assert said.endswith(f"by {name} is {start} · ({end}) = {derivative}.")
        assert figure.locator("svg .explorable-chosen").count() == 1


@pytest.mark.parametrize("kind", PAGES)
def test_keys_move_a_figure_and_what_changed_is_said(show, kind: str) -> None:
    figure = show(kind)
    slider = figure.locator("input[type=range]").last
    slider.focus()
    slider.press("Home")
    said = figure.get_by_role("status").inner_text()
    slider.press("End")
    assert figure.get_by_role("status").inner_text() != said
    value = figure.locator(".explorable-value").last.inner_text()
    assert slider.get_attribute("aria-valuetext") == value


@pytest.mark.parametrize("kind", PAGES)
def test_at_the_ends_of_all_sliders_a_small_screen_holds_numbers(show, kind: str) -> None:
    figure = show(kind)
    figure.page.set_viewport_size({"width": 320, "height": 640})
    sliders = figure.get_by_role("slider").all()
    assert all(slider.bounding_box()["height"] >= 24 for slider in sliders)
    for ends in product(("Home", "End"), repeat=len(sliders)):
        for slider, end in zip(sliders, ends, strict=True):
            slider.press(end)
        text, drawn, too_wide = figure.evaluate(
            """(place) => {
              const right = place.getBoundingClientRect().right;
              const parts = [...place.querySelectorAll("*")].filter((part) => !part.closest("g"));
              return [place.textContent, place.innerHTML,
                parts.filter((part) => part.getBoundingClientRect().right > right + 0.5)
                  .map((part) => part.outerHTML)];
            }"""
        )
        assert not re.search("NaN|Infinity|undefined", drawn)
        assert not re.search(r"−0(\.0+)?(?![\d.])", text)
        assert too_wide == []


def test_what_rounds_to_zero_has_no_sign(show) -> None:
    page = show("backward").page
    assert page.evaluate("[-0.00004, -0, 0.00004].map((v) => inWords(v, 4))") == ["0.0000"] * 3
    assert page.evaluate("inWords(-0.00006, 4)") == "−0.0001"


def test_no_two_parts_of_a_page_share_a_name(show) -> None:
    # It has two figures, and each of them two pictures.
    names = show("boundary").page.evaluate(
        "[...document.querySelectorAll('[id]')].map((one) => one.id)"
    )
    assert len(names) == len(set(names))


def test_the_name_of_a_slider_is_not_its_value(show) -> None:
    show("descent").get_by_role("slider", name="Learning rate", exact=True).fill("0.02")
    show("boundary").get_by_role("slider", name="Epoch", exact=True).fill("3")


def test_play_yields_to_the_reader_and_is_silent_until_its_end(show) -> None:
    figure = show("boundary")
    button, epoch = figure.get_by_role("button"), figure.get_by_role("slider")
    status = figure.get_by_role("status")
    figure.page.clock.install(time=0)
    figure.page.clock.pause_at(1)
    button.click()
    figure.page.clock.run_for(550)
    assert status.get_attribute("aria-live") == "off"
    epoch.fill("20")
    figure.page.clock.run_for(1000)
    assert (button.inner_text(), epoch.input_value()) == ("Play", "20")
    assert status.get_attribute("aria-live") == "polite"


def test_a_figure_that_cannot_be_drawn_leaves_no_hole(site: Path, show) -> None:
    page = show("neuron").page
    troubles: list[object] = []
    page.on("pageerror", lambda trouble: troubles.append(trouble))
    html = (site / PAGES["neuron"]).read_text(encoding="utf-8")
    broken = html.replace('"gates":', '"doors":')
    assert broken != html
    page.route("**/one-neuron.html", lambda route: route.fulfill(body=broken, content_type=HTML))
    figure = show("neuron")
    assert "It needs JavaScript" in figure.inner_text()
    assert len(troubles) == 1


def test_play_moves_the_epochs_on_and_pause_stops_them(show) -> None:
    figure = show("boundary")
    button, epoch = figure.get_by_role("button"), figure.get_by_role("slider")
    figure.page.clock.install(time=0)
    figure.page.clock.pause_at(1)
    button.click()
    assert button.inner_text() == "Pause"
    figure.page.clock.run_for(1050)
    assert epoch.input_value() == "10"
    button.click()
    figure.page.clock.run_for(1000)
    assert (button.inner_text(), epoch.input_value()) == ("Play", "10")
    button.click()
    figure.page.clock.run_for(60_000)
    assert (button.inner_text(), epoch.input_value()) == ("Play", epoch.get_attribute("max"))

// Gradient descent with momentum in a valley of two parameters, C(w) = (a w₁² + b w₂²) / 2, at the
// learning rate and the momentum that the reader sets.

// The places from the start on, each step as in nnlib's Momentum: v ← μv − ηg, then w ← w + v.
function descentPath({ curvatures, start, count }, rate, momentum) {
  const path = [start];
  let velocity = start.map(() => 0);
  for (let step = 0; step < count; step += 1) {
    const w = path.at(-1);
    velocity = velocity.map((v, k) => momentum * v - rate * curvatures[k] * w[k]);
    path.push(w.map((value, k) => value + velocity[k]));
  }
  return path;
}

function valleyLoss(curvatures, w) {
  return curvatures.reduce((sum, curvature, k) => sum + (curvature * w[k] ** 2) / 2, 0);
}

function ellipse(curvatures, level) {
  return Array.from({ length: 121 }, (_, k) => {
    const angle = (k / 120) * 2 * Math.PI;
    return [
      Math.sqrt((2 * level) / curvatures[0]) * Math.cos(angle),
      Math.sqrt((2 * level) / curvatures[1]) * Math.sin(angle),
    ];
  });
}

// A loss in three digits, or with a power of ten where it is very large or small.
function shortNumber(loss) {
  const isPlain = loss === 0 || (loss >= 1e-3 && loss < 1e4);
  return isPlain ? loss.toPrecision(3) : loss.toExponential(1).replace("-", "−").replace("+", "");
}

// data: {curvatures, start, count, x: [from, to], y: [from, to], levels, rate: {from, to, step,
// start}}.
explorables.register("descent", (place, data) => {
  const pictures = htmlElement("div", { className: "explorable-pictures" });
  const plane = new Plane(pictures, {
    x: { from: data.x[0], to: data.x[1], ticks: [-4, -3, -2, -1, 0, 1], name: "w₁" },
    y: { from: data.y[0], to: data.y[1], ticks: [-1, -0.5, 0, 0.5, 1], name: "w₂" },
    width: 440, height: 260,
  });
  plane.draw("contours", data.levels.map((level) => plane.path(ellipse(data.curvatures, level))));
  const curve = new Plane(pictures, {
    x: { from: 0, to: data.count, ticks: [0, data.count / 2, data.count], name: "step" },
    y: {
      // With the best momentum the loss falls as far as that.
      from: -20, to: 4, ticks: [-20, -16, -12, -8, -4, 0, 4], name: "loss",
      write: (tick) => `1e${inWords(tick, 0)}`,
    },
    width: 300, height: 260,
  });
  const words = statement();
  const changed = () => update();
  const rate = slider({ name: "Learning rate", ...data.rate, write: (v) => v.toFixed(3), changed });
  const momentum = slider({
    name: "Momentum", from: 0, to: 0.95, step: 0.05, start: 0, write: (v) => v.toFixed(2), changed,
  });
  function update() {
    const path = descentPath(data, rate.value, momentum.value);
    const losses = path.map((w) => valleyLoss(data.curvatures, w));
    plane.draw("path", [plane.path(path), ...path.map((w) => plane.mark(w, 0, 2.5))]);
    curve.draw("training", [curve.path(losses.map((loss, k) => [k, Math.log10(loss)]))]);
    const limit = (2 * (1 + momentum.value)) / Math.max(...data.curvatures);
    // Where the slider stands on the limit, rounding must not decide.
    const isBelow = rate.value < limit - 1e-9;
    words.text =
      `After ${data.count} steps the loss went from ${shortNumber(losses[0])} to ` +
      `${shortNumber(losses.at(-1))}. With this momentum the limit of the learning rate is ` +
      `${limit.toFixed(3)}; the rate is ${isBelow ? "below" : "not below"} it.`;
  }
  place.append(controls(rate, momentum), pictures, words.element);
  update();
  return { path: (eta, mu) => descentPath(data, eta, mu) };
});

// A step neuron of two inputs, whose weights and bias the reader sets, on the rows of a gate: its
// border in the plane, the arrow of its weights, and its answers in a table.
//
// A quarter is exact in binary: a row that lies on the border lies on it here, too.
const LIMIT = 3;
const QUARTER = 0.25;

function weightedSum({ weights, bias }, row) {
  return row.reduce((sum, value, k) => sum + value * weights[k], bias);
}

// The part of a box on that side of the border where the neuron answers 1: go round the box, keep
// the corners on that side, and add a point wherever an edge crosses the border.
function answeringPart(neuron, corners) {
  return corners.flatMap((corner, k) => {
    const next = corners[(k + 1) % corners.length];
    const [here, there] = [weightedSum(neuron, corner), weightedSum(neuron, next)];
    const kept = here >= 0 ? [corner] : [];
    if (here >= 0 !== there >= 0) {
      const share = here / (here - there);
      kept.push(corner.map((value, axis) => value + share * (next[axis] - value)));
    }
    return kept;
  });
}

// Two points of the border, far apart, and the arrow of the weights from the border's point that
// is nearest to the origin. A neuron without weights has neither.
function borderAndArrow({ weights: [w1, w2], bias }) {
  const square = w1 * w1 + w2 * w2;
  if (square < 1e-12) {
    return { border: [], arrow: [] };
  }
  const foot = [(-bias * w1) / square, (-bias * w2) / square];
  const far = 100 / Math.sqrt(square);
  return {
    border: [[foot[0] - far * w2, foot[1] + far * w1], [foot[0] + far * w2, foot[1] - far * w1]],
    arrow: [foot, [foot[0] + w1 / 4, foot[1] + w2 / 4]],
  };
}

function arrowHead(plane, [from, to]) {
  const [x, y] = [plane.toX(to[0]), plane.toY(to[1])];
  const angle = Math.atan2(y - plane.toY(from[1]), x - plane.toX(from[0]));
  const side = (turn) => `${x - 9 * Math.cos(angle + turn)} ${y - 9 * Math.sin(angle + turn)}`;
  return svgElement("path", { d: `M${side(0.4)}L${x} ${y}L${side(-0.4)}` });
}

function drawNeuron(plane, neuron) {
  const { x, y } = plane;
  const corners = [[x.from, y.from], [x.to, y.from], [x.to, y.to], [x.from, y.to]];
  const opposite = { weights: neuron.weights.map((w) => -w), bias: -neuron.bias };
  const { border, arrow } = borderAndArrow(neuron);
  plane.draw("cells", [
    plane.path(answeringPart(opposite, corners), "explorable-class-0"),
    plane.path(answeringPart(neuron, corners), "explorable-class-1"),
  ]);
  plane.draw("border", border.length ? [plane.path(border)] : []);
  plane.draw("arrow", arrow.length ? [plane.path(arrow), arrowHead(plane, arrow)] : []);
}

function answersTable(neuron, rows, targets) {
  const lines = rows.map((row, k) => {
    const z = weightedSum(neuron, row);
    const answer = z >= 0 ? 1 : 0;
    const verdict = answer === targets[k] ? "right" : "wrong";
    return [...row, targets[k], inWords(z, 2), answer, verdict];
  });
  return numbersTable(["x₁", "x₂", "target", "z", "answer", "verdict"], lines);
}

// data: {rows, gates: {name: targets}, start: [w1, w2, b]}.
explorables.register("neuron", (place, data) => {
  const pictures = htmlElement("div", { className: "explorable-pictures" });
  const axis = { from: -1, to: 2, ticks: [-1, 0, 1, 2] };
  const plane = new Plane(pictures, {
    x: { ...axis, name: "x₁" }, y: { ...axis, name: "x₂" }, width: 300, height: 292,
  });
  const table = htmlElement("div", {});
  pictures.append(table);
  const words = statement();
  const changed = () => update();
  const gate = choice({ name: "Gate", options: Object.keys(data.gates), changed });
  const parameters = ["Weight w₁", "Weight w₂", "Bias b"].map((name, k) =>
    slider({
      name, from: -LIMIT, to: LIMIT, step: QUARTER, start: data.start[k],
      write: (value) => inWords(value, 2), changed,
    }),
  );
  const neuron = () => {
    const [w1, w2, bias] = parameters.map(({ value }) => value);
    return { weights: [w1, w2], bias };
  };
  function update() {
    const targets = data.gates[gate.value];
    drawNeuron(plane, neuron());
    plane.draw("points", data.rows.map((row, k) => plane.mark(row, targets[k], 6)));
    table.replaceChildren(answersTable(neuron(), data.rows, targets));
    const isRight = (row, k) => weightedSum(neuron(), row) >= 0 === (targets[k] === 1);
    const right = data.rows.filter(isRight);
    words.text = `${gate.value}: ${right.length} of ${data.rows.length} answers are right.`;
  }
  place.append(controls(gate, ...parameters), pictures, words.element);
  update();
  const sums = (w1, w2, bias) =>
    data.rows.map((row) => weightedSum({ weights: [w1, w2], bias }, row));
  return { sums };
});

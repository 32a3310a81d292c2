// A 2-2-1 network with its forward and its backward pass for one example, and steps of gradient
// descent at the reader's pace.
const SIZES = [2, 2, 1];
const SPOTS = [[[36, 70], [36, 200]], [[210, 70], [210, 200]], [[376, 135]]];
const RADIUS = 31;

function logistic(z) {
  return 1 / (1 + Math.exp(-z));
}

// The flat vector as nnlib lays it out: a layer's weights row by row, then its biases.
function unpacked(parameters) {
  let next = 0;
  const take = (count) => parameters.slice(next, (next += count));
  return SIZES.slice(1).map((units, l) => ({
    weights: Array.from({ length: SIZES[l] }, () => take(units)),
    bias: take(units),
  }));
}

// One forward and one backward pass. starts and ends are the factors of each derivative, in the
// order of the parameters: the value where a connection begins (1 for a bias), the delta where it
// ends.
function bothPasses(parameters, x, y) {
  const layers = unpacked(parameters);
  const outputs = [x];
  for (const { weights, bias } of layers) {
    const below = outputs.at(-1);
    outputs.push(bias.map((b, k) => logistic(below.reduce((z, a, j) => z + a * weights[j][k], b))));
  }
  const [answer] = outputs.at(-1);
  const deltas = [[2 * (answer - y) * answer * (1 - answer)]];
  for (let l = layers.length - 1; l > 0; l -= 1) {
    const [above] = deltas;
    const blame = layers[l].weights.map((row) => row.reduce((sum, w, k) => sum + w * above[k], 0));
    deltas.unshift(outputs[l].map((a, j) => blame[j] * a * (1 - a)));
  }
  const below = layers.map((_, l) => [...outputs[l], 1]);
  const starts = below.flatMap((values, l) => values.flatMap((a) => deltas[l].map(() => a)));
  const ends = below.flatMap((values, l) => values.flatMap(() => deltas[l]));
  const gradient = starts.map((a, index) => a * ends[index]);
  return { outputs, deltas, starts, ends, gradient, loss: (answer - y) ** 2 };
}

// An arrow of the picture for each parameter, in their order; a bias has its neuron instead.
function connections() {
  return SIZES.slice(1).flatMap((units, l) => [
    ...SPOTS[l].flatMap((from) => SPOTS[l + 1].map((to) => ({ from, to }))),
    ...SPOTS[l + 1].map((to) => ({ from: null, to })),
  ]);
}

function centred(x, y, text, look = "") {
  return svgElement("text", { x, y, "text-anchor": "middle", class: look }, text);
}

// Along an arrow, nearer to its beginning where two of them cross.
function arrowOf({ from, to }, value, chosen) {
  const share = from[1] === to[1] || to === SPOTS[2][0] ? 0.45 : 0.3;
  const [x, y] = from.map((start, axis) => start + share * (to[axis] - start));
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [left, right] = [RADIUS / length, 1 - RADIUS / length];
  const [x1, y1] = from.map((start, axis) => start + left * (to[axis] - start));
  const [x2, y2] = from.map((start, axis) => start + right * (to[axis] - start));
  const look = `explorable-connection${chosen ? " explorable-chosen" : ""}`;
  return [
    svgElement("line", { x1, y1, x2, y2, class: look }),
    centred(x, y - 7, inWords(value, 3), "explorable-weight"),
  ];
}

function neuronOf([x, y], output, delta, bias, chosen) {
  const look = `explorable-unit${chosen ? " explorable-chosen" : ""}`;
  const parts = [
    svgElement("circle", { cx: x, cy: y, r: RADIUS, class: look }),
    centred(x, y + 5, inWords(output, 4)),
  ];
  if (delta !== undefined) {
    parts.push(centred(x, y - RADIUS - 8, `bias ${inWords(bias, 3)}`, "explorable-weight"));
    parts.push(centred(x, y + RADIUS + 18, `δ ${inWords(delta, 4)}`, "explorable-delta"));
  }
  return parts;
}

function networkPicture(parameters, { outputs, deltas }, chosen) {
  const svg = svgElement("svg", {
    class: "explorable-plane", viewBox: "0 0 424 262", "aria-hidden": "true",
    style: "flex: 1 1 290px; max-width: 424px",
  });
  const biases = unpacked(parameters).map(({ bias }) => bias);
  const places = connections();
  places.forEach((place, index) => {
    if (place.from) {
      svg.append(...arrowOf(place, parameters[index], index === chosen));
    }
  });
  SPOTS.forEach((spots, l) =>
    spots.forEach((spot, k) => {
      const isChosen = places[chosen].from === null && places[chosen].to === spot;
      const [delta, bias] = l ? [deltas[l - 1][k], biases[l - 1][k]] : [];
      svg.append(...neuronOf(spot, outputs[l][k], delta, bias, isChosen));
    }),
  );
  return svg;
}

function derivativesTable(names, parameters, { starts, ends, gradient }, chosen) {
  const rows = names.map((name, index) => {
    const numbers = [parameters[index], starts[index], ends[index], gradient[index]];
    return [name, ...numbers.map((number) => inWords(number, 4))];
  });
  return numbersTable(["name", "value", "start", "delta", "product"], rows, chosen);
}

// data: {parameters, names, x: [x1, x2], y}.
explorables.register("backward", (place, data) => {
  let [parameters, taken] = [data.parameters, 0];
  const pictures = htmlElement("div", { className: "explorable-pictures" });
  const words = statement();
  const changed = () => update();
  const connection = choice({ name: "Look at", options: data.names, changed });
  const rate = slider({
    name: "Learning rate", from: 0, to: 10, step: 0.5, start: 1,
    write: (value) => inWords(value, 1), changed: () => {},
  });
  const target = slider({
    name: "Target y", from: 0, to: 1, step: 0.1, start: data.y,
    write: (value) => inWords(value, 1), changed,
  });
  const passes = () => bothPasses(parameters, data.x, target.value);
  const step = button("Step", () => {
    const { gradient } = passes();
    parameters = parameters.map((value, index) => value - rate.value * gradient[index]);
    taken += 1;
    update();
  });
  const back = button("Start again", () => {
    [parameters, taken] = [data.parameters, 0];
    update();
  });
  function update() {
    const result = passes();
    const index = data.names.indexOf(connection.value);
    const [start, end, product] = [result.starts, result.ends, result.gradient].map((values) =>
      inWords(values[index], 4),
    );
    pictures.replaceChildren(
      networkPicture(parameters, result, index),
      derivativesTable(data.names, parameters, result, index),
    );
    const output = inWords(result.outputs[2][0], 4);
    words.text =
      `After ${taken} ${taken === 1 ? "step" : "steps"}: output ${output}, ` +
      `loss ${inWords(result.loss, 4)}. The derivative by ${connection.value} is ${start} · ` +
      `(${end}) = ${product}.`;
  }
  place.append(controls(step, back, connection, rate, target), pictures, words.element);
  update();
  return { passes: bothPasses };
});

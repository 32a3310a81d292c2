// A network of two inputs while it learns: what it answers everywhere in the plane, after the epoch
// that the slider shows, and the losses up to it. The network's parameters after each of these
// epochs are nnlib's; its answers are computed from them here.
const ACTIVATIONS = {
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
};

// Each colour comes in so many shades, the deepest this opaque.
const SHADES = 20;
const DEEPEST = 0.35;

// layers: [{weights, bias, activation}], weights[i][j] from input i to unit j.
function networkAnswer(layers, example) {
  let a = example;
  for (const { weights, bias, activation } of layers) {
    const units = bias.map((b, j) => a.reduce((sum, value, i) => sum + value * weights[i][j], b));
    a = units.map(ACTIVATIONS[activation]);
  }
  return a[0];
}

// Where a function on a grid crosses one half: a piece of line in each cell with corners on both
// sides, its ends found by straight interpolation along the cell's edges.
function halfwayPieces(grid) {
  const pieces = [];
  for (let row = 0; row + 1 < grid.length; row += 1) {
    for (let column = 0; column + 1 < grid[row].length; column += 1) {
      const corners = [
        grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column],
      ];
      const ends = [];
      corners.forEach((one, k) => {
        const next = corners[(k + 1) % 4];
        if (one.answer < 0.5 !== next.answer < 0.5) {
          const share = (0.5 - one.answer) / (next.answer - one.answer);
          ends.push(one.place.map((value, axis) => value + share * (next.place[axis] - value)));
        }
      });
      for (let k = 0; k + 1 < ends.length; k += 2) {
        pieces.push([ends[k], ends[k + 1]]);
      }
    }
  }
  return pieces;
}

function steps(from, to, count) {
  return Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}

class BoundaryView {
  constructor(plane, points) {
    this.plane = plane;
    const columns = steps(plane.x.from, plane.x.to, 61);
    this.places = steps(plane.y.from, plane.y.to, 46).map((y) => columns.map((x) => [x, y]));
    const width = (plane.right - plane.left) / (columns.length - 1);
    const height = (plane.bottom - plane.top) / (this.places.length - 1);
    const outline = ([x, y]) =>
      `M${plane.toX(x).toFixed(2)} ${plane.toY(y).toFixed(2)}h${width}v${-height}h${-width}z`;
    // A cell between four places: its outline begins at the place that is left and below.
    this.cells = this.places.slice(0, -1).map((row) => row.slice(0, -1).map(outline));
    plane.draw("cells", []);
    plane.draw("border", []);
    plane.draw("points", points.map(([x, y, value]) => plane.mark([x, y], value, 3.5)));
  }

  show(layers) {
    const grid = this.answers(layers);
    this.plane.draw("cells", this.shading(grid));
    this.plane.draw("border", halfwayPieces(grid).map((piece) => this.plane.path(piece)));
  }

  // All cells of one colour and one shade are one element: thousands of them would make the slider
  // drag behind the reader's hand.
  shading(grid) {
    const outlines = [0, 1].map(() => Array(SHADES).fill(""));
    this.cells.forEach((cells, i) =>
      cells.forEach((cell, j) => {
        const corners = [grid[i][j], grid[i][j + 1], grid[i + 1][j], grid[i + 1][j + 1]];
        const mean = corners.reduce((sum, { answer }) => sum + answer, 0) / 4;
        const shade = Math.min(SHADES - 1, Math.floor(Math.abs(mean - 0.5) * 2 * SHADES));
        outlines[mean < 0.5 ? 0 : 1][shade] += cell;
      }),
    );
    return outlines.flatMap((shades, value) =>
      shades.map((d, shade) => {
        const style = `fill-opacity: ${(((shade + 0.5) / SHADES) * DEEPEST).toFixed(4)}`;
        return svgElement("path", { d, style, class: `explorable-class-${value}` });
      }),
    );
  }

  answers(layers) {
    return this.places.map((row) =>
      row.map((place) => ({ place, answer: networkAnswer(layers, place) })),
    );
  }
}

class LossView {
  constructor(plane, frames) {
    this.plane = plane;
    this.curves = {
      training: frames.map(({ epoch, loss }) => [Math.log10(epoch + 1), loss]),
      validation: frames.map(({ epoch, validation }) => [Math.log10(epoch + 1), validation]),
    };
    plane.draw(
      "losses",
      Object.entries(this.curves).map(([name, points]) => plane.path(points, `explorable-${name}`)),
    );
  }

  show(index) {
    const { training, validation } = this.curves;
    this.plane.draw("now", [
      this.plane.mark(training[index], 0, 5),
      this.plane.mark(validation[index], 1, 4.5),
    ]);
  }
}

// data: {x: [from, to], y: [from, to], points: [[x1, x2, class]], activations, frames: [{epoch,
// loss, validation, layers: [{weights, bias}]}]}.
explorables.register("boundary", (place, data) => {
  const pictures = htmlElement("div", { className: "explorable-pictures" });
  const whole = ([from, to]) => {
    const [first, last] = [Math.ceil(from), Math.floor(to)];
    return steps(first, last, last - first + 1);
  };
  const view = new BoundaryView(
    new Plane(pictures, {
      x: { from: data.x[0], to: data.x[1], ticks: whole(data.x), name: "x₁" },
      y: { from: data.y[0], to: data.y[1], ticks: whole(data.y), name: "x₂" },
      width: 440, height: 350,
    }),
    data.points,
  );
  const last = data.frames.at(-1).epoch;
  const highest = Math.max(...data.frames.flatMap(({ loss, validation }) => [loss, validation]));
  const losses = new LossView(
    new Plane(pictures, {
      x: {
        from: 0, to: Math.log10(last + 1), name: "epoch",
        ticks: [0, 1, 10, 100, 1000].filter((k) => k <= last).map((k) => Math.log10(k + 1)),
        write: (tick) => String(Math.round(10 ** tick) - 1),
      },
      y: {
        from: 0, to: highest * 1.1, name: "loss",
        ticks: [0, 0.5, 1, 1.5, 2].filter((tick) => tick < highest),
      },
      width: 300, height: 250,
    }),
    data.frames,
  );
  const layersOf = (frame) =>
    frame.layers.map((layer, k) => ({ ...layer, activation: data.activations[k] }));
  const words = statement();
  const epoch = slider({
    name: "Epoch",
    from: 0, to: data.frames.length - 1, step: 1, start: 0,
    write: (index) => String(data.frames[index].epoch),
    changed: () => update(),
  });
  const wrong = (layers) => {
    const isWrong = ([x, y, value]) => networkAnswer(layers, [x, y]) >= 0.5 !== (value === 1);
    return data.points.filter(isWrong).length;
  };
  function update() {
    const frame = data.frames[epoch.value];
    const layers = layersOf(frame);
    view.show(layers);
    losses.show(epoch.value);
    words.text =
      `Epoch ${frame.epoch}: training loss ${frame.loss.toFixed(3)} (circle), validation loss ` +
      `${frame.validation.toFixed(3)} (square); ${wrong(layers)} of ${data.points.length} ` +
      "training points on the wrong side.";
  }
  place.append(controls(player(epoch, words), epoch), pictures, words.element);
  update();
  return {
    answers: (index, examples) =>
      examples.map((example) => networkAnswer(layersOf(data.frames[index]), example)),
    border: (index) => halfwayPieces(view.answers(layersOf(data.frames[index]))),
  };
});

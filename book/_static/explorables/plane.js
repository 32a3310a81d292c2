// A piece of the plane as SVG, with a frame, ticks and names of the axes. Colours come from the
// style sheet, by class, so that a change between light and dark needs no drawing.
const SVG = "http://www.w3.org/2000/svg";

function svgElement(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

class Plane {
  // How many there are on the page: each needs a name of its own for what clips it.
  static count = 0;

  // x and y: {from, to, ticks, name, write}; write turns a tick into its label.
  constructor(host, { x, y, width, height }) {
    this.x = x;
    this.y = y;
    this.left = 58;
    this.right = width - 8;
    this.top = 8;
    this.bottom = height - 38;
    this.svg = svgElement("svg", {
      class: "explorable-plane",
      viewBox: `0 0 ${width} ${height}`,
      // Pictures beside each other share the room by their widths, so their letters are alike.
      style: `flex: ${width} 1 ${0.62 * width}px; max-width: ${width}px`,
      "aria-hidden": "true",
    });
    this.layers = {};
    this.clip = `explorable-clip-${(Plane.count += 1)}`;
    this.drawFrame();
    host.append(this.svg);
  }

  toX(value) {
    const share = (value - this.x.from) / (this.x.to - this.x.from);
    return this.left + share * (this.right - this.left);
  }

  toY(value) {
    const share = (value - this.y.from) / (this.y.to - this.y.from);
    return this.bottom - share * (this.bottom - this.top);
  }

  drawFrame() {
    const { left, top, svg } = this;
    const box = { x: left, y: top, width: this.right - left, height: this.bottom - top };
    const clip = svgElement("clipPath", { id: this.clip });
    clip.append(svgElement("rect", box));
    svg.append(clip);
    this.inside = svgElement("g", { "clip-path": `url(#${this.clip})` });
    svg.append(this.inside, svgElement("rect", { ...box, class: "explorable-frame" }));
    const plain = (tick) => inWords(tick, 1).replace(".0", "");
    const write = (axis, tick) => (axis.write ?? plain)(tick);
    for (const tick of this.x.ticks) {
      const at = { x: this.toX(tick), y: this.bottom + 15, "text-anchor": "middle" };
      svg.append(svgElement("text", at, write(this.x, tick)));
    }
    for (const tick of this.y.ticks) {
      const at = { x: left - 6, y: this.toY(tick) + 4, "text-anchor": "end" };
      svg.append(svgElement("text", at, write(this.y, tick)));
    }
    const middle = (this.top + this.bottom) / 2;
    const under = { x: (left + this.right) / 2, y: this.bottom + 32, "text-anchor": "middle" };
    const beside = { "text-anchor": "middle", transform: `translate(11 ${middle}) rotate(-90)` };
    svg.append(svgElement("text", under, this.x.name), svgElement("text", beside, this.y.name));
  }

  // Layers lie on each other in the order in which they are first drawn; drawing one again
  // replaces what it held.
  draw(layer, elements) {
    if (!(layer in this.layers)) {
      this.layers[layer] = svgElement("g", { class: `explorable-${layer}` });
      this.inside.append(this.layers[layer]);
    }
    this.layers[layer].replaceChildren(...elements);
  }

  path(points, style = "") {
    // Far outside, an SVG's coordinates lose their precision: there the frame clips anyhow.
    const bounded = (value) => Math.max(-1e4, Math.min(1e4, value)).toFixed(2);
    const steps = points.map(([x, y]) => `${bounded(this.toX(x))} ${bounded(this.toY(y))}`);
    return svgElement("path", { d: steps.length ? `M${steps.join("L")}` : "", class: style });
  }

  // Circles are of class 0, squares of class 1, as in the book's figures.
  mark([x, y], value, size = 4) {
    const [centre, middle] = [this.toX(x), this.toY(y)];
    if (value === 0) {
      return svgElement("circle", { cx: centre, cy: middle, r: size, class: "explorable-class-0" });
    }
    const corner = { x: centre - size, y: middle - size, width: 2 * size, height: 2 * size };
    return svgElement("rect", { ...corner, class: "explorable-class-1" });
  }
}

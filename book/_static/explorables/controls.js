// What a reader moves: sliders, choices and a button that plays; and the line that says what is
// shown, which readers who do not see the picture hear.
function htmlElement(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// A number with so many digits after the point, and with a minus sign, not a hyphen. What rounds to
// zero is written without a sign.
function inWords(value, digits) {
  const written = value.toFixed(digits);
  return Number(written) === 0 ? written.replace("-", "") : written.replace("-", "−");
}

// A slider with its name and its value in words; `changed` is called with each new value.
function slider({ name, from, to, step, start, write, changed }) {
  // Readers who do not see it hear it as the slider's value, so it is no part of the name, too.
  const value = htmlElement("span", { className: "explorable-value", ariaHidden: "true" });
  // A browser that put back the value of the last visit would do so after the picture is drawn.
  const input = htmlElement("input", { type: "range", min: from, max: to, step, autocomplete: "off" });
  input.value = start;
  const show = () => {
    value.textContent = write(Number(input.value));
    input.setAttribute("aria-valuetext", value.textContent);
  };
  input.addEventListener("input", () => {
    show();
    changed();
  });
  show();
  return {
    element: htmlElement("label", { className: "explorable-slider" }, name, input, value),
    input,
    get value() {
      return Number(input.value);
    },
    set value(number) {
      input.value = number;
      show();
      changed();
    },
    get atEnd() {
      return Number(input.value) >= Number(input.max);
    },
  };
}

// Names of which one is chosen.
function choice({ name, options, changed }) {
  const select = htmlElement("select", { autocomplete: "off" });
  select.append(...options.map((one) => new Option(one)));
  select.addEventListener("change", changed);
  return {
    element: htmlElement("label", { className: "explorable-choice" }, name, select),
    get value() {
      return select.value;
    },
  };
}

function button(name, pressed) {
  const element = htmlElement("button", { type: "button" }, name);
  element.addEventListener("click", pressed);
  return { element };
}

// A button that moves a slider on, a step every tenth of a second, until its end or until the reader
// takes the slider. It starts only when it is pressed, so it needs no exception for readers who want
// less motion. Ten sentences a second cannot be heard: only the last one is read out.
function player(moved, words) {
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    playing.element.textContent = "Play";
    words.heard = true;
  };
  moved.input.addEventListener("input", stop);
  const playing = button("Play", () => {
    if (timer !== null) {
      stop();
      return;
    }
    if (moved.atEnd) {
      moved.value = 0;
    }
    playing.element.textContent = "Pause";
    words.heard = false;
    timer = setInterval(() => {
      moved.value += 1;
      if (moved.atEnd) {
        stop();
      }
    }, 100);
  });
  return playing;
}

// The sentence below the picture. It is read out when it changes.
function statement() {
  const element = htmlElement("p", { className: "explorable-statement" });
  element.setAttribute("role", "status");
  return {
    element,
    set text(words) {
      element.textContent = words;
    },
    // What was written unheard is written once more when it is to be heard.
    set heard(isHeard) {
      element.setAttribute("aria-live", isHeard ? "polite" : "off");
      if (isHeard) {
        element.textContent = element.textContent;
      }
    },
  };
}

// Rows of cells below a row of heads; one row can be the chosen one.
function numbersTable(heads, rows, chosen) {
  const line = (cells, tag) =>
    htmlElement("tr", {}, ...cells.map((cell) => htmlElement(tag, {}, String(cell))));
  const body = rows.map((cells) => line(cells, "td"));
  body[chosen]?.classList.add("explorable-chosen");
  return htmlElement(
    "table",
    { className: "explorable-table" },
    htmlElement("thead", {}, line(heads, "th")),
    htmlElement("tbody", {}, ...body),
  );
}

function controls(...parts) {
  const elements = parts.map(({ element }) => element);
  return htmlElement("div", { className: "explorable-controls" }, ...elements);
}

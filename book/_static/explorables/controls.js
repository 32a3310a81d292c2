// What a reader moves: sliders, choices and a button that plays; and the line that says what is
// shown, which readers who do not see the picture hear.
function htmlElement(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// A number with so many digits after the point, and with a minus sign, not a hyphen.
function inWords(value, digits) {
  return value.toFixed(digits).replace("-", "−");
}

// A slider with its name and its value in words; `changed` is called with each new value.
function slider({ name, from, to, step, start, write, changed }) {
  const value = htmlElement("span", { className: "explorable-value" });
  const input = htmlElement("input", { type: "range", min: from, max: to, step });
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
  const select = htmlElement("select", {}, ...options.map((one) => new Option(one)));
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

// A button that moves a slider on, a step every tenth of a second, until its end. It starts only
// when it is pressed, so it needs no exception for readers who want less motion.
function player(moved) {
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    playing.element.textContent = "Play";
  };
  const playing = button("Play", () => {
    if (timer !== null) {
      stop();
      return;
    }
    if (moved.atEnd) {
      moved.value = 0;
    }
    playing.element.textContent = "Pause";
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
  };
}

function controls(...parts) {
  const elements = parts.map(({ element }) => element);
  return htmlElement("div", { className: "explorable-controls" }, ...elements);
}

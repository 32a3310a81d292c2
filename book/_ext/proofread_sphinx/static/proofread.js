// Shows what a symbol in a formula means: on hover, on tap, and by the arrow keys while the
// formula has the focus. The meanings are read from the list "Symbols on this page"; the page is
// complete without this script. It also closes an open badge on Escape or a click elsewhere.
"use strict";

(() => {
  const gloss = document.createElement("div");
  gloss.className = "proofread-gloss";
  gloss.setAttribute("role", "status");
  document.body.append(gloss);
  let active = null;

  function hide() {
    active?.classList.remove("proofread-active");
    active = null;
    gloss.replaceChildren();
  }

  function show(symbol) {
    const term = document.getElementById(`proofread-symbol-${symbol.dataset.symbol}`);
    if (symbol === active || !term) return;
    hide();
    active = symbol;
    symbol.classList.add("proofread-active");
    gloss.append(...[...term.nextElementSibling.children].map((node) => node.cloneNode(true)));
    place(symbol.getBoundingClientRect());
  }

  // Below the symbol, and inside the window.
  function place(box) {
    const room = document.documentElement.clientWidth - gloss.offsetWidth - 8;
    gloss.style.left = `${window.scrollX + Math.max(8, Math.min(box.left, room))}px`;
    gloss.style.top = `${window.scrollY + box.bottom + 6}px`;
  }

  function symbolsOf(formula) {
    return [...formula.querySelectorAll("[data-symbol]")];
  }

  function step(formula, key) {
    const symbols = symbolsOf(formula);
    const position = symbols.indexOf(active);
    const last = symbols.length - 1;
    const next = {
      ArrowRight: Math.min(position + 1, last),
      ArrowLeft: Math.max(position - 1, 0),
      Home: 0,
      End: last,
    }[key];
    if (next === undefined) return false;
    symbols[next].scrollIntoView({ block: "nearest", inline: "nearest" });
    show(symbols[next]);
    return true;
  }

  function listen(formula) {
    formula.tabIndex = 0;
    formula.setAttribute("role", "group");
    formula.setAttribute("aria-label", "Formula. The arrow keys go through its symbols.");
    formula.addEventListener("keydown", (event) => {
      if (step(formula, event.key)) event.preventDefault();
    });
    formula.addEventListener("focus", () => {
      if (formula.matches(":focus-visible")) show(symbolsOf(formula)[0]);
    });
    formula.addEventListener("blur", hide);
  }

  function closeBadges(except) {
    for (const badge of document.querySelectorAll("details.proofread-badge[open]")) {
      if (!badge.contains(except)) badge.open = false;
    }
  }

  document.querySelectorAll(".proofread-equation .katex-display, .proofread-inline > .math")
    .forEach((formula) => { if (symbolsOf(formula).length) listen(formula); });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const symbol = event.target.closest("[data-symbol]");
    if (symbol) show(symbol);
    else if (!gloss.contains(event.target) && !active?.closest(":focus")) hide();
  });

  document.addEventListener("click", (event) => {
    const symbol = event.target.closest("[data-symbol]");
    if (symbol) show(symbol);
    else if (!gloss.contains(event.target)) hide();
    closeBadges(event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hide();
    const badge = document.activeElement.closest("details.proofread-badge[open]");
    if (badge) badge.querySelector("summary").focus();
    closeBadges(null);
  });
})();

// A formula too long for the screen scrolls: then, and only then, it can be reached by keyboard.
// One with a role has glosses and is reached for them.
function letLongFormulasBeReached() {
  for (const formula of document.querySelectorAll(".katex-display:not([role])")) {
    if (formula.scrollWidth > formula.clientWidth) {
      formula.tabIndex = 0;
    } else {
      formula.removeAttribute("tabindex");
    }
  }
}

// When the fonts have come, and with every change of the width.
window.addEventListener("load", letLongFormulasBeReached);
window.addEventListener("resize", letLongFormulasBeReached);

// A figure that its reader moves. Each kind registers how it is drawn into its place in the page
// from the numbers that the chapter's cells computed (book/_ext/explorables.py writes them there).
// These scripts are no modules: a browser refuses modules to a page that is opened from a disk.
const explorables = {
  kinds: {},

  register(kind, draw) {
    explorables.kinds[kind] = draw;
  },

  // Returns what can be asked of a figure: how a test compares its numbers with nnlib's.
  start(place) {
    const data = JSON.parse(place.querySelector("script").textContent);
    const withoutScript = place.querySelector("p");
    place.model = explorables.kinds[place.dataset.kind](place, data);
    // Only now, so that a figure that cannot be drawn leaves no hole.
    withoutScript.remove();
  },
};

// Scripts with `defer` have all run by then.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".explorable").forEach(explorables.start);
});

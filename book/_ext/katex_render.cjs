// Reads one JSON request a line, {"latex", "display"}, and answers each with one JSON line,
// {"html"} or {"error"}. Started by katex_math.py with the path of the KaTeX package; ends with its input.
const katex = require(process.argv[2]);
const lines = require("node:readline").createInterface({ input: process.stdin });

// Glosses mark symbols with \htmlData; links, images and everything else that reaches out stay off.
const trust = (context) => context.command === "\\htmlData";
// With `trust`, strict mode would still object to \htmlData; any other lapse is an error.
const strict = (code) => (code === "htmlExtension" ? "ignore" : "error");

lines.on("line", (line) => {
  const { latex, display } = JSON.parse(line);
  let answer;
  try {
    const options = { displayMode: display, output: "htmlAndMathml", throwOnError: true, trust, strict };
    answer = { html: katex.renderToString(latex, options) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});

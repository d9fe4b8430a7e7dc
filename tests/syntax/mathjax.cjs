// MathJax 3 with the packages that come loaded in Obsidian: a JSON list of [LaTeX, displayed] in, for each a pair
// out: what is wrong, empty for what it renders, and its MathML. Errors are thrown rather than drawn.
const packages = ["base", "ams", "amscd", "bbox", "boldsymbol", "braket", "cancel", "cases", "centernot", "color",
  "configmacros", "empheq", "enclose", "extpfeil", "gensymb", "html", "mathtools", "newcommand", "textcomp",
  "textmacros", "unicode", "upgreek"];

async function main() {
  const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const parts = packages.slice(1).map((name) => `[tex]/${name}`);
  const { init } = require("mathjax");
  let MathJax = null;
  const found = [];
  for (const [latex, display] of formulas) {
    // what a formula defines must not reach the next one
    MathJax ??= await init({
      loader: { load: ["input/tex-base", ...parts], require },
      tex: { packages, formatError(_, error) { throw error; } },
    });
    if (/\\(?:def|let|(?:re)?new|Declare)/.test(latex)) MathJax.startup.getComponents();
    try {
      MathJax.texReset(); // labels and numbers
      found.push(["", MathJax.tex2mml(latex, { display })]);
    } catch (error) {
      found.push([String(error.message ?? error), ""]);
    }
    if (/\\(?:def|let|(?:re)?new|Declare)/.test(latex)) MathJax.startup.getComponents();
  }
  process.stdout.write(JSON.stringify(found));
}

main();

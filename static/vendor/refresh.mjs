// Refreshes static/vendor: `npm run assets`. Needed only when a pinned version below changes, or govuk.scss does.
// It installs the packages in a temporary folder, makes the files, and writes manifest.json with their hashes.
// Running the product, its tests and its demo never calls this.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const SASS = "1.108.2";
const LIGHTNING = "1.33.0";
const FIXTURES = join(here, "../../tests/house/govuk_fixtures.json");
const COMPARED = ["button", "checkboxes", "date-input", "error-summary", "input", "radios", "select", "textarea"];
const FONT = "@fontsource/atkinson-hyperlegible-next";

const parts = [
  {
    source: "govuk-frontend", version: "6.3.0", licence: "MIT", folder: "govuk-frontend",
    how: `compiled from ../govuk.scss with sass ${SASS}, less the classes named in refresh.mjs, by lightningcss ${LIGHTNING}`,
    files: { "govuk.css": stylesheet },
  },
  {
    source: "htmx.org", version: "4.0.1", licence: "0BSD", folder: "htmx", how: "as published",
    files: { "htmx.min.js": "dist/htmx.min.js" },
  },
  {
    source: "hash-wasm", version: "4.13.0", licence: "MIT", folder: "hash-wasm",
    how: "dist/argon2.umd.min.js as published, between two lines that make it an ES module",
    files: { "argon2.js": ({ modules }) => asModule(join(modules, "hash-wasm/dist/argon2.umd.min.js")) },
  },
  {
    source: FONT, version: "5.3.0", licence: "OFL-1.1", folder: "fonts", how: "as published",
    files: {
      "atkinson-hyperlegible-next-latin-400.woff2": "files/atkinson-hyperlegible-next-latin-400-normal.woff2",
      "atkinson-hyperlegible-next-latin-700.woff2": "files/atkinson-hyperlegible-next-latin-700-normal.woff2",
    },
  },
];

// Classes that come along with the components above and that no page of ours has: a third of the style sheet.
const UNUSED = [
  /^govuk-(body|heading|caption|link|template|list)(?![a-z])/, /^govuk-summary-card/, /--(xl|l|inverse|start|number|bullet|spaced)$/,
  /__(conditional|divider|start-icon|heading|actions.*)(--\w+)?$/, /--no-(border|actions)$/, /^govuk-table--/, /-focusable$/,
  /letter-spacing$/, /^govuk-(label-wrapper|exit-this-page|frontend-supported)$/, /width-(20|30)$/, /--small-text/,
];
const KEPT = /^govuk-list$/;

function stylesheet({ modules, sass, lightning }) {
  // No charset: sass would write a byte-order mark, which kills the :root rule of a file joined behind another.
  const { css } = sass.compile(join(here, "govuk.scss"), {
    style: "compressed", charset: false, quietDeps: true, loadPaths: [join(modules, "govuk-frontend/dist")],
  });
  const named = new Set([...css.matchAll(/\.(govuk-[\w-]+)/g)].map(([, name]) => name));
  const unusedSymbols = [...named].filter((name) => !KEPT.test(name) && UNUSED.some((pattern) => pattern.test(name)));
  const { code } = lightning.transform({
    filename: "govuk.css", code: Buffer.from(css), minify: true, errorRecovery: true, unusedSymbols,
    targets: { safari: (15 << 16) | (4 << 8), chrome: 105 << 16 }, // without these, media queries older phones cannot read
  });
  return `/* govuk-frontend 6.3.0 (MIT), see LICENSE.txt beside this file. */\n${code}\n`;
}

function asModule(file) {
  return `const exports = {}, module = { exports };\n${readFileSync(file, "utf8").trimEnd()}\n`
    + "export const { argon2id } = exports;\n";
}

// What govuk-frontend itself says its macros must answer: a sample, for tests/house/test_govuk_fixtures.py.
function sample(modules) {
  return COMPARED.flatMap((component) => {
    const file = join(modules, `govuk-frontend/dist/govuk/components/${component}/fixtures.json`);
    const short = JSON.parse(readFileSync(file, "utf8")).fixtures.filter((fixture) => fixture.html.length < 1200);
    return short.slice(0, 5).map(({ name, options, html }) => ({ component, name, options, html }));
  });
}

const work = mkdtempSync(join(tmpdir(), "assets-"));
try {
  const wanted = [...parts.map((part) => `${part.source}@${part.version}`), `sass@${SASS}`, `lightningcss@${LIGHTNING}`];
  console.log(`Installing ${wanted.join(", ")}`);
  execFileSync("npm", ["install", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund", ...wanted], { stdio: "inherit" });
  const modules = join(work, "node_modules");
  const sass = await import(pathToFileURL(join(modules, "sass/sass.node.mjs")).href);
  const lightning = await import(pathToFileURL(join(modules, "lightningcss/node/index.mjs")).href);
  const manifest = [];
  for (const part of parts) {
    const folder = join(here, part.folder);
    mkdirSync(folder, { recursive: true });
    const licenceText = `${part.folder}/LICENSE.txt`;
    // govuk-frontend's package carries no licence file: the text kept here is the one of its repository.
    const shipped = join(modules, part.source, "LICENSE");
    if (existsSync(shipped)) copyFileSync(shipped, join(here, licenceText));
    for (const [name, from] of Object.entries(part.files)) {
      const bytes = typeof from === "string" ? readFileSync(join(modules, part.source, from)) : Buffer.from(from({ modules, sass, lightning }));
      writeFileSync(join(folder, name), bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      manifest.push({
        file: `${part.folder}/${name}`, version: part.version, source: part.source, licence: part.licence,
        licence_text: licenceText, how: part.how, sha256,
      });
      console.log(`${part.folder}/${name}  ${bytes.length} bytes  ${sha256.slice(0, 12)}`);
    }
  }
  writeFileSync(join(here, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(FIXTURES, `${JSON.stringify(sample(modules), null, 1)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

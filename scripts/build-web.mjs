// Builds the playground into dist/server/web, or the folder given: one script, one style sheet, their names with a hash.
// Copies the API's documentation page into dist too.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of the script, gzipped: the page is to open at once. */
const MOST_SCRIPT = 150_000;

/** Packages whose code is in the script. */
const BUNDLED = ["preact", "@preact/signals", "@preact/signals-core", "uplot"];

const root = new URL("../", import.meta.url);
const source = new URL("server/web/", root);
const [, , given] = process.argv;
const target = given === undefined ? new URL("dist/server/web/", root) : pathToFileURL(`${resolve(given)}/`);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("src/main.tsx", source))],
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: ["chrome123", "firefox128", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: "out",
  legalComments: "none",
  logLevel: "warning",
});
const bundled = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.contents;
const files = {
  script: ["app", ".js", bundled(".js")],
  style: ["app", ".css", bundled(".css")],
  icon: ["icon", ".svg", await readFile(new URL("icon.svg", source))],
};

await rm(target, { recursive: true, force: true });
await mkdir(new URL("assets/", target), { recursive: true });
const sizes = [];
let page = await readFile(new URL("index.html", source), "utf8");
for (const [role, [name, extension, content]] of Object.entries(files)) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const path = `assets/${name}-${hash}${extension}`;
  await writeFile(new URL(path, target), content);
  page = page.replace(`{{${role}}}`, `./${path}`);
  sizes.push(`${path}: ${kilobytes(content.length)}, gzipped ${kilobytes(gzipSync(content).length)}`);
}
await writeFile(new URL("index.html", target), page);

// What is bundled is passed on, and so are its licences.
const licences = BUNDLED.map(async (name) => {
  const text = await readFile(new URL(`node_modules/${name}/LICENSE`, root), "utf8");
  return `${name}\n\n${text.trim()}\n`;
});
await writeFile(new URL("assets/licences.txt", target), (await Promise.all(licences)).join("\n\n"));

const docs = new URL("server/docs/", root);
if (given === undefined && existsSync(docs)) {
  await cp(docs, new URL("dist/server/docs/", root), {
    recursive: true,
    filter: (path) => !/\.tsx?$/.test(path),
  });
}

console.log(sizes.join("\n"));
const size = gzipSync(files.script[2]).length;
if (size > MOST_SCRIPT) {
  console.error(`The page's script has ${kilobytes(size)}, gzipped; at most ${kilobytes(MOST_SCRIPT)} are allowed.`);
  process.exitCode = 1;
}

function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

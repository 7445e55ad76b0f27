// Judges a corpus with the browser's verifier: `node judge.mjs VERIFIER CORPUS` prints one word, or "-", a line.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [verifier, corpus] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(verifier).href);
for await (const line of createInterface({ input: createReadStream(corpus) })) {
  const { file, expected } = JSON.parse(line);
  const verdict = verify(new Uint8Array(Buffer.from(file, "base64")), expected);
  process.stdout.write(`${verdict.ok ? "-" : verdict.word}\n`);
}

// Judges a corpus with the browser's verifier: `node judge.mjs VERIFIER CORPUS` prints one word, or "-", a line.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [verifier, corpus] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(verifier).href);

/** The word, "-" where the file is believed, "crash" where the verifier says nothing. */
function word(file, expected) {
  try {
    const verdict = verify(file, expected);
    return verdict.ok ? "-" : verdict.word;
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    return "crash";
  }
}

for await (const line of createInterface({ input: createReadStream(corpus) })) {
  const { file, expected } = JSON.parse(line);
  process.stdout.write(`${word(new Uint8Array(Buffer.from(file, "base64")), expected)}\n`);
}

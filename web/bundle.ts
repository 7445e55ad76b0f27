/** The list of the built app's files with their SHA-256, in the form that `sha256sum -c` reads; its own hash is logged. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const MANIFEST = "manifest.sha256";

function filesOf(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below ? `${below}/${entry.name}` : entry.name;
    return entry.isDirectory() ? filesOf(folder, name) : [name];
  });
}

/** One line a file, ordered by the bytes of its path, so that the same files always give the same list. */
export function manifestOf(folder: string): string {
  const names = filesOf(folder).filter((name) => name !== MANIFEST);
  names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const line = (name: string) =>
    `${createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex")}  ${name}\n`;
  return names.map(line).join("");
}

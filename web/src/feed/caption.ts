/** A caption as pieces: words, hashtags and mentions that are links, and nothing that could be markup. */

export type Piece = { text: string; href?: string };

const MARK = /(^|[\s(])([#@])([\p{L}\p{N}_][\p{L}\p{N}_.]*)/gu;

/** The pieces of a caption in order. Only people the server recognised become links. */
export function pieces(caption: string, mentioned: readonly string[]): Piece[] {
  const known = new Set(mentioned.map((handle) => handle.toLowerCase()));
  const found: Piece[] = [];
  let end = 0;
  for (const hit of caption.matchAll(MARK)) {
    const [, before = "", sign = "", rest = ""] = hit;
    // A full stop after a tag ends the sentence, not the tag.
    const name = rest.replace(/\.+$/, "");
    if (sign === "@" && !known.has(name.toLowerCase())) continue;
    const start = hit.index + before.length;
    if (start > end) found.push({ text: caption.slice(end, start) });
    const href = sign === "#" ? `/t/${encodeURIComponent(name.toLowerCase())}` : `/@${name.toLowerCase()}`;
    found.push({ text: sign + name, href });
    end = start + sign.length + name.length;
  }
  if (end < caption.length) found.push({ text: caption.slice(end) });
  return found;
}

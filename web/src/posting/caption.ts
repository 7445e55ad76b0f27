// Owns how a caption is read: which of its words are hashtags and mentions, and how many characters it counts.

export type CaptionPart =
  | { kind: "text"; text: string }
  | { kind: "tag"; text: string; name: string }
  | { kind: "mention"; text: string; name: string };

// The same rules as the server's, which has the last word. A mark opens a tag only at the start of a word, so that "a#b"
// and "me@example.org" stay text.
const TAG = /(?<![\p{L}\p{M}\p{N}_&/#＃])[#＃]([\p{L}\p{M}\p{N}_\u200c\u200d]{1,60})/u;
const MENTION = /(?<![\p{L}\p{M}\p{N}_@./])[@＠]([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)(?![\p{L}\p{N}_@])/u;
const MARKED = new RegExp(`${TAG.source}|${MENTION.source}`, "gu");

/** The caption cut into plain text, hashtags and mentions; joined again, the parts are the caption. */
export function captionParts(caption: string): CaptionPart[] {
  const parts: CaptionPart[] = [];
  let end = 0;
  for (const match of caption.matchAll(MARKED)) {
    const part = marked(match);
    if (part === null) continue;
    if (match.index > end) parts.push({ kind: "text", text: caption.slice(end, match.index) });
    parts.push(part);
    end = match.index + match[0].length;
  }
  if (end < caption.length) parts.push({ kind: "text", text: caption.slice(end) });
  return parts;
}

function marked(match: RegExpMatchArray): CaptionPart | null {
  const [text, tag, handle] = match;
  if (handle !== undefined) return { kind: "mention", text, name: handle.toLowerCase() };
  // A number alone ("#1") is a place in a list, not a subject.
  if (tag === undefined || !/\p{L}/u.test(tag)) return null;
  return { kind: "tag", text, name: tag.normalize("NFKC").toLowerCase() };
}

/** Where a part leads; null for plain text, and for a mention of somebody whom the server does not know (`known`: handles). */
export function hrefOf(part: CaptionPart, known?: readonly string[]): string | null {
  if (part.kind === "tag") return `/t/${encodeURIComponent(part.name)}`;
  if (part.kind === "text") return null;
  const missing = known !== undefined && !known.some((handle) => handle.toLowerCase() === part.name);
  return missing ? null : `/@${part.name}`;
}

/** The hashtags of a caption, each once, without their mark and in lower case. */
export function captionTags(caption: string): string[] {
  const names = captionParts(caption).flatMap((part) => (part.kind === "tag" ? [part.name] : []));
  return [...new Set(names)];
}

/** How many characters a caption counts: code points, so that one emoji is not two. */
export function captionLength(caption: string): number {
  return [...caption].length;
}

/** Which screen an address means. Pure, so that it can be tested without a browser. */

export type Params = Record<string, string>;

/** The parameters when the path fits the pattern, else null. `:name` takes one segment, `*` the rest. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  const params: Params = {};
  for (const [index, part] of wanted.entries()) {
    if (part === "*") return { ...params, rest: given.slice(index).join("/") };
    const value = given[index];
    if (value === undefined) return null;
    const at = part.indexOf(":");
    if (at < 0 && part !== value) return null;
    if (at < 0) continue;
    const head = part.slice(0, at);
    if (!value.startsWith(head) || value.length === head.length) return null;
    params[part.slice(at + 1)] = decodeURIComponent(value.slice(head.length));
  }
  return wanted.length === given.length ? params : null;
}

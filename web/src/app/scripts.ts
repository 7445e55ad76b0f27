/** Who vouches for a script's address: Trusted Types ask, and this one policy vouches for our own built files only. */

type Policy = { createScriptURL(url: string): unknown };
type Factory = { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy };

const OWN = /^\/(?:sw\.js|assets\/built\/[\w.-]+\.js)$/;
const BUILT = import.meta.env.PROD;

let policy: Policy | null = null;

function vouched(url: string): string {
  if (BUILT && !OWN.test(url)) throw new TypeError("Only scripts of this app are loaded by address.");
  return url;
}

/** The address of one of our own scripts, in the form that a browser with Trusted Types takes. Throws TypeError. */
export function scriptAddress(url: string): string {
  const factory = (globalThis as unknown as { trustedTypes?: Factory }).trustedTypes;
  if (!factory) return vouched(url);
  policy ??= factory.createPolicy("plainview", { createScriptURL: vouched });
  return policy.createScriptURL(url) as string;
}

/** Where to go after coming in. */

/** The wanted address when it is one of our own, else the feed: a link must not send people elsewhere. */
export function safeReturn(wanted: string | null): string {
  if (!wanted?.startsWith("/") || /^\/[/\\]/.test(wanted) || /[\p{Cc}\\]/u.test(wanted)) return "/";
  return wanted;
}

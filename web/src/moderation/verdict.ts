/** How a verdict names who gave it. */

import type { Verdict } from "../api/types";
import type { MessageKey, Values } from "../i18n/t.svelte";

/** The words for who decided: the reader, a colleague by handle, or somebody whose account is gone. */
export function judgeOf(verdict: Verdict, mine: string | undefined): { key: MessageKey; values: Values } {
  if (verdict.by === null) return { key: "moderation.by_gone", values: {} };
  if (verdict.by === mine) return { key: "moderation.by_you", values: {} };
  return { key: "moderation.by", values: { handle: verdict.by } };
}

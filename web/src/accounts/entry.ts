// Owns the steps of coming in: signing in or up, by passkey or by password, as a plain machine that the panel draws.

export type Way = "passkey" | "password";
export type Entry =
  | { step: "choose"; mode: "in" | "up"; error: string | null }
  | { step: "password"; mode: "in"; error: string | null }
  | { step: "details"; mode: "up"; error: string | null; fields: Record<string, string> }
  | { step: "busy"; mode: "in" | "up"; way: Way; from: "choose" | "password" | "details" }
  | { step: "done" };

export type EntryEvent =
  | { type: "mode"; mode: "in" | "up" }
  | { type: "password" }
  | { type: "back" }
  | { type: "send"; way: Way }
  | { type: "refused"; error: string; fields?: Record<string, string> }
  | { type: "cancelled" }
  | { type: "accepted" };

/** Where the panel begins: signing up asks for details at once, signing in offers the passkey first. */
export function entryFor(mode: "in" | "up"): Entry {
  return mode === "in"
    ? { step: "choose", mode, error: null }
    : { step: "details", mode: "up", error: null, fields: {} };
}

/** The next step; an event that does not fit the step changes nothing, so that a double press is harmless. */
export function entryAfter(entry: Entry, event: EntryEvent): Entry {
  if (entry.step === "done") return entry;
  switch (event.type) {
    case "mode":
      return entry.step === "busy" ? entry : entryFor(event.mode);
    case "password":
      return entry.step === "choose" ? { step: "password", mode: "in", error: null } : entry;
    case "back":
      return entry.step === "busy" ? entry : entryFor(entry.mode);
    case "send":
      return entry.step === "busy"
        ? entry
        : { step: "busy", mode: entry.mode, way: event.way, from: entry.step };
    case "accepted":
      return entry.step === "busy" ? { step: "done" } : entry;
    case "cancelled":
      return entry.step === "busy" ? returned(entry, null, {}) : entry;
    case "refused":
      return entry.step === "busy" ? returned(entry, event.error, event.fields ?? {}) : entry;
  }
}

function returned(
  entry: Extract<Entry, { step: "busy" }>,
  error: string | null,
  fields: Record<string, string>,
): Entry {
  if (entry.from === "details") return { step: "details", mode: "up", error, fields };
  if (entry.from === "password") return { step: "password", mode: "in", error };
  return { step: "choose", mode: entry.mode, error };
}

// Owns what the form can say about a handle and a password before the server is asked. The server decides.

export type HandleVerdict = "ok" | "empty" | "too_short" | "too_long" | "letters";
export type PasswordVerdict = "ok" | "empty" | "too_short" | "too_long" | "handle_inside";

export const HANDLE_CHARS_MIN = 3;
export const HANDLE_CHARS_MAX = 24;
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 200;

/** A handle as the server will keep it: without the @, in the person's own writing. */
export function handleText(typed: string): string {
  return typed.trim().replace(/^@/, "");
}

/** What is to be said about a handle as typed. */
export function handleVerdict(typed: string): HandleVerdict {
  const handle = handleText(typed);
  if (handle === "") return "empty";
  if (!/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/.test(handle) || /^\d+$/.test(handle)) return "letters";
  if (handle.length < HANDLE_CHARS_MIN) return "too_short";
  if (handle.length > HANDLE_CHARS_MAX) return "too_long";
  return "ok";
}

/** What is to be said about a password. No rule about kinds of characters; the handle in it does not count. */
export function passwordVerdict(password: string, handle: string): PasswordVerdict {
  if (password === "") return "empty";
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN) return "too_short";
  if (length > PASSWORD_CHARS_MAX) return "too_long";
  const name = handleText(handle).toLowerCase();
  const rest = name === "" ? password : password.toLowerCase().replaceAll(name, "");
  return rest.length < length && rest.length < PASSWORD_CHARS_MIN ? "handle_inside" : "ok";
}

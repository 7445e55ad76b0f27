/** Following, blocking and hiding people: asked of the server, told to the person, with a way back where there is one. */

import { askAccount } from "../accounts/gate.svelte";
import { del, put, sentence } from "../api/client";
import type { Followed, Follows } from "../api/types";
import { toast } from "../design/toasts.svelte";
import { wishes } from "../events/wishes";
import { aboutFollow } from "../feed/wished";
import { t } from "../i18n/t.svelte";

/** What the button will show before the server has answered. */
export const expected = (before: Follows, isPrivate: boolean): Follows => {
  if (before !== "no") return "no";
  return isPrivate ? "requested" : "yes";
};

/** Follows or stops following; `show` is called at once with what is expected, then with the server's word. */
export async function turnFollow(
  person: { handle: string; is_private: boolean; follows: Follows },
  show: (follows: Follows) => void,
): Promise<void> {
  if (!(await askAccount("follow"))) return;
  const before = person.follows;
  show(expected(before, person.is_private));
  try {
    const method = before === "no" ? "PUT" : "DELETE";
    const path = `/api/people/${person.handle}/follow`;
    show((await wishes.wish<Followed>(aboutFollow(person.handle), method, path)).follows);
  } catch (error) {
    show(before);
    toast(sentence(error));
  }
}

/** Blocks or unblocks a person; true when it is done. */
export async function turnBlock(handle: string, block: boolean): Promise<boolean> {
  if (!(await askAccount("other"))) return false;
  try {
    await (block ? put : del)(`/api/people/${handle}/block`);
    toast(t(block ? "profile.blocked" : "profile.unblocked", { handle }), { about: `block ${handle}` });
    return true;
  } catch (error) {
    toast(sentence(error));
    return false;
  }
}

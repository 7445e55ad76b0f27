/** What a person wished of the server (a like, a follow, a comment): kept where a reload cannot lose it, sent until it is answered. */

import { session } from "../accounts/session.svelte";
import { whenBack } from "../api/back";
import { ApiError, call, sentence } from "../api/client";
import { toast } from "../design/toasts.svelte";
import { t } from "../i18n/t.svelte";
import { drafts } from "./drafts.svelte";
import { freshId } from "./events";
import { EventQueue, type Answer, type Store } from "./queue";
import { lastingStore, passingStore } from "./store";

const EVERY_MS = 2000;
// What stands before the server, or the server itself, says with these that it cannot just now.
const LATER = new Set([429, 502, 503, 504]);

/** A wish: doing it twice is doing it once, where the server is told that it comes again. `about` is what it settles:
 *  a newer wish about the same replaces it. */
export type Wished = {
  id: string;
  about: string;
  person: string;
  method: "PUT" | "DELETE" | "POST";
  path: string;
  at_ms?: number;
  body?: Said;
};
/** What was written. */
export type Said = { text: string; parent_id?: string };
type Waiting = { kept: (answer: unknown) => void; refused: (error: unknown) => void };
/** The server and the person, as a wish meets them. */
export type World = {
  ask: (wished: Wished, again: boolean) => Promise<unknown>;
  /** Who is here: an id, "" for a guest, null while it is not known. */
  person: () => string | null;
  /** Says that a wish of an earlier page was refused. */
  tell: (error: unknown) => void;
  /** Keeps what was written in a wish that was refused, and says so. */
  keep: (wished: Wished, said: Said, error: unknown) => void;
};

const waits = (error: unknown): boolean =>
  error instanceof ApiError && (error.away || LATER.has(error.status));

export class Wishes {
  readonly #queue: EventQueue<Wished>;
  readonly #world: World;
  readonly #waiting = new Map<string, Waiting>();
  /** Those that were never sent: of all others the answer may have been lost. */
  readonly #unsent = new Set<string>();

  constructor(store: Store<Wished>, world: World) {
    this.#world = world;
    this.#queue = new EventQueue(store, (wishes) => this.#send(wishes));
  }

  /** The server's answer, however long it is away; throws what it refused the wish with.
   *  One that a newer wish replaced before it was sent is never answered. */
  wish<T>(about: string, method: Wished["method"], path: string, body?: Said): Promise<T> {
    const wished: Wished = {
      ...{ id: freshId(), about, person: this.#world.person() ?? "", method, path, at_ms: Date.now() },
      ...(body && { body }),
    };
    this.giveUp(about);
    this.#unsent.add(wished.id);
    const answer = this.answer<T>(wished);
    this.#queue.add(wished);
    void this.flush();
    return answer;
  }

  /** The server's answer to a wish that waits, of this page or an earlier one. Who asked before is answered no more. */
  answer<T>(wished: Wished): Promise<T> {
    return new Promise<T>((kept, refused) =>
      this.#waiting.set(wished.id, { kept: kept as Waiting["kept"], refused }),
    );
  }

  /** Lets go of what waits. */
  giveUp(about: string): void {
    this.#waiting.delete(this.pending(about)?.id ?? "");
    this.#queue.drop((one) => one.about === about);
  }

  /** What this person wished about something and the server has not answered yet. */
  pending(about: string): Wished | undefined {
    return this.pendingAll((one) => one === about).at(-1);
  }

  /** All that this person wished about such things and the server has not answered yet, oldest first. */
  pendingAll(fits: (about: string) => boolean): Wished[] {
    return this.#queue.all((one) => fits(one.about) && one.person === this.#world.person());
  }

  /** Whether nothing waits. */
  get none(): boolean {
    return this.#queue.waiting === 0;
  }

  /** Milliseconds until the next try. */
  get pause_ms(): number {
    return this.#queue.pause_ms;
  }

  /** Takes back what an earlier page left behind. */
  restore = (): Promise<void> => this.#queue.restore();

  /** Sends what waits, once it is known who is here. */
  async flush(): Promise<void> {
    if (this.#world.person() !== null) await this.#queue.flush();
  }

  async #send(wishes: Wished[]): Promise<Answer> {
    const accepted: string[] = [];
    for (const wished of wishes) {
      if (!(await this.#settled(wished))) break;
      accepted.push(wished.id);
    }
    return { accepted };
  }

  // Somebody else's wish is nobody's now.
  async #settled(wished: Wished): Promise<boolean> {
    const again = !this.#unsent.delete(wished.id);
    try {
      if (wished.person === this.#world.person()) {
        const answer = await this.#world.ask(wished, again);
        this.#waiting.get(wished.id)?.kept(answer);
      }
    } catch (error) {
      if (waits(error)) {
        whenBack(error, () => void this.flush());
        return false;
      }
      const asker = this.#waiting.get(wished.id);
      if (wished.body) this.#world.keep(wished, wished.body, error);
      else if (!asker) this.#world.tell(error);
      asker?.refused(error);
    }
    this.#waiting.delete(wished.id);
    return true;
  }
}

/** The wishes of this tab. */
export const wishes = new Wishes(
  typeof indexedDB === "undefined" ? passingStore() : lastingStore("plainview.wishes"),
  {
    ask: ({ method, path, body }, again) => call(method, path, body && { ...body, again }),
    person: () => (session.ready ? (session.me?.id ?? "") : null),
    tell: (error) => toast(t("wish.refused", { why: sentence(error) }), { tone: "harm" }),
    keep: ({ id, path, person }, said, error) => {
      const why = sentence(error);
      drafts.keep({ id, path, person, ...said, why });
      toast(t("wish.kept", { why }), { tone: "harm" });
    },
  },
);

async function loop(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY_MS, wishes.pause_ms)));
    if (navigator.onLine) await wishes.flush();
  }
}

/** Starts sending what waits: what an earlier page left, and at once when there is a connection again. */
export function startWishes(): void {
  void Promise.all([drafts.restore(), wishes.restore()]).then(loop);
  addEventListener("online", () => void wishes.flush());
}

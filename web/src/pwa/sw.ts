/** The service worker: built files from the cache, pages from the network, one page for when there is none.
 *  Videos and API answers never pass through it. */

type Fetching = Event & { request: Request; respondWith(answer: Promise<Response>): void };
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Worker = {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", run: (event: Lasting) => void): void;
  addEventListener(name: "fetch", run: (event: Fetching) => void): void;
  addEventListener(name: "message", run: (event: MessageEvent) => void): void;
};
const worker = globalThis as unknown as Worker;

const PAGES = "plainview-pages-5";
const FILES = "plainview-files-2";
const FILES_MAX = 160;
const OFFLINE = "/offline";
const KEPT = [OFFLINE, "/assets/offline.css", "/assets/offline.js", "/assets/mark.svg"];
// What stands before the server says these of a server that is starting.
const AWAY = [502, 503, 504];

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(PAGES)
      .then((cache) => cache.addAll(KEPT.map((path) => new Request(path, { cache: "reload" })))),
  );
});

worker.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => worker.clients.claim())));

worker.addEventListener("message", (event) => {
  if (event.data === "use-new") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(orKept(request, OFFLINE));
  else if (pathname.startsWith("/assets/built/")) event.respondWith(file(request));
  else if (KEPT.includes(pathname)) event.respondWith(orKept(request, pathname));
});

async function orKept(request: Request, kept: string): Promise<Response> {
  const answer = await fetch(request).catch(() => Response.error());
  if (answer.type !== "error" && !AWAY.includes(answer.status)) return answer;
  return (await caches.match(kept)) ?? answer;
}

// Built files carry a hash in their name, so one that is here never changes.
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(FILES);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function tidy(): Promise<void> {
  for (const name of await caches.keys()) if (name !== PAGES && name !== FILES) await caches.delete(name);
  const cache = await caches.open(FILES);
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - FILES_MAX))) await cache.delete(request);
}

export {};

/** Installs the service worker, and offers a new version when one is ready. */

import { toast } from "../design";
import { t } from "../i18n/t.svelte";

type Policy = { createScriptURL(url: string): unknown };
type Factory = { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy };

const WORKER = "/sw.js";

// Trusted Types ask who vouches for a script's address; this policy vouches for one address only.
function address(): string {
  const factory = (window as unknown as { trustedTypes?: Factory }).trustedTypes;
  if (!factory) return WORKER;
  const policy = factory.createPolicy("plainview", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("Only the service worker is loaded by address.");
      return url;
    },
  });
  return policy.createScriptURL(WORKER) as string;
}

function offer(waiting: ServiceWorker): void {
  const run = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("use-new");
  };
  toast(t("pwa.update"), { action: { label: t("pwa.reload"), run }, life_ms: 20_000 });
}

async function install(): Promise<void> {
  const registration = await navigator.serviceWorker.register(address(), { scope: "/" });
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh?.addEventListener("statechange", () => {
      if (fresh.state === "installed" && navigator.serviceWorker.controller) offer(fresh);
    });
  });
}

/** Starts the service worker after the first page is up, so that it takes nothing from the first video. */
export function startPwa(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV || location.pathname.startsWith("/embed/"))
    return;
  addEventListener("load", () =>
    setTimeout(() => {
      // Without a worker the app works all the same; only the offline page is missing.
      install().catch((error: unknown) => console.info("No service worker:", error));
    }, 3000),
  );
}

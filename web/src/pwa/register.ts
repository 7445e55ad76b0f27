/** Installs the service worker, and offers a new version when one is ready. */

import { scriptAddress } from "../app/scripts";
import { toast } from "../design";
import { t } from "../i18n/t.svelte";

const WORKER = "/sw.js";

function offer(waiting: ServiceWorker): void {
  const run = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("use-new");
  };
  toast(t("pwa.update"), { action: { label: t("pwa.reload"), run }, life_ms: 20_000 });
}

async function install(): Promise<void> {
  const registration = await navigator.serviceWorker.register(scriptAddress(WORKER), { scope: "/" });
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

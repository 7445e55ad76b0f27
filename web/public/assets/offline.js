/* Says whether it is the network or Plainview that is away, and loads the page again once Plainview answers. */
const EVERY_MS = 2000;

function tell() {
  const when = navigator.onLine ? "away" : "offline";
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== when;
}

async function ask() {
  const answer = navigator.onLine && (await fetch("/healthz", { cache: "no-store" }).catch(() => null));
  if (answer && answer.ok) location.reload();
  else setTimeout(ask, EVERY_MS);
}

tell();
addEventListener("online", tell);
addEventListener("offline", tell);
// Behind the address stands what the person wanted; only behind /offline itself there is nothing.
if (location.pathname !== "/offline") setTimeout(ask, EVERY_MS);

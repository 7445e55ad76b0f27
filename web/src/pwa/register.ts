/** Installs the service worker. */

export function startPwa(): void {}

/** Watch events on their way to the server. */

export function startEvents(): void {}

/** The service worker. */
export {};

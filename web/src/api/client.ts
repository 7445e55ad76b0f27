/** The one way to the server: typed JSON over fetch, problems as sentences, reads tried again. */

import { learning } from "../events/learning.svelte";
import { t } from "../i18n/t.svelte";
import { told } from "./problems";
import type { Problem } from "./types";

/** What the server (or the lack of one) answered, as a sentence for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;

  constructor(status: number, code: string, detail: string, fields: Record<string, string> = {}) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** True when nothing reached the server, so that trying again later makes sense. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** True when no server of ours answered: none did, or what stands before it said so in words of its own. */
  get away(): boolean {
    return this.offline || this.code === "away";
  }

  /** True when the server asks for an account. */
  get needsAccount(): boolean {
    return this.status === 401;
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;
export type CallOptions = { query?: Query; signal?: AbortSignal; keepalive?: boolean };

// A server starts again in a few seconds. One that answers that it cannot just now is asked twice more.
const PAUSES_MS = [300, 700, 1500, 2500, 2500, 2500];
const REFUSED_PAUSES_MAX = 2;
const AWAY = new Set([502, 503, 504]);

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function address(path: string, query?: Query): string {
  if (!query) return path;
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

async function problem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const given = (body ?? {}) as Partial<Problem>;
  if (!given.code && AWAY.has(response.status)) return new ApiError(response.status, "away", t("error.away"));
  const { sentence, fields } = told(given);
  return new ApiError(response.status, given.code ?? `http_${response.status}`, sentence, fields);
}

async function once(method: string, url: string, body: unknown, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "x-plainview": "1",
    ...learning.headers,
  };
  const raw = body instanceof Blob || typeof body === "string";
  if (body instanceof Blob) headers["content-type"] = body.type;
  else if (typeof body === "string") headers["content-type"] = "text/vtt";
  else if (body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = raw ? (body as Blob | string) : JSON.stringify(body);
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw navigator.onLine
      ? new ApiError(0, "away", t("error.away"))
      : new ApiError(0, "offline", t("error.offline"));
  }
}

/** How often one more try makes sense after this. */
function tries(error: unknown): number {
  if (!(error instanceof ApiError) || !navigator.onLine) return 0;
  if (error.away) return PAUSES_MS.length;
  return AWAY.has(error.status) ? REFUSED_PAUSES_MAX : 0;
}

/** The server's answer as JSON (undefined for 204). Throws ApiError. Reads are tried for about ten seconds. */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<T> {
  const url = address(path, options.query);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await once(method, url, body, options);
      if (!response.ok) throw await problem(response);
      return (response.status === 204 ? undefined : await response.json()) as T;
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      if (method !== "GET" || pause === undefined || attempt >= tries(error)) throw error;
      await wait(pause);
    }
  }
}

/** The server's answer as a file, byte for byte as it came. Throws ApiError. */
export async function file(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await once("GET", path, undefined, signal ? { signal } : {});
  if (!response.ok) throw await problem(response);
  return response.blob();
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call<T>("GET", path, undefined, { ...(query && { query }), ...(signal && { signal }) });
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("POST", path, body);
export const put = <T>(path: string, body: unknown = {}): Promise<T> => call<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, body);
export const del = <T = void>(path: string, body?: unknown): Promise<T> => call<T>("DELETE", path, body);

/** The sentence to show for anything thrown. */
export const sentence = (error: unknown): string =>
  error instanceof Error ? error.message : t("error.server");

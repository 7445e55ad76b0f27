/** Every address of the app and the screen that answers it. Screens are loaded when first asked for. */

import type { Component } from "svelte";
import { match, type Params } from "./match";

type Load = () => Promise<{ default: Component<Params> }>;
export type Route = {
  pattern: string;
  load: Load;
  /** The entry of the navigation that is lit. */
  nav?: "feed" | "following" | "upload" | "inbox" | "saved" | "settings" | "studio" | "moderation";
  /** True for screens that fill the window with video. */
  stage?: boolean;
  /** True for screens without navigation. */
  bare?: boolean;
};

// A screen takes its parameters as props; the cast says that once instead of in every screen.
const screen = (load: () => Promise<{ default: unknown }>): Load => load as Load;

export const routes: Route[] = [
  { pattern: "/", load: screen(() => import("../feed/FeedScreen.svelte")), nav: "feed", stage: true },
  {
    pattern: "/following",
    load: screen(() => import("../feed/FeedScreen.svelte")),
    nav: "following",
    stage: true,
  },
  { pattern: "/@:handle/video/:id", load: screen(() => import("../feed/VideoScreen.svelte")), stage: true },
  {
    pattern: "/embed/:id",
    load: screen(() => import("../feed/EmbedScreen.svelte")),
    stage: true,
    bare: true,
  },
  { pattern: "/@:handle", load: screen(() => import("../profile/ProfileScreen.svelte")) },
  { pattern: "/upload", load: screen(() => import("../posting/UploadScreen.svelte")), nav: "upload" },
  { pattern: "/studio", load: screen(() => import("../studio/StudioScreen.svelte")), nav: "studio" },
  { pattern: "/studio/:id", load: screen(() => import("../studio/StudioItemScreen.svelte")), nav: "studio" },
  { pattern: "/saved", load: screen(() => import("../saved/SavedScreen.svelte")), nav: "saved" },
  { pattern: "/inbox", load: screen(() => import("../inbox/InboxScreen.svelte")), nav: "inbox" },
  {
    pattern: "/settings/*",
    load: screen(() => import("../accounts/SettingsScreen.svelte")),
    nav: "settings",
  },
  { pattern: "/sign-in", load: screen(() => import("../accounts/SignInScreen.svelte")) },
  { pattern: "/topics", load: screen(() => import("../accounts/TopicsScreen.svelte")), bare: true },
  { pattern: "/sign-up", load: screen(() => import("../accounts/SignUpScreen.svelte")) },
  {
    pattern: "/moderation",
    load: screen(() => import("../moderation/ModerationScreen.svelte")),
    nav: "moderation",
  },
  {
    pattern: "/staff/access",
    load: screen(() => import("../staff/AccessScreen.svelte")),
    nav: "moderation",
  },
  {
    pattern: "/transparency/*",
    load: screen(() => import("../transparency/TransparencyScreen.svelte")),
  },
  { pattern: "/about", load: screen(() => import("../about/AboutScreen.svelte")) },
  { pattern: "/t/:tag", load: screen(() => import("../tags/TagScreen.svelte")) },
];

const missing: Route = { pattern: "*", load: screen(() => import("./Missing.svelte")) };

/** The route that answers a path, and what it reads from it; the "nothing here" screen when none does. */
export function find(path: string): { route: Route; params: Params } {
  for (const route of routes) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return { route: missing, params: {} };
}

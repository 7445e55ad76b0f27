/** Starts the app. */

import { mount } from "svelte";
import App from "./app/App.svelte";
import { find } from "./app/routes";
import { startRouter } from "./app/router.svelte";
import "./design/base.css";
import "./design/tokens.css";
import { startEvents } from "./events/events";
import { startWishes } from "./events/wishes";
import { startPwa } from "./pwa/register";

// Most visits begin with a video: its player is fetched beside the screen that needs it, not after it.
if (find(location.pathname).route.stage) void import("hls.js");

startRouter();
startEvents();
startWishes();
startPwa();

const target = document.getElementById("app");
if (target) mount(App, { target });

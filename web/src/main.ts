/** Starts the app. */

import { mount } from "svelte";
import App from "./app/App.svelte";
import { startRouter } from "./app/router.svelte";
import "./design/base.css";
import "./design/tokens.css";
import { startEvents } from "./events/events";
import { startPwa } from "./pwa/register";

startRouter();
startEvents();
startPwa();

const target = document.getElementById("app");
if (target) mount(App, { target });

/** Whether the screen is wide enough for panels to stand beside the video. */

import { MediaQuery } from "svelte/reactivity";

/** True from 1024 px on: navigation at the start, panels at the end. */
export const wide = new MediaQuery("(min-width: 1024px)", false);

/** True where the main pointer is a finger. */
export const touch = new MediaQuery("(pointer: coarse)", false);

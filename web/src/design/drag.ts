/** Pulls a sheet down by its head: the sheet follows the finger and closes when let go far or fast enough. */

import type { Action } from "svelte/action";

const CLOSE_SHARE = 0.28;
const CLOSE_SPEED = 0.5;

type Options = { sheet: () => HTMLElement | undefined; close: () => void };

export const pullDown: Action<HTMLElement, Options> = (head, options) => {
  let startY = 0;
  let startAt = 0;
  let pulled = 0;
  let held = false;

  function down(event: PointerEvent) {
    if ((event.target as HTMLElement).closest("button, a")) return;
    held = true;
    startY = event.clientY;
    startAt = event.timeStamp;
    head.setPointerCapture(event.pointerId);
    const sheet = options.sheet();
    if (sheet) sheet.style.transition = "none";
  }

  function move(event: PointerEvent) {
    const sheet = options.sheet();
    if (!held || !sheet) return;
    pulled = Math.max(0, event.clientY - startY);
    sheet.style.transform = `translateY(${pulled}px)`;
  }

  function up(event: PointerEvent) {
    const sheet = options.sheet();
    if (!held || !sheet) return;
    held = false;
    sheet.style.transition = "";
    sheet.style.transform = "";
    const speed = pulled / Math.max(1, event.timeStamp - startAt);
    if (pulled > sheet.offsetHeight * CLOSE_SHARE || (speed > CLOSE_SPEED && pulled > 24)) options.close();
    pulled = 0;
  }

  head.addEventListener("pointerdown", down);
  head.addEventListener("pointermove", move);
  head.addEventListener("pointerup", up);
  head.addEventListener("pointercancel", up);
  return {
    destroy() {
      head.removeEventListener("pointerdown", down);
      head.removeEventListener("pointermove", move);
      head.removeEventListener("pointerup", up);
      head.removeEventListener("pointercancel", up);
    },
  };
};

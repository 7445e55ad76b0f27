/** Fingers, mouse and wheel on the stage: swipes that the track follows, taps, double taps and long presses. */

import { Swipe, type Point } from "./swipe";
import { WheelSteps } from "./wheel";

export type Hands = {
  edges: () => { before: boolean; after: boolean };
  /** The track is pulled this far from where it stands. */
  pull: (px: number) => void;
  /** The finger left: settle on this neighbour, or where it was. */
  settle: (step: -1 | 0 | 1) => void;
  tap: () => void;
  doubleTap: (x: number, y: number) => void;
  longPress: () => void;
};

const SLOP_PX = 9;
const DOUBLE_MS = 260;
const LONG_MS = 480;
const CONTROLS = "button, a, input, [role=slider], [data-own-touch]";

/** Listens on the stage; what it returns stops that. */
export function gestures(stage: HTMLElement, hands: Hands): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const wheel = new WheelSteps();
  let finger: { id: number; swipe: Swipe; start: PointerEvent; moved: boolean; control: boolean } | null =
    null;
  let pressing: ReturnType<typeof setTimeout> | undefined;
  let tapping: ReturnType<typeof setTimeout> | undefined;
  let lastTap_ms = -Infinity;
  let swallow = false;

  const point = (event: PointerEvent): Point => ({ y: event.clientY, at_ms: event.timeStamp });

  function down(event: PointerEvent) {
    if (finger || event.button !== 0) return;
    const control = (event.target as Element).closest(CONTROLS) !== null;
    if (event.pointerType === "mouse" && control) return;
    swallow = false;
    finger = { id: event.pointerId, swipe: new Swipe(point(event)), start: event, moved: false, control };
    if (control || event.pointerType === "mouse") return;
    pressing = setTimeout(() => {
      finger = null;
      swallow = true;
      hands.longPress();
    }, LONG_MS);
  }

  function move(event: PointerEvent) {
    if (!finger || event.pointerId !== finger.id || event.pointerType === "mouse") return;
    const far =
      Math.hypot(event.clientX - finger.start.clientX, event.clientY - finger.start.clientY) > SLOP_PX;
    if (!finger.moved && far) {
      finger.moved = true;
      clearTimeout(pressing);
      stage.setPointerCapture(event.pointerId);
    }
    if (finger.moved) hands.pull(finger.swipe.pulled(point(event), hands.edges()));
  }

  function up(event: PointerEvent) {
    clearTimeout(pressing);
    const held = finger;
    if (!held || event.pointerId !== held.id) return;
    finger = null;
    if (held.moved) {
      swallow = held.control;
      hands.settle(
        event.type === "pointercancel"
          ? 0
          : held.swipe.settle(point(event), stage.clientHeight, hands.edges()),
      );
    } else if (!held.control && event.type === "pointerup") tap(event);
  }

  function tap(event: PointerEvent) {
    const second = event.timeStamp - lastTap_ms < DOUBLE_MS;
    lastTap_ms = event.timeStamp;
    clearTimeout(tapping);
    if (second) {
      if (event.pointerType === "mouse") hands.tap();
      hands.doubleTap(event.clientX, event.clientY);
    } else if (event.pointerType === "mouse") hands.tap();
    else tapping = setTimeout(hands.tap, DOUBLE_MS);
  }

  // A swipe that began on a button must not press it when the finger leaves.
  function click(event: MouseEvent) {
    if (!swallow) return;
    swallow = false;
    event.preventDefault();
    event.stopPropagation();
  }

  function roll(event: WheelEvent) {
    if (event.ctrlKey || (event.target as Element).closest("[data-own-wheel]")) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const step = wheel.step(event.deltaY * lines, event.timeStamp);
    const edges = hands.edges();
    if ((step > 0 && edges.after) || (step < 0 && edges.before)) hands.settle(step);
  }

  stage.addEventListener("pointerdown", down, options);
  stage.addEventListener("pointermove", move, options);
  stage.addEventListener("pointerup", up, options);
  stage.addEventListener("pointercancel", up, options);
  stage.addEventListener("click", click, { ...options, capture: true });
  // The wheel also works beside the picture, where a mouse rests on a wide screen.
  (stage.parentElement ?? stage).addEventListener("wheel", roll, { ...options, passive: false });
  stage.addEventListener("contextmenu", (event) => touchMenu(event), options);
  return () => {
    stop.abort();
    clearTimeout(pressing);
    clearTimeout(tapping);
  };
}

// A long press opens our own panel; the browser's menu would stand on top of it.
function touchMenu(event: MouseEvent): void {
  if ((event as PointerEvent).pointerType !== "mouse") event.preventDefault();
}

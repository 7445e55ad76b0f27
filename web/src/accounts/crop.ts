// Owns the geometry of cutting a square profile picture: where the picture lies behind the square, and what is cut out of it.

export type Size = { width: number; height: number };
/** Zoom 1 just covers the square; x and y are the square's centre in the picture, each from 0 to 1. */
export type Crop = { zoom: number; x: number; y: number };
export type Rect = { left: number; top: number; side: number };

export const ZOOM_MAX = 4;

/** The crop to begin with: everything that fits, from the middle. */
export function wholeCrop(): Crop {
  return { zoom: 1, x: 0.5, y: 0.5 };
}

/** The nearest crop that has no empty corner. */
export function boundCrop(crop: Crop, picture: Size): Crop {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, crop.zoom));
  const side = Math.min(picture.width, picture.height) / zoom;
  const [marginX, marginY] = [side / 2 / picture.width, side / 2 / picture.height];
  return { zoom, x: between(crop.x, marginX, 1 - marginX), y: between(crop.y, marginY, 1 - marginY) };
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The crop after the picture was dragged by so many pixels behind a square of this many. */
export function draggedCrop(
  crop: Crop,
  picture: Size,
  drag: { dx: number; dy: number },
  squarePx: number,
): Crop {
  const side = Math.min(picture.width, picture.height) / crop.zoom;
  const scale = side / squarePx;
  return boundCrop(
    {
      ...crop,
      x: crop.x - (drag.dx * scale) / picture.width,
      y: crop.y - (drag.dy * scale) / picture.height,
    },
    picture,
  );
}

/** What to cut out of the picture, in its own pixels. */
export function cropRect(crop: Crop, picture: Size): Rect {
  const bounded = boundCrop(crop, picture);
  const side = Math.min(picture.width, picture.height) / bounded.zoom;
  return { left: bounded.x * picture.width - side / 2, top: bounded.y * picture.height - side / 2, side };
}

/** How long a video is, asked of the browser; it may not know, then the server will say. */

const PATIENCE_MS = 4000;

/** Milliseconds, or null when the browser cannot read the file. */
export function durationOf(file: File): Promise<number | null> {
  return new Promise((resolve) => {
    const video = document.createElement("video");
    const address = URL.createObjectURL(file);
    const answer = (ms: number | null) => {
      clearTimeout(patience);
      video.onerror = video.onloadedmetadata = null;
      video.removeAttribute("src");
      video.load();
      URL.revokeObjectURL(address);
      resolve(ms);
    };
    const patience = setTimeout(() => answer(null), PATIENCE_MS);
    video.preload = "metadata";
    video.muted = true;
    video.onloadedmetadata = () => answer(Number.isFinite(video.duration) ? video.duration * 1000 : null);
    video.onerror = () => answer(null);
    video.src = address;
  });
}

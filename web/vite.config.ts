/** Builds the viewer's app into the Python package; in development, hands API calls to a running server. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { MANIFEST, manifestOf } from "./bundle.ts";

const server = process.env.PLAINVIEW_SERVER ?? "http://127.0.0.1:8080";
const served = ["/api", "/media", "/pictures", "/oembed", "/source"];

const assets = "../src/plainview/web_assets";
const made = "dist";

/** Puts a finished build in the place of the last one, so that a running server never finds the folder half empty. */
function swap(): Plugin {
  let whole = false;
  return {
    name: "swap",
    apply: "build",
    writeBundle: () => void (whole = true),
    closeBundle() {
      if (!whole) return;
      writeFileSync(`${made}/${MANIFEST}`, manifestOf(made));
      rmSync(`${assets}.old`, { recursive: true, force: true });
      try {
        renameSync(assets, `${assets}.old`);
      } catch {
        // There is no last build on a fresh machine.
      }
      renameSync(made, assets);
      rmSync(`${assets}.old`, { recursive: true, force: true });
    },
  };
}

export default defineConfig({
  plugins: [svelte(), swap()],
  publicDir: "public",
  worker: { format: "es" },
  build: {
    outDir: made,
    // Apart from public/assets, whose files keep their names: what lies here is named by its content, so kept forever.
    assetsDir: "assets/built",
    emptyOutDir: true,
    target: "es2023",
    // The first versions that know light-dark() as it is written; lowered, a dark part of a light page would stay light.
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    // Inlined files would need data: in more places of the content security policy than images.
    assetsInlineLimit: 0,
    // hls.js is large by nature and is fetched beside the first page of the feed.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { app: "index.html", sw: "src/pwa/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/built/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: Object.fromEntries(served.map((path) => [path, { target: server, ws: path === "/api" }])),
  },
  // A busy machine is no fault.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
});

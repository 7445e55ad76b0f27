/** Builds the viewer's app into the Python package; in development, hands API calls to a running server. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const server = process.env.PLAINVIEW_SERVER ?? "http://127.0.0.1:8080";
const served = ["/api", "/media", "/pictures", "/oembed", "/source"];

export default defineConfig({
  plugins: [svelte()],
  publicDir: "public",
  build: {
    outDir: "../src/plainview/web_assets",
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
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: Object.fromEntries(served.map((path) => [path, { target: server, ws: path === "/api" }])),
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});

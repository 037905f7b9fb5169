import { defineConfig } from "vite";
import { copyMapWorker, precompress, plainManifest, standAlone } from "./build.ts";

/* Everything goes into the interface app, under hashed names, with a manifest that Django reads (core/ui/vite.py).
   Addresses between built files are relative, so the static prefix can be anything. */
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/parvis/core/ui/static/ui/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome111", "firefox113", "safari16.4"],
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    rollupOptions: {
      input: { main: "src/main.ts", theme: "src/theme.ts" },
      output: {
        entryFileNames: "assets/[name]-[hash:8].js",
        chunkFileNames: "assets/[name]-[hash:8].js",
        assetFileNames: "assets/[name]-[hash:8][extname]",
      },
    },
  },
  plugins: [copyMapWorker(), plainManifest(), standAlone("sw"), precompress()],
});

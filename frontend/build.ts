/* What Vite does not do by itself: the map's worker beside the bundle, compressed copies for the web server. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type Plugin, type ResolvedConfig } from "vite";

const WORKER = "virtual:map-worker";

/* MapLibre looks for its worker in a file of its own. `import url from "virtual:map-worker"` gives that file's
   address, relative to the script that asks. */
export function copyMapWorker(): Plugin {
  const file = createRequire(import.meta.url).resolve("maplibre-gl/dist/maplibre-gl-worker.mjs");
  let name = "";
  return {
    name: "parvis-map-worker",
    buildStart() {
      const source = readFileSync(file, "utf8").replace(/\n\/\/# sourceMappingURL=.*$/m, "");
      name = `assets/map-worker-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`;
      this.emitFile({ type: "asset", fileName: name, source });
    },
    resolveId: (id) => (id === WORKER ? `\0${WORKER}` : null),
    load: (id) => (id === `\0${WORKER}` ? `export default new URL(/* @vite-ignore */ ${JSON.stringify(`./${name.split("/")[1]}`)}, import.meta.url).href;` : null),
  };
}

/* The theme runs as a classic script: it must stand alone. */
export function plainManifest(): Plugin {
  return {
    name: "parvis-classic-scripts",
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== "chunk" || part.name !== "theme") continue;
        if (part.imports.length || part.exports.length) this.error(`${part.name} must import and export nothing`);
        part.code = `(()=>{${part.code.trim()}})();\n`;
      }
    },
  };
}

/* The service worker too, and it shares the outbox with the pages: it is built by itself, with a copy of what it needs. */
export function standAlone(name: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: "parvis-stand-alone",
    configResolved(resolved) { config = resolved; },
    async generateBundle() {
      const built = await build({
        configFile: false, root: config.root, logLevel: "warn", publicDir: false,
        build: { write: false, target: config.build.target, modulePreload: false, rollupOptions: { input: `src/${name}.ts`, output: { format: "iife" } } },
      });
      const output = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
      const script = output.find((part) => part.type === "chunk");
      if (!script || script.type !== "chunk") return this.error(`${name} was not built`);
      const hash = createHash("sha256").update(script.code).digest("hex").slice(0, 8);
      this.emitFile({ type: "asset", name: `${name}.js`, originalFileName: `src/${name}.ts`, fileName: `assets/${name}-${hash}.js`, source: script.code });
    },
  };
}

export function precompress(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "parvis-precompress",
    configResolved(resolved) { config = resolved; },
    closeBundle() {
      const folder = join(config.root, config.build.outDir, "assets");
      for (const name of readdirSync(folder)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const path = join(folder, name);
        const raw = readFileSync(path);
        if (statSync(path).size < 200) continue;
        writeFileSync(`${path}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }));
        writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }));
      }
    },
  };
}

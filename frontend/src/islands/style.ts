/* The map's style: the territory's own streets and water, in the page's own colours. */
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";

/* A GeoJSON address, or one layer of vector tiles of this house. */
export type Base = string | { tiles: string[]; layer: string; minzoom?: number; maxzoom?: number };
const BASES = ["green", "water", "river", "building", "rail", "road", "boundary", "place", "door"] as const;
export type BaseName = (typeof BASES)[number];

/* A tile source that the operator configured: pictures under our own names and layers. */
interface Pictures { url: string; attribution: string; size?: number; maxzoom?: number }

/* What a TileJSON says (https://github.com/mapbox/tilejson-spec), and the operator's pictures. */
export interface TileJson {
  tiles: string[];
  bounds: [number, number, number, number];
  minzoom?: number;
  maxzoom?: number;
  vector_layers: { id: string }[];
  pictures?: Pictures;
}

export interface DataLayer {
  name: string;
  label: string;
  url: string;
  on?: boolean;
  /* asked again for each window, with ?bbox=west,south,east,north&zoom=n */
  window?: boolean;
  /* may be drawn as density too, and is so now */
  heat?: boolean;
  dense?: boolean;
}

export interface MapData {
  bounds: [number, number, number, number];
  base?: Partial<Record<BaseName, Base>> & { tilejson?: string };
  layers?: DataLayer[];
  tiles?: Pictures;
}

export const TONES = { info: "--river", ok: "--moss", late: "--maple", attention: "--sun", place: "--ink" } as const;
export type Tone = keyof typeof TONES;

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888888";
}

const FONT = ["Atkinson Hyperlegible Next"];

const width = (from: number, to: number): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.6], ["zoom"], 11, from, 18, to];
/* Roads have a class, 1 (highway) to 5 (path); a GeoJSON may say kind "main" or "path" instead. */
const CLASS: ExpressionSpecification = ["coalesce", ["get", "class"], ["match", ["coalesce", ["get", "kind"], ""], "main", 2, "path", 5, 4]];
const byClass = (highway: number, main: number, local: number, path: number): ExpressionSpecification =>
  ["match", CLASS, 1, highway, 2, main, 3, (main + local) / 2, 5, path, local];
const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];

const absolute = (url: string): string => new URL(url, location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}");

function source(base: Base): [string, SourceSpecification] {
  if (typeof base === "string") return [base, { type: "geojson", data: absolute(base) }];
  return [`own ${base.tiles.join(" ")}`, { type: "vector", tiles: base.tiles.map(absolute), minzoom: base.minzoom ?? 0, maxzoom: base.maxzoom ?? 14 }];
}

/* The base map that a TileJSON of this house offers. */
export function baseOf(tilejson: TileJson): MapData["base"] {
  const { tiles, minzoom = 0, maxzoom = 14 } = tilejson;
  const offered = new Set(tilejson.vector_layers.map((layer) => layer.id));
  return Object.fromEntries(BASES.filter((name) => offered.has(name)).map((name) => [name, { tiles, layer: name, minzoom, maxzoom }]));
}

export function mapStyle(data: MapData): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {};
  const layers: LayerSpecification[] = [{ id: "land", type: "background", paint: { "background-color": colour("--land") } }];
  const from = (name: BaseName): { source: string; "source-layer"?: string } | null => {
    const base = data.base?.[name];
    if (!base) return null;
    const [id, spec] = source(base); // layers of the same tiles share one source: each tile is fetched once
    sources[id] = spec;
    return typeof base === "string" ? { source: id } : { source: id, "source-layer": base.layer };
  };
  if (data.tiles) {
    sources.tiles = { type: "raster", tiles: [absolute(data.tiles.url)], tileSize: data.tiles.size ?? 256, maxzoom: data.tiles.maxzoom ?? 19, attribution: data.tiles.attribution };
    layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  if (!data.tiles) layers.push(...ground(from));
  layers.push(...names(from, Boolean(data.tiles)));
  for (const layer of data.layers ?? []) pins(layer, sources, layers);
  return { version: 8, sources, layers };
}

type From = (name: BaseName) => { source: string; "source-layer"?: string } | null;

function ground(from: From): LayerSpecification[] {
  const layers: LayerSpecification[] = [];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const green = from("green"), water = from("water"), river = from("river"), building = from("building"), rail = from("rail"), road = from("road");
  if (green) layers.push({ id: "green", type: "fill", ...green, paint: { "fill-color": colour("--moss"), "fill-opacity": 0.12 } });
  if (water) layers.push(
    { id: "water", type: "fill", ...water, filter: ["!", isLine], paint: { "fill-color": colour("--water") } },
    { id: "streams", type: "line", ...water, filter: isLine, layout: round, paint: { "line-color": colour("--water"), "line-width": width(2, 26) } },
  );
  if (river) layers.push({ id: "rivers", type: "line", ...river, layout: round, paint: { "line-color": colour("--water"), "line-width": width(2, 22) } });
  if (building) layers.push({ id: "buildings", type: "fill", ...building, minzoom: 14, paint: { "fill-color": colour("--edge"), "fill-opacity": 0.25 } });
  if (rail) layers.push({ id: "rails", type: "line", ...rail, paint: { "line-color": colour("--edge"), "line-width": width(0.8, 3), "line-dasharray": [4, 3] } });
  if (road) {
    const scaled = (extra: number): ExpressionSpecification => ["interpolate", ["exponential", 1.6], ["zoom"],
      11, ["+", byClass(3, 2.2, 1.2, 0.5), extra / 2], 15, ["+", byClass(9, 7, 5, 1.6), extra], 18, ["+", byClass(28, 22, 16, 4), extra * 1.5]];
    layers.push(
      { id: "road-cases", type: "line", ...road, layout: round, paint: { "line-color": colour("--road-case"), "line-width": scaled(2) } },
      { id: "roads", type: "line", ...road, layout: round, paint: { "line-color": colour("--road"), "line-width": scaled(0) } },
    );
  }
  return layers;
}

function names(from: From, bare: boolean): LayerSpecification[] {
  const layers: LayerSpecification[] = [];
  const halo = { "text-halo-color": colour("--land"), "text-halo-width": 1.8 };
  const boundary = from("boundary"), road = from("road"), door = from("door"), place = from("place");
  if (boundary) layers.push({ id: "boundary", type: "line", ...boundary, paint: { "line-color": colour("--edge"), "line-width": 2, "line-dasharray": [3, 2] } });
  if (bare) return layers; // a configured tile source has names of its own
  if (road) layers.push({ id: "road-names", type: "symbol", ...road, minzoom: 13, layout: { "symbol-placement": "line", "text-field": ["coalesce", ["get", "name"], ""], "text-font": FONT, "text-size": 13, "symbol-spacing": 300 }, paint: { "text-color": colour("--ink-soft"), ...halo } });
  if (door) layers.push({ id: "doors", type: "symbol", ...door, minzoom: 17, layout: { "text-field": ["to-string", ["coalesce", ["get", "number"], ""]], "text-font": FONT, "text-size": 12 }, paint: { "text-color": colour("--ink-soft"), ...halo } });
  if (place) layers.push({ id: "places", type: "symbol", ...place, layout: { "text-field": ["coalesce", ["get", "label"], ["get", "name"], ""], "text-font": FONT, "text-size": 15, "text-max-width": 8, "icon-image": "dot", "icon-optional": true, "text-anchor": "top", "text-offset": [0, 0.5] }, paint: { "text-color": colour("--ink"), "text-halo-color": colour("--land"), "text-halo-width": 2 } });
  return layers;
}

/* How many things a feature stands for: a cell that the server counted says so; of a group, the sum. */
const N: ExpressionSpecification = ["coalesce", ["get", "n"], 1];
const SHORT: ExpressionSpecification = ["case",
  [">=", N, 1000000], ["concat", ["to-string", ["/", ["round", ["/", N, 100000]], 10]], " M"],
  [">=", N, 10000], ["concat", ["to-string", ["round", ["/", N, 1000]]], " k"],
  [">=", N, 1000], ["concat", ["to-string", ["/", ["round", ["/", N, 100]], 10]], " k"],
  ["to-string", N]];

/* The drawn parts of a layer, and whether each is to be seen now. */
export function parts(layer: DataLayer): { id: string; shown: boolean }[] {
  const id = `data-${layer.name}`;
  const on = layer.on !== false;
  const drawn = ["groups", "counts", "pins"].map((part) => ({ id: `${id}-${part}`, shown: on && !layer.dense }));
  return layer.heat ? [...drawn, { id: `${id}-heat`, shown: on && Boolean(layer.dense) }] : drawn;
}

function pins(layer: DataLayer, sources: Record<string, SourceSpecification>, layers: LayerSpecification[]): void {
  const id = `data-${layer.name}`;
  const empty = { type: "FeatureCollection", features: [] } as const;
  const data = layer.window ? { ...empty, features: [] } : layer.url;
  sources[id] = { type: "geojson", data, cluster: true, clusterRadius: 44, clusterMaxZoom: 15, clusterProperties: { n: ["+", N] } };
  const visibility = layer.on === false || layer.dense ? "none" : "visible";
  layers.push(
    { id: `${id}-groups`, type: "circle", source: id, filter: [">", N, 1], layout: { visibility }, paint: { "circle-color": colour("--ink"), "circle-stroke-color": colour("--slab"), "circle-stroke-width": 3, "circle-radius": ["step", N, 17, 20, 21, 100, 27, 10000, 32] } },
    { id: `${id}-counts`, type: "symbol", source: id, filter: [">", N, 1], layout: { visibility, "text-field": SHORT, "text-font": FONT, "text-size": 15, "text-allow-overlap": true }, paint: { "text-color": colour("--slab") } },
    { id: `${id}-pins`, type: "symbol", source: id, filter: ["<=", N, 1], layout: { visibility, "icon-image": ["concat", "pin-", ["coalesce", ["get", "tone"], "info"]], "icon-anchor": "bottom", "icon-allow-overlap": true, "symbol-sort-key": ["*", -1, ["to-number", ["get", "lat"], 0]] } },
  );
  if (!layer.heat) return;
  sources[`${id}-all`] = { type: "geojson", data };
  layers.push({ id: `${id}-heat`, type: "heatmap", source: `${id}-all`, layout: { visibility: layer.on !== false && layer.dense ? "visible" : "none" }, paint: {
    "heatmap-weight": ["min", 1, ["/", ["ln", ["+", 1, N]], 7]],
    "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 10, 44, 17, 56],
    "heatmap-intensity": 1.4,
    "heatmap-opacity": 0.75,
    "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, `${colour("--river")}00`, 0.15, colour("--river"), 0.5, colour("--sun"), 1, colour("--maple")],
  } });
}

export const pinLayers = (data: MapData): string[] => (data.layers ?? []).map((layer) => `data-${layer.name}-pins`);

const PIN = "M16 38s13-12 13-23A13 13 0 0 0 3 15c0 11 13 23 13 23z";
const SIGNS: Record<Tone, string> = {
  info: "M16 10v5l3.5 2.5", ok: "M11 15.5l3.5 3.5 6.5-7", late: "M16 9v7.5M16 20.5h.01",
  attention: "M16 9v7.5M16 20.5h.01", place: "M12 20v-8l4-3 4 3v8",
};

/* Pins carry a sign as well as a colour: a clock, a check, an exclamation mark. Twice the size, for sharp screens. */
export function picture(id: string): ImageData {
  const canvas = document.createElement("canvas");
  const dot = id === "dot";
  canvas.width = dot ? 20 : 64;
  canvas.height = dot ? 20 : 80;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.scale(2, 2);
  pen.lineJoin = pen.lineCap = "round";
  pen.strokeStyle = colour("--slab");
  if (dot) {
    pen.fillStyle = colour("--ink");
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(5, 5, 3.5, 0, 7);
    pen.fill();
    pen.stroke();
  } else {
    const tone = (id.slice(4) in TONES ? id.slice(4) : "info") as Tone;
    pen.fillStyle = colour(TONES[tone]);
    pen.lineWidth = 2;
    pen.fill(new Path2D(PIN));
    pen.stroke(new Path2D(PIN));
    pen.strokeStyle = tone === "attention" ? "#17211f" : colour("--slab");
    pen.lineWidth = 2.4;
    pen.stroke(new Path2D(SIGNS[tone]));
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

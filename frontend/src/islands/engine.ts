/* The interactive map. This file, MapLibre and its worker are fetched on use only, once, then live in the phone's cache. */
import { type LngLatBoundsLike, Map as LibreMap, Marker, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import worker from "virtual:map-worker";
import { all } from "../lib/page.ts";
import { type DataLayer, type MapData, type TileJson, baseOf, colour, mapStyle, parts, picture, pinLayers } from "./style.ts";

type Say = (name: string, values?: Record<string, string | number>) => string;
type Point = { lat: number; lon: number; id?: string; name?: string };

export class NoWebGL extends Error {}

export interface Pointer {
  mark(lat: number, lon: number): void;
  show(lat: number, lon: number): void;
}

export interface OpenMap extends Pointer {
  /* What is asked by window is asked with another query. */
  narrow(query: string): void;
  /* Density instead of pins, or pins again. */
  heat(on: boolean): void;
}

setWorkerUrl(worker);

async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`map: ${answer.status}`);
  return (await answer.json()) as T;
}

/* The map's description: inline, or fetched; a TileJSON alone is enough for a map without layers. */
async function dataOf(box: HTMLElement): Promise<MapData> {
  const inline = box.querySelector('script[type="application/json"][data-map-data]');
  const address = box.dataset.layers || box.dataset.style || box.dataset.map || "";
  const found = inline?.textContent ? (JSON.parse(inline.textContent) as MapData | TileJson) : await json<MapData | TileJson>(address);
  if ("vector_layers" in found) return { bounds: found.bounds, base: baseOf(found), tiles: found.pictures };
  const tilejson = found.base?.tilejson ?? box.dataset.style;
  if (!tilejson) return found;
  const tiles = await json<TileJson>(tilejson);
  return { ...found, bounds: found.bounds ?? tiles.bounds, base: { ...baseOf(tiles), ...found.base }, tiles: tiles.pictures };
}

function start(frame: HTMLElement, box: HTMLElement, data: MapData, say: Say, picking: boolean): LibreMap {
  const probe = document.createElement("canvas").getContext("webgl2");
  if (!probe) throw new NoWebGL("webgl2");
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  const canvas = Object.assign(document.createElement("div"), { className: "canvas" });
  frame.append(canvas);
  const centre = (box.dataset.centre ?? "").split(",").map(Number);
  const placed = centre.length === 2 && centre.every(Number.isFinite);
  const small = matchMedia("(pointer: coarse)").matches && !frame.classList.contains("tall") && !picking;
  const map = new LibreMap({
    container: canvas,
    style: mapStyle(data),
    ...(placed ? { center: [centre[0], centre[1]] as [number, number], zoom: Number(box.dataset.zoom) || 14 } : { bounds: data.bounds as LngLatBoundsLike, fitBoundsOptions: { padding: 24 } }),
    hash: !picking && box.id ? box.id : false,
    attributionControl: data.tiles ? { compact: false } : false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    minZoom: 6,
    cooperativeGestures: small,
    locale: {
      "NavigationControl.ZoomIn": say("zoomIn"), "NavigationControl.ZoomOut": say("zoomOut"), "Popup.Close": say("close"),
      "Map.Title": box.dataset.label || say("map"), "CooperativeGesturesHandler.MobileHelpText": say("twoFingers"),
      "CooperativeGesturesHandler.WindowsHelpText": say("ctrlZoom"), "CooperativeGesturesHandler.MacHelpText": say("ctrlZoom"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.setMissingStyleImageResolver((id) => { if (!map.hasImage(id)) map.addImage(id, picture(id), { pixelRatio: 2 }); });
  const repaint = (): void => {
    for (const id of map.listImages()) map.removeImage(id);
    map.setStyle(mapStyle(data), { diff: false });
    map.once("idle", () => map.fire("moveend")); // what is asked by window is asked again
  };
  document.addEventListener("parvis:theme", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  return map;
}

const ready = (map: LibreMap): Promise<void> => new Promise((done) => void map.once("load", () => done()));

/* The drawn preview stays underneath until the first frame is there. */
async function reveal(frame: HTMLElement, map: LibreMap): Promise<void> {
  await ready(map);
  for (const old of all(":scope > .map, :scope > [data-preview]", frame)) { old.setAttribute("aria-hidden", "true"); (old as HTMLElement).style.visibility = "hidden"; }
}

function card(properties: Record<string, unknown>): HTMLElement {
  const box = document.createElement("div");
  const title = Object.assign(document.createElement("b"), { textContent: String(properties.label ?? "") });
  if (properties.url) {
    const link = Object.assign(document.createElement("a"), { href: String(properties.url) });
    link.append(title);
    box.append(link);
  } else box.append(title);
  if (properties.hint) box.append(document.createElement("br"), Object.assign(document.createElement("small"), { textContent: String(properties.hint) }));
  return box;
}

/* Layers asked by window: each view fetches them anew, and what comes too late is dropped. */
function windows(map: LibreMap, data: MapData, box: HTMLElement): () => void {
  const layers = (data.layers ?? []).filter((layer) => layer.window);
  const asking = new Map<string, AbortController>();
  let timer = 0;
  const fetchOne = async (layer: DataLayer, bbox: string): Promise<void> => {
    asking.get(layer.name)?.abort();
    const mine = new AbortController();
    asking.set(layer.name, mine);
    const url = new URL(layer.url, location.href);
    url.searchParams.set("bbox", bbox);
    url.searchParams.set("zoom", map.getZoom().toFixed(0));
    try {
      const answer = await fetch(url, { signal: mine.signal });
      if (!answer.ok) return;
      const found = (await answer.json()) as { total?: number };
      if (mine.signal.aborted) return;
      for (const id of [`data-${layer.name}`, `data-${layer.name}-all`]) {
        const source = map.getSource(id);
        if (source && "setData" in source) (source as unknown as { setData(found: unknown): void }).setData(found);
      }
      if (found.total !== undefined) box.dispatchEvent(new CustomEvent("parvis:seen", { detail: found.total }));
    } catch { /* the line is gone, or another view is asked already */ }
  };
  const fetchAll = (): void => {
    const edge = map.getBounds();
    const bbox = [edge.getWest(), edge.getSouth(), edge.getEast(), edge.getNorth()].map((n) => n.toFixed(5)).join(",");
    for (const layer of layers) if (layer.on !== false) void fetchOne(layer, bbox);
  };
  const soon = (): void => { clearTimeout(timer); timer = window.setTimeout(fetchAll, 250); };
  if (layers.length) { map.on("moveend", soon); soon(); }
  return soon;
}

/* Pins and groups, or density: what a layer draws now. */
function show(map: LibreMap, layer: DataLayer): void {
  for (const part of parts(layer)) map.setLayoutProperty(part.id, "visibility", part.shown ? "visible" : "none");
}

function switches(map: LibreMap, data: MapData, box: HTMLElement, changed: () => void): void {
  const place = box.querySelector<HTMLElement>("[data-layer-switches]");
  const layers = data.layers ?? [];
  if (!place || layers.length < 2) return;
  place.hidden = false;
  place.replaceChildren(...layers.map((layer) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: layer.label });
    chip.setAttribute("aria-pressed", String(layer.on !== false));
    chip.addEventListener("click", () => {
      layer.on = layer.on === false;
      chip.setAttribute("aria-pressed", String(layer.on));
      show(map, layer);
      changed();
    });
    return chip;
  }));
}

export async function openMap(frame: HTMLElement, box: HTMLElement, say: Say): Promise<OpenMap> {
  const data = await dataOf(box);
  const map = start(frame, box, data, say, false);
  await reveal(frame, map);
  const refresh = windows(map, data, box);
  switches(map, data, box, refresh);
  let popup: Popup | null = null;
  for (const id of pinLayers(data)) {
    map.on("click", id, (event) => {
      const feature = event.features?.[0];
      if (feature?.geometry.type !== "Point") return;
      popup?.remove();
      popup = new Popup({ offset: [0, -36], focusAfterOpen: true }).setLngLat(feature.geometry.coordinates as [number, number]).setDOMContent(card(feature.properties)).addTo(map);
    });
    const groups = id.replace(/pins$/, "groups");
    map.on("click", groups, async (event) => {
      const feature = event.features?.[0];
      if (feature?.geometry.type !== "Point") return;
      const source = map.getSource(feature.source) as unknown as { getClusterExpansionZoom(id: number): Promise<number> };
      const group = feature.properties.cluster_id as number | undefined; // without: a cell that the server counted
      const zoom = group === undefined ? map.getZoom() + 2 : (await source.getClusterExpansionZoom(Number(group))) + 0.3;
      map.easeTo({ center: feature.geometry.coordinates as [number, number], zoom });
    });
    for (const layer of [id, groups]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
  }
  const here: OpenMap = {
    ...pointer(map),
    narrow: (query) => {
      for (const layer of data.layers ?? []) if (layer.window) layer.url = `${layer.url.split("?")[0]}?${query}`;
      refresh();
    },
    heat: (on) => {
      for (const layer of data.layers ?? []) { layer.dense = on; show(map, layer); }
    },
  };
  const [lon, lat] = (box.dataset.centre ?? "").split(",").map(Number);
  if (!data.layers?.length && Number.isFinite(lon) && Number.isFinite(lat)) here.mark(lat as number, lon as number); // the one thing this page is about
  return here;
}

function pointer(map: LibreMap): Pointer {
  let marker: Marker | null = null;
  const mark = (lat: number, lon: number): void => {
    if (!marker) {
      marker = new Marker({ color: colour("--maple") });
      marker.getElement().style.pointerEvents = "none"; // what stands under the pin can be touched
    }
    marker.setLngLat([lon, lat]).addTo(map);
    if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat] });
  };
  return { mark, show: (lat, lon) => { mark(lat, lon); map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15) }); } };
}

/* A map to choose one point on: touch it, or bring the point under the middle with the arrow keys and press Enter. */
export async function pickMap(frame: HTMLElement, box: HTMLElement, say: Say, chosen: (at: Point) => void): Promise<Pointer> {
  const things: DataLayer[] = box.dataset.things ? [{ name: "things", label: "", url: box.dataset.things, window: true, on: true }] : [];
  const data: MapData = { ...(await dataOf(box)), layers: things };
  const map = start(frame, box, data, say, true);
  const known = ["[data-lon]", "[data-lat]"].map((name) => box.querySelector<HTMLInputElement>(name)?.value ?? "");
  if (known.every(Boolean)) map.jumpTo({ center: [Number(known[0]), Number(known[1])], zoom: 17 }); // near enough to tell things apart
  await reveal(frame, map);
  windows(map, data, box);
  map.on("click", (event) => {
    const near = map.queryRenderedFeatures([[event.point.x - 12, event.point.y - 12], [event.point.x + 12, event.point.y + 12]], { layers: pinLayers(data) });
    const thing = near[0];
    if (thing?.geometry.type !== "Point") { chosen({ lat: event.lngLat.lat, lon: event.lngLat.lng }); return; }
    const [lon = 0, lat = 0] = thing.geometry.coordinates;
    chosen({ lat, lon, id: `thing:${String(thing.properties.ref)}`, name: String(thing.properties.label ?? "") });
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const middle = map.getCenter();
    chosen({ lat: middle.lat, lon: middle.lng });
  });
  map.getCanvas().focus();
  return pointer(map);
}

/* Where a photo was taken, as the telephone wrote it into the file: read here, since it leaves without it.
   JPEG only (what telephones give to a page); Exif 2.32, sections 4.5.4 and 4.6.6. */

export interface Point { lat: number; lon: number }

const HEAD = 256 * 1024; // bytes: the Exif part stands at the beginning, 64 KiB at the most
const GPS = 0x8825;

/* The Exif part of a JPEG, from its TIFF header on. */
function exif(file: DataView): DataView | null {
  if (file.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; file.getUint8(at) === 0xff; at += 2 + file.getUint16(at + 2)) {
    if (file.getUint8(at + 1) === 0xda) return null; // the picture begins
    if (file.getUint8(at + 1) === 0xe1 && file.getUint32(at + 4) === 0x45786966) return new DataView(file.buffer, at + 10, file.getUint16(at + 2) - 8);
  }
  return null;
}

/* Degrees, minutes and seconds, each a fraction; north and east are positive. */
function degrees(tiff: DataView, entry: number, little: boolean, negative: boolean): number {
  const at = tiff.getUint32(entry + 8, little);
  const part = (n: number): number => tiff.getUint32(at + 8 * n, little) / (tiff.getUint32(at + 8 * n + 4, little) || 1);
  const value = part(0) + part(1) / 60 + part(2) / 3600;
  return negative ? -value : value;
}

function entries(tiff: DataView, at: number, little: boolean): Map<number, number> {
  const found = new Map<number, number>();
  for (let n = 0; n < tiff.getUint16(at, little); n += 1) found.set(tiff.getUint16(at + 2 + 12 * n, little), at + 2 + 12 * n);
  return found;
}

function read(file: DataView): Point | null {
  const tiff = exif(file);
  if (!tiff) return null;
  const little = tiff.getUint16(0) === 0x4949;
  const pointer = entries(tiff, tiff.getUint32(4, little), little).get(GPS);
  if (pointer === undefined) return null;
  const gps = entries(tiff, tiff.getUint32(pointer + 8, little), little);
  const [south, lat, west, lon] = [gps.get(1), gps.get(2), gps.get(3), gps.get(4)];
  if (south === undefined || lat === undefined || west === undefined || lon === undefined) return null;
  const point = { lat: degrees(tiff, lat, little, tiff.getUint8(south + 8) === 0x53), lon: degrees(tiff, lon, little, tiff.getUint8(west + 8) === 0x57) };
  const known = Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 && (point.lat !== 0 || point.lon !== 0);
  return known ? point : null;
}

/* WGS 84 degrees, or null when the file does not say, says it wrongly, or is no JPEG. */
export async function takenAt(file: Blob): Promise<Point | null> {
  try {
    return read(new DataView(await file.slice(0, HEAD).arrayBuffer()));
  } catch {
    return null;
  }
}

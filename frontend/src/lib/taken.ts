/* Where a photo was taken, as the telephone wrote it into the file: read here, since it leaves without it. The reader
   of Exif comes when a photo is chosen, and not before; without a line it may not come, and nothing is known. */

export interface Point { lat: number; lon: number }

const HEAD = 256 * 1024; // bytes: a JPEG tells the place at its beginning; others, such as HEIC, often at their end

/* WGS 84 degrees, or null when the file does not say, says it wrongly, or cannot be read. */
export async function takenAt(file: File): Promise<Point | null> {
  try {
    const { load } = await import("exifreader");
    const { gps } = await load(file, file.type === "image/jpeg" ? { expanded: true, length: HEAD } : { expanded: true });
    const point = { lat: gps?.Latitude ?? NaN, lon: gps?.Longitude ?? NaN };
    const known = Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 && (point.lat !== 0 || point.lon !== 0);
    return known ? point : null;
  } catch {
    return null;
  }
}

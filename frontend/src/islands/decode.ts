/* Finds a QR code in pixels where the browser has no BarcodeDetector; fetched by the checker alone. */
import decodeQR from "qr/decode.js";

export function decode(pixels: ImageData): string | null {
  try { return decodeQR(pixels); } catch { return null; }
}

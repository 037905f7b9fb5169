/* The code of a citizen card, read and verified here, without a line: Base45 (RFC 9285), COSE_Sign1 (RFC 9052), CWT (RFC
   8392), ES256 by WebCrypto. The same rules as core/card/token.py; what is written in any other way is refused. */

export type Cbor = number | boolean | null | string | Uint8Array | Cbor[] | Map<number | string, Cbor>;
export type Verdict = "good" | "no_card" | "altered" | "unknown" | "elsewhere" | "revoked" | "clock" | "expired" | "old_picture" | "not_resident" | "other_side";
export interface Published extends JsonWebKey { kid: string; iss: string; town: string; name: string }
export interface Reading { verdict: Verdict; claims: Map<number, Cbor>; town: string }
export interface Wanted { keys: readonly Published[]; revoked: ReadonlySet<string>; here: string; now: number; residentsOnly: boolean }

export const ISSUER = 1, EXPIRES = 4, ISSUED = 6, CODE_ID = 7, PURPOSE = -70001, FORM = -70002, RESIDENT = -70003, RESIDENT_UNTIL = -70004,
  LEVEL = -70005, NUMBER = -70006, NAME = -70007, ENTITLEMENTS = -70009;
const PREFIX = "PARVIS1:";
const LONGEST = 2000; // letters
const SKEW = 300; // seconds
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function fromBase45(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter));
    const value = group.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    if (group.includes(-1) || group.length === 1 || value >= (group.length === 3 ? 65536 : 256)) throw new Error("not base45");
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

/* Reads deterministic CBOR only (RFC 8949, 4.2.1): shortest heads, definite lengths, keys in order, nothing behind. */
class Reader {
  at = 0;
  constructor(readonly data: Uint8Array) {}

  private take(count: number): Uint8Array {
    if (this.at + count > this.data.length) throw new Error("short");
    this.at += count;
    return this.data.slice(this.at - count, this.at);
  }

  private head(): [major: number, value: number] {
    const first = this.take(1)[0] ?? 0;
    const short = first & 31;
    if (short < 24) return [first >> 5, short];
    if (short > 27 || first >> 5 === 7) throw new Error("not deterministic");
    const value = this.take(2 ** (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < [24, 256, 65536, 2 ** 32][short - 24]! || !Number.isSafeInteger(value)) throw new Error("not deterministic");
    return [first >> 5, value];
  }

  item(deep = 0): Cbor {
    if (deep > 4) throw new Error("deep");
    const [major, value] = this.head();
    if (major === 0) return value;
    if (major === 1) return -1 - value;
    if (major === 2) return this.take(value);
    if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(value));
    if (major === 4) return Array.from({ length: Math.min(value, 64) }, () => this.item(deep + 1)).concat(value > 64 ? refuse() : []);
    if (major === 5) return this.map(value, deep);
    if (major === 7 && value >= 20 && value <= 22) return value === 22 ? null : value === 21;
    return refuse();
  }

  private map(count: number, deep: number): Map<number | string, Cbor> {
    const made = new Map<number | string, Cbor>();
    let before: Uint8Array | null = null;
    for (let n = 0; n < count; n += 1) {
      const from = this.at;
      const key = this.item(deep + 1);
      const written = this.data.slice(from, this.at);
      if ((typeof key !== "number" && typeof key !== "string") || (before && !inOrder(before, written))) throw new Error("keys");
      before = written;
      made.set(key, this.item(deep + 1));
    }
    return made;
  }

  whole<T extends Cbor>(): T {
    const found = this.item();
    if (this.at !== this.data.length) throw new Error("something behind");
    return found as T;
  }
}

function refuse(): never { throw new Error("not ours"); }

/* The shorter one first, then by the bytes: what cbor2 writes, and RFC 7049 calls canonical. */
function inOrder(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return one.length < other.length;
  const at = one.findIndex((byte, n) => byte !== other[n]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

const bytesHead = (length: number): number[] => (length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255]);
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

interface Parts { kid: string; claims: Map<number, Cbor>; signature: Uint8Array<ArrayBuffer>; signed: Uint8Array<ArrayBuffer> }

/* Takes a code apart. Throws for whatever is not written as the house writes it. */
function partsOf(text: string): Parts {
  if (text.length > LONGEST) refuse();
  const data = fromBase45(text.slice(PREFIX.length));
  if (data[0] !== 0xd2) refuse(); // tag 18: COSE_Sign1
  const outer = new Reader(data.slice(1)).whole<Cbor[]>();
  const [protectedHead, open, payload, signature] = outer;
  if (!Array.isArray(outer) || outer.length !== 4 || !(protectedHead instanceof Uint8Array) || !(open instanceof Map) || open.size) refuse();
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array) || signature.length !== 64) refuse();
  const head = new Reader(protectedHead).whole<Map<number, Cbor>>();
  const kid = head instanceof Map && head.size === 2 && head.get(1) === -7 ? head.get(4) : null;
  const claims = new Reader(payload).whole<Map<number, Cbor>>();
  if (!(kid instanceof Uint8Array) || !(claims instanceof Map)) refuse();
  const id = claims.get(CODE_ID);
  const whole = [EXPIRES, ISSUED, FORM].every((name) => typeof claims.get(name) === "number") && typeof claims.get(ISSUER) === "string";
  if (!whole || !(id instanceof Uint8Array) || id.length !== 8 || ![0, 1].includes(claims.get(FORM) as number)) refuse();
  // Sig_structure: ["Signature1", protected, external (empty), payload]
  const start = [0x84, 0x6a, ...new TextEncoder().encode("Signature1")];
  const signed = Uint8Array.from([...start, ...bytesHead(protectedHead.length), ...protectedHead, 0x40, ...bytesHead(payload.length), ...payload]);
  return { kid: base64url(kid), claims, signature: Uint8Array.from(signature), signed };
}

async function isSigned(parts: Parts, key: Published): Promise<boolean> {
  const { kty, crv, x, y } = key;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const imported = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, parts.signature, parts.signed);
}

/* What a checker says of a code. */
export async function read(text: string, wanted: Wanted): Promise<Reading> {
  const none = new Map<number, Cbor>();
  if (!text.startsWith(PREFIX)) return { verdict: "no_card", claims: none, town: "" };
  let parts: Parts;
  try { parts = partsOf(text); } catch { return { verdict: "altered", claims: none, town: "" }; }
  const key = wanted.keys.find((one) => one.kid === parts.kid);
  if (!key) return { verdict: "unknown", claims: none, town: "" };
  if (!(await isSigned(parts, key)) || parts.claims.get(ISSUER) !== key.iss) return { verdict: "altered", claims: none, town: "" };
  return { verdict: judge(parts.claims, key, wanted), claims: parts.claims, town: key.name };
}

function judge(claims: Map<number, Cbor>, key: Published, wanted: Wanted): Verdict {
  if (key.town !== wanted.here) return "elsewhere";
  if (wanted.revoked.has(hex(claims.get(CODE_ID) as Uint8Array))) return "revoked";
  if ((claims.get(ISSUED) as number) > wanted.now + SKEW) return "clock";
  if ((claims.get(EXPIRES) as number) <= wanted.now) return claims.get(FORM) === 1 ? "expired" : "old_picture";
  if (wanted.residentsOnly && claims.get(RESIDENT) !== true) return claims.has(RESIDENT) ? "not_resident" : "other_side";
  return "good";
}

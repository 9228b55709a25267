// Pictures and films for the stories, made by the browser, and what they say of where they were taken.
import type { Page } from "@playwright/test";

/** What a picture says of its place, and nothing sent may. */
export const PLACE = "GPS 48.2082 N 16.3738 E";

/** A JPEG of four colours, without any metadata. */
export async function jpeg(page: Page, width: number, height: number): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ([width, height]) => {
      const canvas = new OffscreenCanvas(width!, height!);
      const context = canvas.getContext("2d")!;
      ["#d03030", "#30b040", "#3050d0", "#e0d040"].forEach((colour, at) => {
        context.fillStyle = colour;
        context.fillRect((at % 2) * (width! / 2), Math.floor(at / 2) * (height! / 2), width! / 2, height! / 2);
      });
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    [width, height],
  );
  return Buffer.from(base64, "base64");
}

/** The same with what a telephone writes: where it was taken, and how it is turned (1 is upright, 6 lies on its side). */
export function located(picture: Buffer, orientation = 1): Buffer {
  const entry = (tag: number, kind: number, count: number, value: number[]): Buffer =>
    Buffer.from([tag >> 8, tag & 255, 0, kind, 0, 0, 0, count, ...value]);
  const place = Buffer.from(`${PLACE}\0`);
  // A directory with the orientation and the way to a second one, which says the place.
  const tiff = Buffer.concat([
    Buffer.from("MM\0*\0\0\0\x08\0\x02", "latin1"),
    entry(0x0112, 3, 1, [0, orientation, 0, 0]),
    entry(0x8825, 4, 1, [0, 0, 0, 38]),
    Buffer.from([0, 0, 0, 0, 0, 1]),
    entry(0x001c, 2, place.length, [0, 0, 0, 56]),
    Buffer.from([0, 0, 0, 0]),
    place,
  ]);
  const data = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const xmp = Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${PLACE}</x:xmpmeta>`, "latin1");
  const segment = (bytes: Buffer): Buffer => {
    const length = bytes.length + 2;
    return Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 255]), bytes]);
  };
  return Buffer.concat([picture.subarray(0, 2), segment(data), segment(xmp), picture.subarray(2)]);
}

/** A PNG of a few bytes that claims to have 3,600 million points. */
export function bomb(): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(kind, "latin1"), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", Buffer.alloc(20)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A film without pictures, as a telephone writes it: where it was taken stands in `udta` and in `meta`. */
export function locatedFilm(): Buffer {
  const box = (kind: string, ...inside: (Buffer | string)[]): Buffer => {
    const all = Buffer.concat(inside.map((it) => (typeof it === "string" ? Buffer.from(it, "latin1") : it)));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(all.length + 8);
    return Buffer.concat([size, Buffer.from(kind, "latin1"), all]);
  };
  const handler = (kind: string): Buffer => box("hdlr", Buffer.alloc(8), kind, Buffer.alloc(12), "name\0");
  const keys = box("keys", Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), box("mdta", "com.apple.quicktime.location.ISO6709"));
  const value = box("data", Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]), PLACE);
  const list = box("ilst", box("\0\0\0\x01", value));
  const media = box("mdia", box("mdhd", Buffer.alloc(24)), handler("vide"), box("minf", Buffer.alloc(40)));
  const track = box("trak", box("tkhd", Buffer.alloc(84)), media);
  const movie = box(
    "moov",
    box("mvhd", Buffer.alloc(100)),
    track,
    box("udta", box("\xa9xyz", Buffer.from([0, PLACE.length, 0x15, 0xc7]), PLACE), box("loci", Buffer.alloc(6), PLACE)),
    box("meta", handler("mdta"), keys, list),
  );
  return Buffer.concat([box("ftyp", "isom", Buffer.alloc(4), "isom"), box("mdat", Buffer.alloc(300_000, 0x77)), movie]);
}

/** A film of two seconds: first red, then blue. */
export async function film(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d")!;
    let began = performance.now();
    const draw = (): void => {
      const seconds = (performance.now() - began) / 1000;
      context.fillStyle = seconds < 1 ? "#d03030" : "#3050d0";
      context.fillRect(0, 0, 320, 240);
      context.fillStyle = "#ffffff";
      context.fillRect((seconds * 100) % 300, 100, 20, 20);
    };
    draw();
    const timer = setInterval(draw, 40);
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstart = () => (began = performance.now());
    recorder.start();
    await new Promise((done) => setTimeout(done, 2_200));
    await new Promise((done) => {
      recorder.onstop = done;
      recorder.stop();
    });
    clearInterval(timer);
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return Buffer.from(base64, "base64");
}

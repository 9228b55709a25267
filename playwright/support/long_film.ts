// A film of many minutes and many megabytes, made in a moment: the browser encodes a few frames, and between the parts
// that hold them lie megabytes that say nothing. An index at the front says where each minute begins, so that a player
// can go there without having the rest.
import type { Page } from "@playwright/test";

/** So many frames each minute. */
const FRAMES_A_MINUTE = 6;
const [WIDTH, HEIGHT] = [160, 120];

/** A film whose minutes are red, green, blue, red and so on, with so many bytes between each two. */
export async function longFilm(page: Page, minutes: number, between: number): Promise<Buffer> {
  const frames = await encoded(page, minutes);
  const clusters = frames.map((of, minute) => {
    const blocks = of.map((frame, at) => {
      const head = Buffer.from([0x81, 0, 0, 0x80]);
      // A minute is too long for this number: the frames of one stand in its first half.
      head.writeInt16BE((at * 30_000) / FRAMES_A_MINUTE, 1);
      return element("a3", Buffer.concat([head, frame]));
    });
    return element("1f43b675", number("e7", minute * 60_000), ...blocks);
  });
  const filler = element("ec", Buffer.alloc(between));
  const info = element("1549a966", number("2ad7b1", 1_000_000), duration(minutes * 60_000), text("4d80", "story"), text("5741", "story"));
  const video = element("e0", number("b0", WIDTH), number("ba", HEIGHT));
  const track = element("ae", number("d7", 1), number("73c5", 1), number("83", 1), text("86", "V_VP8"), video);
  const tracks = element("1654ae6b", track);
  const index = (first: number): Buffer => {
    let at = first;
    const points = clusters.map((cluster, minute) => {
      const place = element("b7", number("f7", 1), number("f1", at));
      at += cluster.length + filler.length;
      return element("bb", number("b3", minute * 60_000), place);
    });
    return element("1c53bb6b", ...points);
  };
  // Numbers have a fixed length, so the index is as long wherever it points.
  const first = info.length + tracks.length + index(0).length;
  const parts = clusters.flatMap((cluster) => [cluster, filler]);
  const header = [number("4286", 1), number("42f7", 1), number("42f2", 4), number("42f3", 8), text("4282", "webm"), number("4287", 4), number("4285", 2)];
  return Buffer.concat([element("1a45dfa3", ...header), element("18538067", info, tracks, index(first), ...parts)]);
}

/** Frames by minute, each of which stands by itself. */
async function encoded(page: Page, minutes: number): Promise<Buffer[][]> {
  const all = await page.evaluate(
    async ([minutes, count, width, height]) => {
      const frames: string[] = [];
      const encoder = new VideoEncoder({
        output: (chunk) => {
          const bytes = new Uint8Array(chunk.byteLength);
          chunk.copyTo(bytes);
          frames.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
        },
        error: (error) => {
          throw error;
        },
      });
      encoder.configure({ codec: "vp8", width: width!, height: height!, bitrate: 100_000 });
      const canvas = new OffscreenCanvas(width!, height!);
      const context = canvas.getContext("2d")!;
      for (let number = 0; number < minutes! * count!; number += 1) {
        context.fillStyle = ["#d03030", "#30b040", "#3050d0"][Math.floor(number / count!) % 3]!;
        context.fillRect(0, 0, width!, height!);
        const frame = new VideoFrame(canvas, { timestamp: number * 1_000_000 });
        encoder.encode(frame, { keyFrame: true });
        frame.close();
      }
      await encoder.flush();
      return frames;
    },
    [minutes, FRAMES_A_MINUTE, WIDTH, HEIGHT] as const,
  );
  const frames = all.map((base64) => Buffer.from(base64, "base64"));
  return Array.from({ length: minutes }, (_, minute) => frames.slice(minute * FRAMES_A_MINUTE, (minute + 1) * FRAMES_A_MINUTE));
}

function element(id: string, ...inside: Buffer[]): Buffer {
  const all = Buffer.concat(inside);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(all.length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, "hex"), size, all]);
}

function number(id: string, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
}

function duration(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(milliseconds);
  return element("4489", bytes);
}

function text(id: string, value: string): Buffer {
  return element(id, Buffer.from(value, "latin1"));
}

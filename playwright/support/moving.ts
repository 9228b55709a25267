// Pictures that move in a known way: what a camera films, what a screen shows, what of it is seen by others, and how
// many frames go out. A picture has a colour on its left and one on its right, which change places all the time.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type Locator, type Page, expect } from "@playwright/test";

export type Colour = "red" | "blue" | "green" | "yellow";
export type Pair = [Colour, Colour];

const WIDTH = 640;
const HEIGHT = 360;
/** Luma and the two chromas of each colour (BT.601). */
const YUV: Record<Colour, [number, number, number]> = {
  red: [81, 90, 240],
  blue: [41, 240, 110],
  green: [145, 54, 34],
  yellow: [210, 16, 146],
};

/** A film for a camera: the two colours change places three times a second. */
export function movingFilm([left, right]: Pair): string {
  return film([...Array(5).fill(frame(left, right)), ...Array(5).fill(frame(right, left))]);
}

/** A film in which they do not. */
export function stillFilm([left, right]: Pair): string {
  return film(Array(5).fill(frame(left, right)));
}

function frame(left: Colour, right: Colour): Buffer {
  const plane = (width: number, height: number, ofLeft: number, ofRight: number): Buffer => {
    const row = Buffer.alloc(width, ofRight).fill(ofLeft, 0, width / 2);
    return Buffer.concat(Array.from({ length: height }, () => row));
  };
  const [a, b] = [YUV[left], YUV[right]];
  return Buffer.concat([
    Buffer.from("FRAME\n"),
    plane(WIDTH, HEIGHT, a[0], b[0]),
    plane(WIDTH / 2, HEIGHT / 2, a[1], b[1]),
    plane(WIDTH / 2, HEIGHT / 2, a[2], b[2]),
  ]);
}

function film(frames: Buffer[]): string {
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420jpeg\n`);
  const path = join(mkdtempSync(join(tmpdir(), "parley-moving-")), "film.y4m");
  writeFileSync(path, Buffer.concat([head, ...frames]));
  return path;
}

/** Has the browser give this when a screen is to be shared: the colours, and a pitch as its sound (in Firefox whatever
 * its fake microphone hums). To be called before the first page opens. */
export async function giveScreen(context: BrowserContext, pair: Pair, hertz: number): Promise<void> {
  await context.addInitScript(fakeScreen, [pair, hertz] as const);
}

/** Runs in the page. */
export function fakeScreen([pair, hertz]: readonly [Pair, number]): void {
  const css = { red: "#e01010", blue: "#1010e0", green: "#10c010", yellow: "#e0e010" };
  navigator.mediaDevices.getDisplayMedia = async (options) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const brush = canvas.getContext("2d")!;
    let turn = 0;
    const draw = (): void => {
      const [left, right] = Math.floor(turn++ / 10) % 2 ? [pair[1]!, pair[0]!] : [pair[0]!, pair[1]!];
      brush.fillStyle = css[left];
      brush.fillRect(0, 0, 640, 720);
      brush.fillStyle = css[right];
      brush.fillRect(640, 0, 640, 720);
    };
    draw();
    setInterval(draw, 33);
    const stream = canvas.captureStream(30);
    if (options?.audio && navigator.userAgent.includes("Firefox")) {
      // Without a loudspeaker it runs no AudioContext; its own fake hums too.
      const hum = await navigator.mediaDevices.getUserMedia({ audio: true });
      stream.addTrack(hum.getAudioTracks()[0]!);
    } else if (options?.audio) {
      const sound = new AudioContext();
      const tone = sound.createOscillator();
      tone.frequency.value = hertz;
      const way = sound.createMediaStreamDestination();
      tone.connect(way);
      tone.start();
      stream.addTrack(way.stream.getAudioTracks()[0]!);
    }
    Object.assign(globalThis, { parleyScreen: stream });
    return stream;
  };
}

/** The window that is shared is closed, as the browser tells a page. */
export async function closeSharedWindow(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { parleyScreen } = globalThis as unknown as { parleyScreen: MediaStream };
    for (const track of parleyScreen.getTracks()) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  });
}

/** What stands on the left and on the right of a picture now. */
async function halves(video: Locator): Promise<string> {
  return video.evaluate((it: HTMLVideoElement) => {
    if (it.videoWidth === 0) return "nothing";
    const canvas = new OffscreenCanvas(64, 36);
    const brush = canvas.getContext("2d", { willReadFrequently: true })!;
    brush.drawImage(it, 0, 0, 64, 36);
    const at = (x: number): string => {
      const [red, green, blue] = brush.getImageData(x, 18, 1, 1).data as unknown as [number, number, number];
      if (red > 140 && green > 140 && blue < 110) return "yellow";
      const most = Math.max(red, green, blue);
      if (most < 80) return "dark";
      return most === red ? "red" : most === green ? "green" : "blue";
    };
    return `${at(16)} ${at(48)}`;
  });
}

/** The same as it stands on the screen, mirrored or not. Of red, green and blue only. */
export async function shownHalves(shown: Locator): Promise<string> {
  const bytes = (await shown.screenshot()).toString("base64");
  return shown.page().evaluate(async (bytes) => {
    const png = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    const drawn = await createImageBitmap(new Blob([png], { type: "image/png" }));
    const brush = new OffscreenCanvas(64, 36).getContext("2d")!;
    brush.drawImage(drawn, 0, 0, 64, 36);
    const at = (x: number): string => {
      const [red, green, blue] = brush.getImageData(x, 18, 1, 1).data as unknown as [number, number, number];
      const most = Math.max(red, green, blue);
      return most < 80 ? "dark" : most === red ? "red" : most === green ? "green" : "blue";
    };
    return `${at(16)} ${at(48)}`;
  }, bytes);
}

/** Waits until a picture shows the two colours, and then the other way round. */
export async function expectMoving(video: Locator, [one, two]: Pair): Promise<void> {
  for (const wanted of [`${one} ${two}`, `${two} ${one}`]) {
    await expect.poll(() => halves(video), { timeout: 20_000, intervals: [50] }).toBe(wanted);
  }
}

/** Frames of pictures that left a page so far, or were decoded there, over all its live connections. */
export async function frames(page: Page, way: "sent" | "decoded"): Promise<number> {
  return page.evaluate(async (way) => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    let count = 0;
    for (const connection of parleyConnections) {
      if (connection.connectionState !== "connected") continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.kind !== "video") continue;
        if (way === "sent" && entry.type === "outbound-rtp") count += (entry.framesSent as number) ?? 0;
        if (way === "decoded" && entry.type === "inbound-rtp") count += (entry.framesDecoded as number) ?? 0;
      }
    }
    return count;
  }, way);
}

/** Frames that leave a page in half a second from now on. */
export async function framesNow(page: Page): Promise<number> {
  const before = await frames(page, "sent");
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
  return (await frames(page, "sent")) - before;
}

/** The width of the largest picture that leaves a page now. */
export async function widthSent(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    let width = 0;
    for (const connection of parleyConnections) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === "outbound-rtp" && entry.kind === "video") width = Math.max(width, entry.frameWidth ?? 0);
      }
    }
    return width;
  });
}

// A camera that is held to somebody's screen: a film of one QR code, which Chromium plays in place of a camera.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "@playwright/test";

const WIDTH = 640;
const HEIGHT = 480;

/** Where a film will be, before there is one. */
export function film(): string {
  return join(mkdtempSync(join(tmpdir(), "parley-camera-")), "film.y4m");
}

/** Films a code that is on a screen. */
export async function filmCode(code: Locator, to: string): Promise<void> {
  const side = Number((await code.getAttribute("viewBox"))?.split(" ")[2]);
  const path = (await code.locator("path").getAttribute("d")) ?? "";
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1/g)].map((found) => `${found[1]} ${found[2]}`));
  const module = Math.floor(HEIGHT / side);
  const left = Math.floor((WIDTH - side * module) / 2);
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = `${Math.floor((x - left) / module)} ${Math.floor(y / module)}`;
      if (dark.has(at)) luma[y * WIDTH + x] = 16;
    }
  }
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, grey]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(to, Buffer.concat([head, frame, frame]));
}

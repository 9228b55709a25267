// Which browser the stories run in, and how it is started.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { LaunchOptions } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What the microphone hears: a WAV file, the browser's own beeps, or there is no microphone. */
export type Microphone = { tone: string } | "beeps" | "none";

/** Launch options. `camera` is the film that a camera shows. */
export function chromium(microphone: Microphone = "beeps", camera?: string): LaunchOptions {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
  ];
  if (microphone !== "none") args.push("--use-fake-device-for-media-stream");
  if (typeof microphone === "object") args.push(`--use-file-for-fake-audio-capture=${microphone.tone}`);
  if (camera) args.push(`--use-file-for-fake-video-capture=${camera}`);
  return { executablePath: program(), args };
}

function program(): string {
  const chosen = process.env.PARLEY_CHROMIUM;
  if (chosen) return chosen;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of NAMES) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Error("no Chromium found: sudo apt-get install chromium, or set PARLEY_CHROMIUM");
}

// Sounds for the fake microphone: a plain tone of a known pitch.
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RATE = 48_000;
const SECONDS = 2;

/**
 * Writes a WAV file with a sine of this many whole hertz, and returns its
 * path. Two seconds hold a whole number of waves, so it loops without a click.
 */
export function tone(hertz: number): string {
  const samples = RATE * SECONDS;
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // one channel
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) {
    const value = Math.sin((2 * Math.PI * hertz * at) / RATE);
    file.writeInt16LE(Math.round(value * 16_000), 44 + at * 2);
  }
  const folder = join(tmpdir(), "parley-tones");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${hertz}-${process.pid}.wav`);
  writeFileSync(path, file);
  return path;
}

// Measures what taking noise out of a microphone costs: the program as a page loads it, in the engine that runs it there,
// with a minute of a voice-like sound in noise.
//
// node bench/denoise.mjs <folder of the built app>   prints one line of JSON, in hundredths of a core
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SECONDS = 60;
const RATE = 48_000;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(process.argv[2], "denoise.wasm"))), {});
const size = exports.frame_size();
// The first frame takes all the memory that there will be.
exports.denoise();
const place = exports.frame();
const frame = new Float32Array(exports.memory.buffer, place, size);

/** Fills in some seconds and gives the time that the program took for them, in seconds. */
function run(seconds) {
  let took = 0;
  for (let begin = 0; begin < seconds * RATE; begin += size) {
    for (let at = 0; at < size; at += 1) {
      const time = (begin + at) / RATE;
      const voice = Math.sin(2 * Math.PI * 150 * time) * Math.max(0, Math.sin(2 * Math.PI * 3 * time));
      frame[at] = 0.3 * voice + 0.05 * (Math.random() * 2 - 1);
    }
    const before = performance.now();
    exports.denoise();
    took += performance.now() - before;
  }
  return took / 1_000;
}

run(5);
console.log(JSON.stringify({ percent: (run(SECONDS) / SECONDS) * 100 }));

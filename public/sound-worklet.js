// What is done to sound sample by sample, on the browser's own thread for it: telling how loud a microphone is, taking
// noise out of it, and holding down what is too loud for ears. Loaded with the first call. Never: the network, or what anybody says, kept.
"use strict";

/** About 10 ms: what of a syllable is missing when the microphone opens for it. */
const BLOCK = 512;
/** Blocks between two reports while nothing becomes louder. */
const PATIENCE = 4;
/** Louder by this many decibels is told at once. */
const RISE = 6;

// Tells how loud its input is, in decibels below the loudest possible: the loudest block since it last told.
registerProcessor(
  "parley-loudness",
  class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.energy = 0;
      this.count = 0;
      this.loudest = -100;
      this.blocks = 0;
      this.told = -100;
      this.isOn = true;
      this.port.onmessage = () => (this.isOn = false);
    }

    process([channels]) {
      for (const channel of channels.slice(0, 1)) for (const sample of channel) this.energy += sample * sample;
      this.count += 128;
      if (this.count >= BLOCK) this.endBlock();
      return this.isOn;
    }

    endBlock() {
      const decibels = 10 * Math.log10(Math.max(this.energy / this.count, 1e-10));
      this.loudest = Math.max(this.loudest, decibels);
      this.blocks += 1;
      if (this.blocks >= PATIENCE || this.loudest > this.told + RISE) {
        this.port.postMessage(this.loudest);
        this.told = this.loudest;
        this.loudest = -100;
        this.blocks = 0;
      }
      this.energy = 0;
      this.count = 0;
    }
  },
);

// Takes noise out of one channel, by the program that it is given (the crate `denoise`): frames of 10 ms at 48 kHz.
registerProcessor(
  "parley-denoise",
  class extends AudioWorkletProcessor {
    constructor({ processorOptions: { program } }) {
      super();
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), {});
      this.program = exports;
      this.size = exports.frame_size();
      // The first frame takes all the memory that there will be.
      exports.denoise();
      this.look();
      this.filled = 0;
      // As many samples as may have to be given before a frame is whole.
      this.ready = new Float32Array(2 * this.size + 128);
      this.waiting = this.size;
      this.isOn = true;
      this.port.onmessage = () => (this.isOn = false);
    }

    look() {
      const at = this.program.frame();
      this.frame = new Float32Array(this.program.memory.buffer, at, this.size);
    }

    process([input], [output]) {
      const from = input[0];
      const to = output[0];
      for (let at = 0; at < to.length; at += 1) {
        this.frame[this.filled] = from ? from[at] : 0;
        this.filled += 1;
        if (this.filled === this.size) {
          this.program.denoise();
          // Memory that grew lies elsewhere.
          if (this.frame.length === 0) this.look();
          this.ready.set(this.frame, this.waiting);
          this.waiting += this.size;
          this.filled = 0;
        }
      }
      to.set(this.ready.subarray(0, to.length));
      this.ready.copyWithin(0, to.length, this.waiting);
      this.waiting -= to.length;
      return this.isOn;
    }
  },
);

/** From here on sound is held down, and of every twenty decibels above it one is left. */
const CEILING = 10 ** (-9 / 20);
const LEFT = 1 / 20;
/** Seconds in which most of the loudness comes back. */
const BACK = 0.15;

// Holds down what is too loud, all channels alike. It does not look ahead: what comes in leaves at once.
registerProcessor(
  "parley-limiter",
  class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.gain = 1;
      this.back = 1 - Math.exp(-1 / (BACK * sampleRate));
      this.isOn = true;
      this.port.onmessage = () => (this.isOn = false);
    }

    process([input], [output]) {
      const length = input.length > 0 ? input[0].length : 0;
      for (let at = 0; at < length; at += 1) {
        let peak = 0;
        for (const channel of input) peak = Math.max(peak, Math.abs(channel[at]));
        const most = peak > CEILING ? (CEILING / peak) ** (1 - LEFT) : 1;
        this.gain = Math.min(most, this.gain + (1 - this.gain) * this.back);
        for (let number = 0; number < output.length; number += 1) output[number][at] = input[number][at] * this.gain;
      }
      return this.isOn;
    }
  },
);

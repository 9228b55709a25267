// What comes out of a page's loudspeakers: measured where the page's sound leaves it, so that somebody who still sends
// and is not played counts as not heard.
import type { BrowserContext, Page } from "@playwright/test";

/** Listens to everything that the context's pages play. To be called before the first page opens. */
export async function listenToPlayback(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const taps: AnalyserNode[] = [];
    Object.assign(globalThis, { parleyTaps: taps });
    const original = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (this: AudioNode, ...given: unknown[]) {
      const [target] = given;
      if (target instanceof AudioDestinationNode) {
        const tap = new AnalyserNode(this.context, { fftSize: 8192, smoothingTimeConstant: 0 });
        taps.push(tap);
        (original as (node: AudioNode) => AudioNode).call(this, tap);
      }
      return (original as (...all: unknown[]) => AudioNode).apply(this, given);
    } as typeof original;
  });
}

/** The level in decibels at which a page plays a pitch, the loudest of half a second. */
export async function played(page: Page, hertz: number): Promise<number> {
  return page.evaluate(async (hertz) => {
    const { parleyTaps } = globalThis as unknown as { parleyTaps: AnalyserNode[] };
    let loudest = -200;
    for (let round = 0; round < 5; round += 1) {
      await new Promise((done) => setTimeout(done, 100));
      for (const tap of parleyTaps.filter((it) => it.context.state === "running")) {
        const levels = new Float32Array(tap.frequencyBinCount);
        tap.getFloatFrequencyData(levels);
        const at = Math.round((hertz * tap.fftSize) / tap.context.sampleRate);
        loudest = Math.max(loudest, ...levels.subarray(at - 2, at + 3));
      }
    }
    return Number.isFinite(loudest) ? loudest : -200;
  }, hertz);
}

/** The page's browser sends whatever its page tells it not to: a client that somebody changed. */
export async function neverMute(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      return track ? replace.call(this, track) : Promise.resolve();
    };
    Object.defineProperty(MediaStreamTrack.prototype, "enabled", { get: () => true, set: () => undefined });
  });
}

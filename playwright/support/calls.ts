// What a story can know about a call from outside the app: the browser's own
// peer connections, and the sound that comes out of them.
import type { BrowserContext, Locator, Page } from "@playwright/test";

/** TURN alone, over this transport alone; or whatever the browsers find. */
export type Way = "udp" | "tcp" | undefined;

/** What a peer connection hears of the other side. */
export interface Heard {
  /** The loudest pitch in hertz, as good as the analysis: about 12 Hz. */
  hertz: number;
  /** The level of that pitch in decibels; silence is below -90. */
  decibels: number;
}

/** The way the media takes: `relay` with its transport, or `host` and so on. */
export interface Route {
  local: string;
  remote: string;
  /** How the browser reaches the TURN server, when it does. */
  relayProtocol?: string;
}

/**
 * Keeps the context's peer connections within reach of the story. With
 * `onlyThrough`, media goes through TURN alone, over that transport alone.
 * To be called before the first page opens.
 */
export async function watchCalls(context: BrowserContext, way?: Way): Promise<void> {
  await context.addInitScript(narrow, way);
}

/** The connections that a page makes from now on take that way. Runs in the page. */
export function onlyThrough(way: Way): void {
  Object.assign(globalThis, { parleyWay: way });
}

/** A figure of an element that plays. */
export async function here(video: Locator, figure: "currentTime" | "videoWidth"): Promise<number> {
  return video.evaluate((it: HTMLVideoElement, figure) => it[figure], figure);
}

/** Keeps a page's connections within reach. Runs in the page. */
export function narrow(way: Way): void {
  const connections: RTCPeerConnection[] = [];
  Object.assign(globalThis, { parleyConnections: connections, parleyWay: way });
  const Original = globalThis.RTCPeerConnection;

  const narrowed = (given: RTCConfiguration = {}): RTCConfiguration => {
    const transport = (globalThis as unknown as { parleyWay: Way }).parleyWay;
    if (!transport) return given;
    const isWanted = (url: string) =>
      /^turns?:/.test(url) && (/transport=tcp/.test(url) ? "tcp" : "udp") === transport;
    const iceServers = (given.iceServers ?? [])
      .map((server) => ({ ...server, urls: [server.urls].flat().filter(isWanted) }))
      .filter((server) => server.urls.length > 0);
    return { ...given, iceServers, iceTransportPolicy: "relay" };
  };

  globalThis.RTCPeerConnection = class extends Original {
    constructor(given?: RTCConfiguration) {
      super(narrowed(given));
      connections.push(this);
    }
    override setConfiguration(given?: RTCConfiguration) {
      super.setConfiguration(narrowed(given));
    }
  };
}

/** What each live connection of the page hears, measured for half a second. */
export async function heard(page: Page): Promise<Heard[]> {
  return page.evaluate(async () => {
    const connections = (globalThis as unknown as { parleyConnections: RTCPeerConnection[] })
      .parleyConnections;
    const tracks = connections
      .filter((connection) => connection.connectionState === "connected")
      .flatMap((connection) => connection.getReceivers())
      .map((receiver) => receiver.track)
      .filter((track) => track.kind === "audio" && track.readyState === "live");
    const context = new AudioContext();
    await context.resume();
    const analysers = tracks.map((track) => {
      const stream = new MediaStream([track]);
      // Chromium decodes a remote track only when an element plays it.
      const element = new Audio();
      element.muted = true;
      element.srcObject = stream;
      element.play().catch(() => undefined);
      const analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(stream).connect(analyser);
      return { analyser, element };
    });
    await new Promise((done) => setTimeout(done, 500));
    const results = analysers.map(({ analyser, element }) => {
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const decibels = Math.max(...levels);
      const width = context.sampleRate / analyser.fftSize;
      element.srcObject = null;
      const hertz = levels.indexOf(decibels) * width;
      return { hertz, decibels: Number.isFinite(decibels) ? decibels : -200 };
    });
    await context.close();
    return results;
  });
}

/** The way that the media of each live connection takes. */
export async function routes(page: Page): Promise<Route[]> {
  return page.evaluate(async () => {
    const connections = (globalThis as unknown as { parleyConnections: RTCPeerConnection[] })
      .parleyConnections;
    const found = [];
    for (const connection of connections) {
      if (connection.connectionState !== "connected") continue;
      const stats = new Map([...(await connection.getStats()).entries()]);
      const transport = [...stats.values()].find((entry) => entry.type === "transport");
      const pair = stats.get(transport?.selectedCandidatePairId);
      const local = stats.get(pair?.localCandidateId);
      const remote = stats.get(pair?.remoteCandidateId);
      if (!local || !remote) continue;
      found.push({
        local: local.candidateType as string,
        remote: remote.candidateType as string,
        relayProtocol: local.relayProtocol as string | undefined,
      });
    }
    return found;
  });
}

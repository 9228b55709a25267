// Ports of this machine that nobody uses.
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

// Below those that a system gives to connections as they go out: one of these could take a port before it is used.
const FIRST = 20_000;
const LAST = 32_000;
const given = new Set<number>();

/** A port that is free for TCP and for UDP. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    // Nobody may be listening yet where the last one was given to.
    if (given.has(port)) continue;
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error("no port is free for both TCP and UDP");
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}

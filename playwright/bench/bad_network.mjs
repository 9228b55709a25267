// A network that loses packets and lets them wait, for every connection of a page: each address that a connection names
// gets a stand-in here, and only stand-ins are told to the other side. What comes to the stand-in of somebody is passed
// on from the stand-in of whoever sent it, so both ends see one network between them and nothing of this program.
import { createSocket } from "node:dgram";

export class BadNetwork {
  /** Share of packets that are lost. */
  loss = 0;
  /** Milliseconds that a packet takes at least and at most, each one by itself: they overtake each other. */
  wait = [0, 0];
  passed = 0;
  lost = 0;
  #standIns = new Map();

  /** The port under which an address can be reached through this network. */
  async standIn(address, port) {
    return (await this.#of(address, port)).address().port;
  }

  /** Makes the page's connections, and those of its frames, know each other by stand-ins only. */
  async cover(context) {
    await context.exposeFunction("badNetworkPort", (address, port) => this.standIn(address, port));
    await context.addInitScript(cover);
  }

  close() {
    for (const made of this.#standIns.values()) made.then((socket) => socket.close());
  }

  /** An address is known by its port: all sockets are of this machine. */
  #of(address, port) {
    const known = this.#standIns.get(port);
    if (known) return known;
    const socket = new Promise((done, failed) => {
      const made = createSocket("udp4");
      made.on("error", failed);
      made.on("message", (packet, from) => this.#pass(packet, from, { address, port }));
      made.bind(0, address, () => done(made));
    });
    this.#standIns.set(port, socket);
    return socket;
  }

  async #pass(packet, from, to) {
    const socket = await this.#of(from.address, from.port);
    if (Math.random() < this.loss) {
      this.lost += 1;
      return;
    }
    this.passed += 1;
    const [least, most] = this.wait;
    const send = () => socket.send(packet, to.port, to.address, () => {});
    if (most === 0) send();
    else setTimeout(send, least + Math.random() * (most - least));
  }
}

/** In each page and frame. */
function cover() {
  const CANDIDATE = /^((?:a=)?candidate:\S+ \d+ udp \d+ )(\d+\.\d+\.\d+\.\d+) (\d+)( typ host.*)$/i;
  // A way that has no stand-in is none.
  const stoodIn = async (line) => {
    const [, before, address, port, after] = CANDIDATE.exec(line) ?? [];
    return before && `${before}${address} ${await globalThis.badNetworkPort(address, Number(port))}${after}`;
  };
  const described = async (sdp) => {
    const lines = sdp.split("\r\n").map((line) => (line.startsWith("a=candidate:") ? stoodIn(line) : line));
    return (await Promise.all(lines)).filter((line) => line !== undefined).join("\r\n");
  };
  const { setRemoteDescription, addIceCandidate } = RTCPeerConnection.prototype;
  // One after the other, as they were asked for: waiting must not turn them round.
  const last = new WeakMap();
  const inTurn = (connection, act) => {
    const done = (last.get(connection) ?? Promise.resolve()).catch(() => {}).then(act);
    last.set(connection, done);
    return done;
  };
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return inTurn(this, async () => setRemoteDescription.call(this, { type, sdp: await described(sdp) }));
  };
  RTCPeerConnection.prototype.addIceCandidate = function (given) {
    if (!given?.candidate) return inTurn(this, () => addIceCandidate.call(this, given));
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given;
    return inTurn(this, async () => {
      const told = await stoodIn(candidate);
      if (told) await addIceCandidate.call(this, { candidate: told, sdpMid, sdpMLineIndex, usernameFragment });
    });
  };
}

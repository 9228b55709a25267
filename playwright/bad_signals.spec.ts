// One browser of three misbehaves: what it describes makes no sense, its candidates come in thousands. The others see how
// it is with that one, and talk on.
import { expect, test } from "./support/test.ts";
import { joinVoice } from "./support/acts.ts";
import { allHeard, hum, listenFor, longestSilence, twoTalk } from "./support/listening.ts";

const PITCHES = [440, 660, 880];

test("descriptions that make no sense and thousands of candidates are seen at whoever sends them", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  const cleo = await person();
  for (const [at, { context }] of [ada, ben, cleo].entries()) await hum(context, PITCHES[at]!);
  await cleo.context.addInitScript(() => {
    // The browser's own class: what the stories watch is a child of it.
    const { prototype } = RTCPeerConnection;
    const native = Object.hasOwn(prototype, "localDescription") ? prototype : Object.getPrototypeOf(prototype);
    const own = Object.getOwnPropertyDescriptor(native, "localDescription")!;
    Object.defineProperty(native, "localDescription", {
      get() {
        const description = own.get!.call(this) as RTCSessionDescription | null;
        const { parleyGarbles } = globalThis as unknown as { parleyGarbles?: boolean };
        return parleyGarbles && description ? { type: description.type, sdp: "v=0\r\nnonsense" } : description;
      },
    });
  });
  await twoTalk(relay, [ada.page, ben.page, cleo.page], PITCHES);

  await cleo.page.evaluate(() => Object.assign(globalThis, { parleyGarbles: true }));
  await joinVoice(cleo.page);
  await ada.page.getByTitle("Open the call").click();
  const card = ada.page.getByRole("dialog", { name: "Lounge" }).getByRole("listitem").filter({ has: ada.page.getByRole("slider"), hasText: "Cleo" });
  await expect(card).toContainText("Connecting…");
  await cleo.page.evaluate(() => Object.assign(globalThis, { parleyGarbles: false }));
  await expect(card, "mended by itself").toContainText("Connected", { timeout: 40_000 });

  await cleo.page.evaluate(() => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    for (const connection of parleyConnections) {
      for (let count = 0; count < 1_000; count += 1) {
        const candidate = new RTCIceCandidate({ candidate: `candidate:${count} 1 udp 1 203.0.113.7 ${1_024 + count} typ host`, sdpMid: "0" });
        connection.dispatchEvent(new RTCPeerConnectionIceEvent("icecandidate", { candidate }));
      }
    }
  });
  await listenFor(ada.page, [PITCHES[1]!, PITCHES[2]!]);
  await allHeard(ada.page, 30_000);
  await expect(card).toContainText("Connected");
  expect(await longestSilence(ben.page), "the others heard each other all the time").toBeLessThan(1_500);
});

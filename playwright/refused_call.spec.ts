// Somebody who is not who the description says answers: nothing is sent to them, the person is told why, and the call
// of the others goes on.
import { joinVoice } from "./support/acts.ts";
import { allHeard, hum, listenFor, longestSilence, twoTalk } from "./support/listening.ts";
import { expect, test } from "./support/test.ts";

const PITCHES = [440, 660, 880];

test("a swapped fingerprint ends in a refused connection with a reason, and the others talk on", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  const cleo = await person();
  for (const [at, { context }] of [ada, ben, cleo].entries()) await hum(context, PITCHES[at]!);
  // What Ben is told of the third one's key is another's: as if somebody sat in the middle.
  await ben.context.addInitScript(() => {
    const { setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
      const { parleySwaps } = globalThis as unknown as { parleySwaps?: boolean };
      const turned = (all: string, kind: string, key: string) => `${kind}${key.split(":").reverse().join(":")}`;
      const sdp = parleySwaps
        ? description.sdp?.replace(/(a=fingerprint:sha-256 )([0-9A-F:]+)/g, turned)
        : description.sdp;
      return setRemoteDescription.call(this, { ...description, sdp });
    } as typeof setRemoteDescription;
  });
  await twoTalk(relay, [ada.page, ben.page, cleo.page], PITCHES);

  await ben.page.evaluate(() => Object.assign(globalThis, { parleySwaps: true }));
  await listenFor(ada.page, [PITCHES[2]!]);
  await joinVoice(cleo.page);
  const bar = ben.page.getByRole("group", { name: "Call" });
  await expect(bar.getByText("Somebody else answered in place of Cleo.")).toBeVisible({ timeout: 30_000 });
  await expect(bar.getByText("They were refused and heard nothing.")).toBeVisible();
  await allHeard(ada.page, 30_000);
  expect(await longestSilence(ben.page), "Ada was heard all the time").toBeLessThan(1_000);
  const sent = await ben.page.evaluate(async () => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    const swapped = parleyConnections.filter((it) => it.connectionState !== "connected");
    let packets = 0;
    for (const connection of swapped) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === "outbound-rtp") packets += entry.packetsSent as number;
      }
    }
    return packets;
  });
  expect(sent, "packets of sound to whoever answered").toBe(0);

  // The right one is there again.
  await ben.page.evaluate(() => Object.assign(globalThis, { parleySwaps: false }));
  await listenFor(ben.page, [PITCHES[2]!]);
  await bar.getByRole("button", { name: "Try again" }).click();
  await allHeard(ben.page, 30_000);
  await expect(bar.getByText("Somebody else answered")).toHaveCount(0);
});

// A relay that keeps changes of the community back from one member: it is told where one writes, and one can go on.
import { allSent, messages, say, sees, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** How long an entry that somebody names may be on its way before it is told. */
const TOLD_MS = 75_000;

test("changes that the relay keeps back hold words until one writes anyway", async ({ relay, person }) => {
  test.setTimeout(180_000);
  const [ada, ben] = [await person(), await person()];
  let keptBack = false;
  await ben.page.routeWebSocket(/\/socket$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      if (!(keptBack && frame.toString().startsWith('{"log":'))) socket.send(frame);
    });
  });
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "Before");
  await sees(ada.page, "Before");

  keptBack = true;
  await ada.page.getByRole("button", { name: "Make a text channel" }).click();
  await ada.page.getByLabel("Channel name").fill("attic");
  await ada.page.getByRole("button", { name: "Make channel" }).click();
  await ada.page.getByRole("button", { name: "general", exact: true }).click();
  await say(ada.page, "There is an attic now");
  await sees(ben.page, "There is an attic now");

  const banner = ben.page.getByRole("status").filter({ hasText: "Ada wrote with changes to this community that are not here" });
  await expect(banner).toBeVisible({ timeout: TOLD_MS });
  await say(ben.page, "Which attic?");
  await expect(messages(ben.page).getByText("Waiting for the relay")).toBeVisible();
  await expect(messages(ada.page).getByText("Which attic?")).toHaveCount(0);

  await banner.getByRole("button", { name: "Write anyway" }).click();
  await expect(banner).toHaveCount(0);
  await allSent(ben.page);
  await sees(ada.page, "Which attic?");
});

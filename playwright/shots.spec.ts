import type { Page } from "@playwright/test";
import { composer, messages, say, twoMembers } from "./support/acts.ts";
import { test } from "./support/test.ts";

async function picture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#3aa675";
    context.beginPath();
    context.ellipse(150, 100, 145, 95, 0, 0, 7);
    context.fill();
    context.fillStyle = "#1c2430";
    context.fillRect(90, 70, 24, 24);
    context.fillRect(186, 70, 24, 24);
    const blob = await canvas.convertToBlob();
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return Buffer.from(base64, "base64");
}
const DIR = "/tmp/shots";
for (const scheme of ["dark", "light"] as const) for (const width of [1280, 390]) {
  test(`shots ${scheme} ${width}`, async ({ relay, person }) => {
    const viewport = { width, height: width === 390 ? 844 : 800 };
    const [wide, ben] = [await person({ colorScheme: scheme }), await person({ colorScheme: scheme })];
    await twoMembers(relay, wide.page, ben.page);
    const page = wide.page;
    const shot = async (name: string) => { await page.waitForTimeout(250); await page.screenshot({ path: `${DIR}/${scheme}-${width}-${name}.png` }); };
    await page.getByRole("button", { name: "Settings" }).first().click();
    await page.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Community emoji" }).click();
    const dialog = page.getByRole("dialog", { name: "Community emoji" });
    await page.setViewportSize(viewport);
    await shot("emoji-empty");
    for (const name of ["green_blob", "party_parrot"]) {
      await dialog.locator("input[type=file]").setInputFiles({ name: `${name}.png`, mimeType: "image/png", buffer: await picture(page) });
      await dialog.getByRole("img", { name: "How it looks alone" }).waitFor();
      if (name === "party_parrot") await shot("emoji-chosen");
      await dialog.getByRole("button", { name: "Add emoji" }).click();
      await dialog.getByRole("button", { name: `Remove :${name}:` }).waitFor();
    }
    await dialog.getByRole("button", { name: "Remove :green_blob:" }).click();
    await shot("emoji-ask");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("button", { name: "Settings" }).first().click();
    await page.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Roles" }).click();
    const roles = page.getByRole("dialog", { name: "Roles" });
    await page.setViewportSize(viewport);
    await shot("roles-empty");
    await roles.getByRole("button", { name: "New role" }).click();
    await roles.getByLabel("Role name").fill("Night crew");
    await roles.getByRole("switch", { name: "Delete and pin what others wrote" }).check();
    await shot("roles-new");
    await roles.getByRole("button", { name: "Make role" }).click();
    const made = roles.getByRole("button", { name: /Night crew/ });
    await made.waitFor();
    await made.click();
    await roles.getByRole("switch", { name: "Ben" }).check();
    await roles.getByRole("switch", { name: "Ada" }).check();
    await shot("roles-one");
    await roles.getByRole("button", { name: "All roles" }).click();
    await shot("roles-all");
    await roles.getByRole("button", { name: "Close" }).click();
    await say(ben.page, "Have you seen :green_blob: and :party_parrot: today, @Night crew? :unknown: stays");
    await say(ben.page, ":green_blob::party_parrot:");
    await say(page, "std::vec::Vec at 10:30:45, @everyone");
    await composer(page).pressSequentially("and :par");
    await page.getByRole("option", { name: ":party_parrot:" }).waitFor();
    await shot("completion");
    await page.keyboard.press("Tab");
    const line = messages(page).getByRole("article").filter({ hasText: "Have you seen" });
    if (width === 1280) {
      await line.hover();
      await line.getByRole("button", { name: "React", exact: true }).click();
      const picker = page.getByRole("dialog", { name: "Emoji" });
      await picker.getByRole("button", { name: "This community" }).click();
      await shot("picker");
      await picker.getByRole("button", { name: "green blob" }).click();
    }
    await page.mouse.move(1, 1);
    await page.getByRole("button", { name: "Emoji", exact: true }).click();
    await page.getByRole("dialog", { name: "Emoji" }).getByRole("button", { name: "This community" }).click();
    await shot("composer-picker");
    await page.keyboard.press("Escape");
    await shot("messages");
  });
}

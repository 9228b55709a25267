// Pictures and films: attached, dropped and pasted, sent without the place where they were taken, seen by another, large
// and in a row. What arrived is looked at by its bytes, its size and its colours.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, messages, say, sees, twoMembers } from "./support/acts.ts";
import { longFilm } from "./support/long_film.ts";
import { PLACE, bomb, film, jpeg, located, locatedFilm } from "./support/pictures.ts";
import { expect, test } from "./support/test.ts";

type Given = { name: string; mimeType: string; buffer: Buffer };

const tray = (page: Page): Locator => page.getByRole("list", { name: "Files to send" });
const attached = (page: Page, name: string): Locator => tray(page).getByRole("listitem").filter({ hasText: name });
const shown = (page: Page, name: string): Locator => messages(page).getByRole("img", { name });
const opener = (page: Page, name: string): Locator => messages(page).getByRole("button", { name: `Open picture ${name}` });

/** Chooses files by the button. Ends when they are ready. */
async function attach(page: Page, ...files: Given[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
  for (const { name } of files) await ready(page, name);
}

async function ready(page: Page, name: string): Promise<void> {
  await expect(attached(page, name)).toBeVisible();
  await expect(attached(page, name).getByText("Getting it ready")).toHaveCount(0);
}

async function send(page: Page, text = ""): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
  await expect(tray(page)).toHaveCount(0);
}

const picture = (name: string, buffer: Buffer): Given => ({ name, mimeType: "image/jpeg", buffer });

/** Sides of a picture that has loaded. */
async function natural(image: Locator): Promise<[number, number]> {
  await expect(image).toBeVisible();
  return image.evaluate(async (it: HTMLImageElement) => {
    await it.decode();
    return [it.naturalWidth, it.naturalHeight] as [number, number];
  });
}

/** The colour in the middle of each quarter of a picture or film: which of red, green and blue is most. */
async function colours(element: Locator): Promise<string[]> {
  return element.evaluate((it: HTMLImageElement | HTMLVideoElement) => {
    const canvas = new OffscreenCanvas(64, 64);
    const context = canvas.getContext("2d")!;
    context.drawImage(it, 0, 0, 64, 64);
    const at = (x: number, y: number): string => {
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
      if (red! > 150 && green! > 150) return "yellow";
      const most = Math.max(red!, green!, blue!);
      return most === red ? "red" : most === green ? "green" : "blue";
    };
    return [at(16, 16), at(48, 16), at(16, 48), at(48, 48)];
  });
}

/** Opens a picture large, saves it, and gives its bytes. */
async function saved(page: Page, name: string): Promise<Buffer> {
  await opener(page, name).click();
  const large = page.getByRole("dialog", { name: "Picture" });
  const download = page.waitForEvent("download");
  await large.getByRole("button", { name: `Save ${name}` }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(name);
  const bytes = readFileSync(await file.path());
  await page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
  return bytes;
}

test("a picture arrives without the place where it was taken, and nothing jumps for it", async ({ relay, person, secrets }) => {
  secrets.push("harbour.jpg", "the view from here", PLACE);
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const taken = located(await jpeg(ada.page, 640, 480));
  expect(taken.includes(PLACE)).toBe(true);
  await attach(ada.page, picture("harbour.jpg", taken));
  await expect(attached(ada.page, "harbour.jpg").getByLabel("Keep location data")).not.toBeChecked();
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await send(ada.page, "the view from here");

  await sees(ben.page, "the view from here");
  const place = opener(ben.page, "harbour.jpg");
  await expect(place).toBeVisible();
  const before = await place.boundingBox();
  const image = shown(ben.page, "harbour.jpg");
  expect(await natural(image)).toEqual([640, 480]);
  expect(await place.boundingBox()).toEqual(before);
  expect(await colours(image)).toEqual(["red", "green", "blue", "yellow"]);
  const bytes = await saved(ben.page, "harbour.jpg");
  expect(bytes.includes("GPS")).toBe(false);
  expect(bytes.includes("Exif")).toBe(false);
  expect(bytes.includes("xmpmeta")).toBe(false);
  // Nothing was compressed anew: the picture itself has the same bytes.
  expect(bytes.subarray(-200)).toEqual(taken.subarray(-200));
  expect(await accessibilityFaults(ben.page)).toEqual([]);
});

test("one who wants that sends the place too, and a picture that lies on its side stands up", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const taken = located(await jpeg(ada.page, 640, 480), 6);
  await attach(ada.page, picture("kept.jpg", taken));
  await attached(ada.page, "kept.jpg").getByLabel("Keep location data").check();
  await ready(ada.page, "kept.jpg");
  await send(ada.page);
  expect(await natural(shown(ben.page, "kept.jpg"))).toEqual([480, 640]);
  expect(await saved(ben.page, "kept.jpg")).toEqual(taken);

  await attach(ada.page, picture("turned.jpg", taken));
  await send(ada.page);
  const turned = shown(ben.page, "turned.jpg");
  expect(await natural(turned)).toEqual([480, 640]);
  expect(await colours(turned)).toEqual(["blue", "red", "yellow", "green"]);
  const bytes = await saved(ben.page, "turned.jpg");
  expect(bytes.includes(PLACE)).toBe(false);
});

test("a picture is made smaller", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await attach(ada.page, picture("large.jpg", located(await jpeg(ada.page, 3_000, 1_500))));
  await attached(ada.page, "large.jpg").getByLabel("Make smaller").check();
  await expect(attached(ada.page, "large.webp")).toBeVisible();
  await ready(ada.page, "large.webp");
  await send(ada.page);
  const image = shown(ben.page, "large.webp");
  expect(await natural(image)).toEqual([2_048, 1_024]);
  expect(await colours(image)).toEqual(["red", "green", "blue", "yellow"]);
  const bytes = await saved(ben.page, "large.webp");
  expect(bytes.subarray(8, 12).toString()).toBe("WEBP");
  expect(bytes.includes(PLACE)).toBe(false);
});

test("several are dropped, one is taken out, and the others are looked at in a row", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const bytes = (await jpeg(ada.page, 400, 300)).toString("base64");
  const carried = await ada.page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    for (const name of ["one.jpg", "two.jpg", "three.jpg", "four.jpg"]) {
      transfer.items.add(new File([data], name, { type: "image/jpeg" }));
    }
    return transfer;
  }, bytes);
  await messages(ada.page).dispatchEvent("dragover", { dataTransfer: carried });
  await expect(ada.page.getByText("Drop to attach")).toBeVisible();
  await messages(ada.page).dispatchEvent("drop", { dataTransfer: carried });
  await expect(ada.page.getByText("Drop to attach")).toHaveCount(0);
  await expect(tray(ada.page).getByRole("listitem")).toHaveCount(4);
  for (const name of ["one.jpg", "two.jpg", "three.jpg", "four.jpg"]) await ready(ada.page, name);
  await tray(ada.page).getByRole("button", { name: "Remove two.jpg" }).click();
  await expect(tray(ada.page).getByRole("listitem")).toHaveCount(3);
  await send(ada.page, "three of them");

  // By the keyboard alone.
  await expect(shown(ben.page, "one.jpg")).toBeVisible();
  await opener(ben.page, "one.jpg").focus();
  await ben.page.keyboard.press("Enter");
  const large = ben.page.getByRole("dialog", { name: "Picture" });
  await expect(large.getByText("1 of 3")).toBeVisible();
  await expect(large.getByRole("button", { name: "Previous picture" })).toHaveCount(0);
  await ben.page.keyboard.press("ArrowRight");
  await expect(large.getByText("2 of 3")).toBeVisible();
  const image = large.getByRole("img", { name: "three.jpg" });
  const small = (await natural(image)) && (await image.boundingBox())!;
  await ben.page.keyboard.press("+");
  await expect.poll(async () => (await image.boundingBox())!.width / small.width).toBeCloseTo(1.5, 1);
  await ben.page.keyboard.press("0");
  await expect.poll(async () => (await image.boundingBox())!.width / small.width).toBeCloseTo(1, 1);
  // What is under the pointer stays there.
  await ben.page.mouse.move(small.x + small.width / 2, small.y + small.height / 2);
  await ben.page.mouse.wheel(0, -300);
  await expect.poll(async () => (await image.boundingBox())!.width / small.width).toBeGreaterThan(1.5);
  await large.getByRole("button", { name: "Show all of it" }).click();
  await large.getByRole("button", { name: "Next picture" }).click();
  await expect(large.getByRole("img", { name: "four.jpg" })).toBeVisible();
  expect(await accessibilityFaults(ben.page)).toEqual([]);
  // The focus stays inside.
  for (let steps = 0; steps < 12; steps += 1) await ben.page.keyboard.press("Tab");
  expect(await large.evaluate((it) => it.contains(document.activeElement) || document.activeElement === document.body)).toBe(true);
  await ben.page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
  await expect(opener(ben.page, "one.jpg")).toBeFocused();
});

test("a pasted picture is attached, and a covered one is not seen before somebody wants that", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const bytes = (await jpeg(ada.page, 400, 300)).toString("base64");
  await composer(ada.page).focus();
  await ada.page.evaluate((base64) => {
    const transfer = new DataTransfer();
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([data], "image.jpg", { type: "image/jpeg" }));
    const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
    document.activeElement!.dispatchEvent(event);
  }, bytes);
  await ready(ada.page, "image.jpg");
  await attached(ada.page, "image.jpg").getByLabel("Cover it").check();
  await send(ada.page);
  await ben.page.getByRole("button", { name: "Uncover picture image.jpg" }).click();
  await expect(shown(ben.page, "image.jpg")).toBeVisible();
  await opener(ben.page, "image.jpg").click();
  await expect(ben.page.getByRole("dialog", { name: "Picture" })).toBeVisible();
});

test("a picture of too many points is never decoded, and a drawing with a program in it is only a file", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const drawing = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>parent.document.title='taken'</script></svg>");
  await attach(
    ada.page,
    { name: "bomb.png", mimeType: "image/png", buffer: bomb() },
    { name: "drawing.svg", mimeType: "image/svg+xml", buffer: drawing },
  );
  await expect(attached(ada.page, "bomb.png").getByRole("img")).toHaveCount(0);
  await expect(attached(ada.page, "bomb.png")).toContainText(/file/);
  await send(ada.page, "both of them");
  await sees(ben.page, "both of them");
  await expect(messages(ben.page).getByRole("group", { name: "bomb.png" })).toBeVisible();
  await expect(messages(ben.page).getByRole("group", { name: "drawing.svg" })).toBeVisible();
  await expect(messages(ben.page).locator("img")).toHaveCount(0);
  expect(await ben.page.title()).not.toContain("taken");
});

test("a film leaves the place where it was taken behind, unless somebody wants that", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const taken = locatedFilm();
  expect(taken.includes(PLACE)).toBe(true);
  const saved = async (name: string): Promise<Buffer> => {
    const download = ben.page.waitForEvent("download");
    await messages(ben.page).getByRole("button", { name: `Save ${name}` }).click();
    return readFileSync(await (await download).path());
  };
  await attach(ada.page, { name: "bay.mp4", mimeType: "video/mp4", buffer: taken });
  await expect(attached(ada.page, "bay.mp4").getByLabel("Keep location data")).not.toBeChecked();
  await send(ada.page, "the bay");
  await sees(ben.page, "the bay");
  const bytes = await saved("bay.mp4");
  expect(bytes.length).toBe(taken.length);
  expect(bytes.includes(PLACE)).toBe(false);
  expect(bytes.includes("ISO6709")).toBe(false);
  // The film itself is where it was.
  expect(bytes.subarray(0, 300_000)).toEqual(taken.subarray(0, 300_000));

  await attach(ada.page, { name: "told.mp4", mimeType: "video/mp4", buffer: taken });
  await attached(ada.page, "told.mp4").getByLabel("Keep location data").check();
  await ready(ada.page, "told.mp4");
  await send(ada.page, "the bay, and where it is");
  await sees(ben.page, "the bay, and where it is");
  expect(await saved("told.mp4")).toEqual(taken);
});

test("a film is played and gone through", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await attach(ada.page, { name: "film.webm", mimeType: "video/webm", buffer: await film(ada.page) });
  await send(ada.page);
  await ben.page.getByRole("button", { name: "Play video film.webm" }).click();
  const video = messages(ben.page).getByLabel("film.webm", { exact: true });
  await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.currentTime)).toBeGreaterThan(0.2);
  expect(await video.evaluate((it: HTMLVideoElement) => [it.videoWidth, it.videoHeight])).toEqual([320, 240]);
  const seek = (to: number) =>
    video.evaluate(async (it: HTMLVideoElement, to) => {
      it.pause();
      const there = new Promise((done) => it.addEventListener("seeked", done, { once: true }));
      it.currentTime = to;
      await there;
    }, to);
  await seek(0.3);
  expect((await colours(video))[0]).toBe("red");
  await seek(1.7);
  expect((await colours(video))[0]).toBe("blue");
});

test("in a long film one goes anywhere without all of it being fetched", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await ben.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const [sent, fetched] = [new Set<string>(), new Set<string>()];
  ada.context.on("request", (request) => {
    if (request.url().endsWith("/upload")) sent.add(request.headers()["parley-blob"] ?? "");
  });
  ben.context.on("request", (request) => {
    const name = /\/files\/([\w-]{43})$/.exec(request.url())?.[1];
    if (name) fetched.add(name);
  });
  const long = await longFilm(ada.page, 12, 3 * 1024 * 1024);
  await attach(ada.page, { name: "voyage.webm", mimeType: "video/webm", buffer: long });
  await send(ada.page, "the whole voyage");
  await sees(ben.page, "the whole voyage");
  await ben.page.getByRole("button", { name: "Play video voyage.webm" }).click();
  const video = messages(ben.page).getByLabel("voyage.webm", { exact: true });
  await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.currentTime)).toBeGreaterThan(0.2);
  expect(await video.evaluate((it: HTMLVideoElement) => Math.round(it.duration))).toBe(12 * 60);
  const seek = (to: number) =>
    video.evaluate(async (it: HTMLVideoElement, to) => {
      it.pause();
      const there = new Promise((done) => it.addEventListener("seeked", done, { once: true }));
      it.currentTime = to;
      await there;
    }, to);
  // The eleventh minute, then the eighth, then the first again. A player reads some minutes ahead; what lies between
  // there and where one goes is not fetched for that.
  expect(sent.size).toBeGreaterThan(30);
  for (const [to, colour] of [[10 * 60 + 2, "green"], [7 * 60 + 2, "green"], [2, "red"]] as const) {
    const before = fetched.size;
    await seek(to);
    expect((await colours(video))[0], `at ${to}`).toBe(colour);
    expect(fetched.size - before, `parts that were fetched to see ${to}`).toBeLessThan(8);
    if (to > 10 * 60) expect(fetched.size, `parts of ${sent.size}`).toBeLessThan(sent.size * 0.85);
  }
});

test("on a phone two fingers zoom, one swipes on, and one pulls it away", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person({ touch: true, viewport: { width: 390, height: 844 } });
  await twoMembers(relay, ada.page, ben.page);
  const bytes = await jpeg(ada.page, 600, 400);
  await attach(ada.page, picture("first.jpg", bytes), picture("second.jpg", bytes));
  await send(ada.page);
  await opener(ben.page, "first.jpg").tap();
  const large = ben.page.getByRole("dialog", { name: "Picture" });
  const image = large.getByRole("img", { name: "first.jpg" });
  await natural(image);
  const box = (await image.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hand = await ben.context.newCDPSession(ben.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...points: [number, number][]) =>
    hand.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch("touchStart", [x - 30, y], [x + 30, y]);
  for (const apart of [40, 60, 80]) await touch("touchMove", [x - apart, y], [x + apart, y]);
  await touch("touchEnd");
  await expect.poll(async () => (await image.boundingBox())!.width / box.width).toBeGreaterThan(2);
  await large.getByRole("button", { name: "Show all of it" }).tap();
  await touch("touchStart", [x + 100, y]);
  for (const to of [60, 0, -60]) await touch("touchMove", [x + to, y]);
  await touch("touchEnd");
  await expect(large.getByRole("img", { name: "second.jpg" })).toBeVisible();
  await touch("touchStart", [x, y]);
  for (const to of [40, 90, 150]) await touch("touchMove", [x, y + to]);
  await touch("touchEnd");
  await expect(large).toHaveCount(0);
  await say(ben.page, "seen");
});

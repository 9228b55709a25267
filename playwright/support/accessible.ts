// Looks at a page with axe, as the tools of people with a disability would.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One line for each fault that axe sees on the page. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    type Fault = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] };
    const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: Fault[] }> } }).axe;
    const { violations } = await axe.run();
    return violations.flatMap((fault) =>
      fault.nodes.map((node) => `${fault.id}: ${fault.help}: ${node.target.join(" ")}`),
    );
  });
}

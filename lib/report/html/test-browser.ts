import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type BrowserContext, type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";
import type { Results } from "../path-result.ts";
import { chromium } from "./chromium.ts";
import { renderHtml } from "./html.ts";

export type { AxeResults, Page };

/** The rules of axe, as a script for a page. */
export const axeSource = axe.source;

/** Pages of reports in a real browser. */
export interface TestBrowser {
  /** Renders results to disk and opens them from there. */
  open(results: Results, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** What went wrong in it: errors, warnings on the console, and requests for anything but the page itself. */
  complaints: string[];
}

const options = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the Chromium of this machine, headless and without anybody's profile. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await driver.launch({ executablePath: chromium(process.env["PATH"]), args: options });
  const directory = mkdtempSync(join(tmpdir(), "meshgate-page-"));
  let pages = 0;
  return {
    async open(results, contextOptions = {}) {
      pages += 1;
      const file = join(directory, `report-${pages}.html`);
      writeFileSync(file, await renderHtml(results));
      const context = await browser.newContext(contextOptions);
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return { page, context, complaints };
    },
    async close() {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

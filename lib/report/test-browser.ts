import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { chromium } from "./html/chromium.ts";

export type { AxeResults, Page };

/** The rules of axe, as a script for a page. */
export const axeSource = axe.source;

/** Pages of reports in a real browser. */
export interface TestBrowser {
  /**
   * Opens a page from disk for one test, which fails when anything goes wrong in it: an error, anything on the console, or a request for
   * anything but the page and what it holds itself.
   */
  open(file: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
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
  return {
    async open(file, contextOptions = {}) {
      const complaints: string[] = [];
      const context = await browser.newContext(contextOptions);
      onTestFinished(async () => {
        await context.close();
        expect(complaints).toEqual([]);
      });
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== url && !/^(?:data|blob):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

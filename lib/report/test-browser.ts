import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type BrowserContext, type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";
import { chromium } from "./html/chromium.ts";

export type { AxeResults, Page };

/** The rules of axe, as a script for a page. */
export const axeSource = axe.source;

/** Pages of reports in a real browser. */
export interface TestBrowser {
  /** Opens a page from disk. */
  open(file: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** What went wrong in it: errors, anything on the console, and requests for anything but the page and what it holds itself. */
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
  return {
    async open(file, contextOptions = {}) {
      const context = await browser.newContext(contextOptions);
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== url && !/^(?:data|blob):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return { page, context, complaints };
    },
    close: () => browser.close(),
  };
}

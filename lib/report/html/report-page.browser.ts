import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Results } from "../path-result.ts";
import { samplePath } from "../sample-run.ts";
import { type AxeResults, axeSource, type Page, startBrowser, type TestBrowser } from "../test-browser.ts";
import { renderHtml } from "./html.ts";
import { madeUpFindings } from "./test-findings.ts";
import { failedWith, madeUpResults } from "./test-results.ts";

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Opens the page of results. */
async function open(results: Results, options?: Parameters<TestBrowser["open"]>[1]): Promise<Page> {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-page-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "report.html");
  writeFileSync(file, await renderHtml(results));
  return await browser.open(file, options);
}

test("the first screen has the verdict and the cause", async () => {
  const page = await open(madeUpFindings(), { viewport: { width: 1280, height: 800 } });
  await expect(page.getByRole("heading", { level: 1 }).textContent()).resolves.toBe("✗ findings exit code 1");
  const cause = page.getByText(/^packets over 1,400 bytes are lost/);
  expect((await cause.boundingBox())?.y).toBeLessThan(500);
});

test("switches choose what the matrix shows, and say so", async () => {
  const page = await open(madeUpFindings());
  const grid = page.getByRole("grid");
  const lossy = () =>
    grid
      .getByRole("button", { name: /^from kind-region-1 to kind-region-2: / })
      .locator("[aria-hidden]")
      .textContent();
  await expect(lossy()).resolves.toBe("✗ 24✓ 24");
  await page.getByLabel("Scenario").selectOption("pod-to-pod/claim-0");
  await expect(lossy()).resolves.toBe("✗ 12✓ 12");
  await page.getByLabel("Protocol").selectOption("udp");
  await expect(lossy()).resolves.toBe("✗ 4✓ 4");
  await page.getByLabel("Family").selectOption("IPv4");
  await expect(lossy()).resolves.toBe("✓ 4");
  await expect(page.getByRole("status").textContent()).resolves.toBe(
    "verdicts, pod-to-pod/claim-0, udp, IPv4: 36 of 432 paths; 4 broken, 4 skipped, 28 passed",
  );
  await page.getByLabel("Family").selectOption("");
  await page.getByRole("radio", { name: "p95" }).check();
  await expect(lossy()).resolves.toMatch(/^✗ 4[\d.]+ ms$/);
  await page.getByRole("radio", { name: "loss" }).check();
  await expect(lossy()).resolves.toBe("✗ 446.7 % of 60");
});

test("a cluster unfolds to its nodes, and folds again", async () => {
  const page = await open(madeUpFindings());
  const fold = page.getByRole("rowheader").getByRole("button", { name: "kind-region-1" });
  await fold.click();
  await expect(fold.getAttribute("aria-expanded")).resolves.toBe("true");
  await expect(
    page.getByRole("button", { name: /^from kind-region-1, region-worker-2 to kind-region-2: 12 failed/ }).count(),
  ).resolves.toBe(1);
  await page.getByRole("button", { name: "Unfold all" }).click();
  await expect(page.getByRole("gridcell").getByRole("button").count()).resolves.toBe(36);
  await page.getByRole("button", { name: "Fold all", exact: true }).click();
  await expect(page.getByRole("gridcell").getByRole("button").count()).resolves.toBe(9);
});

test("a cell opens its paths, the worst first", async () => {
  const page = await open(madeUpFindings());
  await page.getByRole("button", { name: /^from kind-region-1 to kind-region-2: / }).click();
  await expect(page.locator("#cell-title").textContent()).resolves.toBe("From kind-region-1 to kind-region-2");
  const rows = page.locator("#matrix-paths tbody tr");
  await expect(rows.count()).resolves.toBe(48);
  await expect(rows.first().textContent()).resolves.toMatch(/^✗ failed.*expected .*saw timeout/);
  await expect(rows.last().textContent()).resolves.toMatch(/^✓ passed/);
  await page.getByRole("button", { name: "Back to the matrix" }).click();
  await expect(rows.count()).resolves.toBe(0);
});

test("the matrix can be used with the keyboard alone", async () => {
  const page = await open(madeUpFindings());
  await page.keyboard.press("Tab");
  await expect(page.evaluate("document.activeElement.textContent")).resolves.toBe("Skip to the content");
  await page.keyboard.press("Enter");
  await page.getByLabel("Scenario").focus();
  for (let tabs = 0; tabs < 40; tabs++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate("document.activeElement.dataset.cell !== undefined")) break;
  }
  const label = () => page.evaluate("document.activeElement.querySelector('.spoken').textContent");
  await expect(label()).resolves.toMatch(/^from kind-region-1 to kind-region-1: 48 passed/);
  await page.keyboard.press("ArrowRight");
  await expect(label()).resolves.toMatch(/^from kind-region-1 to kind-region-2: 24 failed/);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowDown");
  await expect(label()).resolves.toMatch(/^from kind-region-2 to kind-region-3: 48 skipped/);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.evaluate("document.activeElement.textContent")).resolves.toBe(
    "From kind-region-2 to kind-region-1",
  );
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(label()).resolves.toMatch(/^from kind-region-2 to kind-region-1: 2 known/);
  const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
  expect(outline).toBe("solid");
});

test("links between nodes of one cluster are drawn with a sign, and those without a path that passed look otherwise", async () => {
  const page = await open(
    madeUpResults({
      clusters: 1,
      nodes: 3,
      paths: 9 * 6,
      come: ({ id, from, to, way }, index) =>
        (from.node === "region-worker-1" && to.node === "region-worker-3") ||
        (from.node === "region-worker-3" && to.node === "region-worker-2" && /udp/.test(id))
          ? { ...failedWith(index), ...(way ? { way } : {}) }
          : {},
    }),
  );
  const [whole, partly] = [page.locator("svg .node-link").first(), page.locator("svg .node-link").last()];
  await expect(page.locator("svg .node-link").count()).resolves.toBe(2);
  await expect(whole.locator("title").textContent()).resolves.toBe("region-worker-1 → region-worker-3: 6 failed");
  await expect(partly.locator("title").textContent()).resolves.toBe(
    "region-worker-3 → region-worker-2: 2 failed, 4 passed",
  );
  const look =
    "[getComputedStyle(it).strokeDasharray, getComputedStyle(it).strokeWidth, it.getAttribute('marker-end')]";
  const looks = (await page.evaluate(
    `[...document.querySelectorAll("svg .node-link")].map((it) => ${look})`,
  )) as string[][];
  expect(looks).toEqual([
    ["14px, 3px", "3px", "url(#arrow)"],
    ["9px, 5px", "1.5px", "url(#arrow)"],
  ]);
  await expect(page.locator("svg .disc").count()).resolves.toBe(1);
  await expect(page.locator("svg .in-disc, svg .link-label").allTextContents()).resolves.toEqual(["✗", "✗"]);
  await expect(page.locator(".node-links li").allInnerTexts()).resolves.toEqual([
    expect.stringMatching(/^✗ all\s+region-worker-1 → region-worker-3: all 6 broke their claims$/),
    expect.stringMatching(/^✗ some\s+region-worker-3 → region-worker-2: 2 of 6 broke their claims$/),
  ]);
});

test("alike findings unfold", async () => {
  const page = await open(madeUpFindings());
  const more = page.getByRole("button", { name: "and 11 more like this" }).first();
  await more.click();
  await expect(page.locator("#findings tbody tr").count()).resolves.toBe(11);
  await more.click();
  await expect(page.locator("#findings tbody tr").count()).resolves.toBe(0);
});

test("many paths come a hundred at a time", async () => {
  const page = await open(madeUpResults({ clusters: 1, nodes: 1, paths: 250 }));
  await page.getByRole("gridcell").getByRole("button").click();
  const rows = page.locator("#matrix-paths tbody tr");
  await page.getByRole("button", { name: "Show 100 more" }).click();
  await expect(rows.count()).resolves.toBe(200);
  await page.getByRole("button", { name: "Show 50 more" }).click();
  await expect(rows.count()).resolves.toBe(250);
});

test("light and dark follow the system, and a choice on the page wins", async () => {
  const page = await open(madeUpFindings(), { colorScheme: "dark" });
  const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  await expect(background()).resolves.toBe("rgb(13, 17, 23)");
  await page.getByLabel("Theme").selectOption("light");
  await expect(background()).resolves.toBe("rgb(255, 255, 255)");
  await page.getByLabel("Theme").selectOption("dark");
  await page.emulateMedia({ media: "print" });
  await expect(background()).resolves.toBe("rgb(255, 255, 255)");
});

test.for(["light", "dark"] as const)(
  "on a phone the %s page stands still, and is read from top to bottom",
  async (colorScheme) => {
    const page = await open(madeUpFindings(), { viewport: { width: 390, height: 844 }, colorScheme });
    await page.getByRole("button", { name: "Unfold all" }).click();
    await page.getByRole("gridcell").getByRole("button").first().click();
    await page.getByRole("button", { name: "and 11 more like this" }).first().click();
    await expect(page.evaluate("document.documentElement.scrollWidth")).resolves.toBe(390);
    const cause = page.getByText(/^packets over 1,400 bytes are lost/);
    expect((await cause.boundingBox())?.y).toBeLessThan(844);
    const columns = (await page.evaluate(
      "[...document.querySelectorAll('th.mono, .fields dd, .paths td:nth-child(2)')].map((it) => it.clientWidth)",
    )) as number[];
    expect(Math.min(...columns)).toBeGreaterThan(160);
    const captions = (await page.evaluate(
      "[...document.querySelectorAll('caption')].map((it) => it.getBoundingClientRect().right)",
    )) as number[];
    expect(Math.max(...captions)).toBeLessThanOrEqual(390);
    await expect(page.evaluate("document.querySelector('svg.topology').getScreenCTM().a")).resolves.toBe(1);
    await page.evaluate(axeSource);
    const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  },
);

test("on paper there are no controls, and what is wrong is unfolded", async () => {
  const page = await open(madeUpFindings());
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  const controls = ["form.switches", ".theme", "nav", "button[data-list]"];
  const shown = await Promise.all(controls.map((control) => page.locator(control).first().isVisible()));
  expect(shown).toEqual([false, false, false, false]);
  await expect(page.locator("details:not([open])").count()).resolves.toBe(0);
  await expect(
    page.getByRole("button", { name: /^from kind-region-1, region-worker-1 to kind-region-2, / }).count(),
  ).resolves.toBe(2);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  await expect(page.getByRole("gridcell").getByRole("button").count()).resolves.toBe(9);
});

test("without a script the verdict, the counts, the cause, the findings and the matrix are there", async () => {
  const page = await open(madeUpFindings(), { javaScriptEnabled: false });
  const seen = await page.locator("body").innerText();
  for (const text of [
    "✗ findings",
    "24 failed",
    "packets over 1,400 bytes",
    "broken claim",
    "and 11 more like this: see results.json",
  ])
    expect(seen).toContain(text);
  await expect(page.locator("#matrix-table td.failed [aria-hidden]").innerText()).resolves.toBe("✗ 24\n✓ 24");
  await expect(page.getByRole("button").count()).resolves.toBe(0);
});

test("nothing that a cell or a mark says is said by colour alone", async () => {
  const page = await open(madeUpFindings());
  const told = (await page.evaluate(
    "[...document.querySelectorAll('.mark, .matrix td[class]:not(.corner)')].map((each) => [each.className.replace('mark ', ''), (each.querySelector('[aria-hidden]') ?? each).textContent])",
  )) as [string, string][];
  const signs: Record<string, RegExp> = {
    failed: /^✗/,
    broken: /^!/,
    known: /^k/,
    skipped: /^–/,
    passed: /^✓/,
    none: /^·/,
  };
  expect(new Set(told.map(([name]) => name))).toEqual(new Set(["failed", "broken", "known", "skipped", "passed"]));
  expect(told.filter(([name, text]) => !signs[name]?.test(text))).toEqual([]);
  const patterns = (await page.evaluate(
    "['failed', 'broken', 'known', 'skipped', 'passed'].map((name) => getComputedStyle(document.querySelector('.matrix td.' + name)).backgroundImage)",
  )) as string[];
  expect(new Set(patterns).size).toBe(5);
});

test("texts keep a contrast of 4.5 to 1 in both themes", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open(madeUpFindings(), { colorScheme });
    const pairs = (await page.evaluate(`
      ["passed", "failed", "broken", "skipped", "known"].map((name) => {
        const probe = document.body.appendChild(document.createElement("i"));
        const resolve = (colour) => {
          probe.style.color = colour;
          return getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number);
        };
        const stripe = { failed: "stripe", known: "stripe", skipped: "stripe", broken: "dot" }[name];
        const row = [name, resolve("var(--" + name + ")"), resolve("var(--" + name + "-fill)"), resolve(stripe ? "var(--" + name + "-" + stripe + ")" : "var(--" + name + "-fill)")];
        probe.remove();
        return row;
      })`)) as [string, number[], number[], number[]][];
    for (const [name, text, fill, stripe] of pairs) {
      expect(contrast(text, fill), `${colorScheme} ${name}`).toBeGreaterThan(4.5);
      // Stripes and dots are thin: they need less.
      expect(contrast(text, stripe), `${colorScheme} ${name}, pattern`).toBeGreaterThan(2.5);
    }
  }
});

test.for(["light", "dark"] as const)(
  "the rules of axe find nothing in the %s page with everything open",
  async (colorScheme) => {
    const page = await open(madeUpFindings(), { colorScheme });
    await page.getByRole("button", { name: "Unfold all" }).click();
    await page.getByRole("gridcell").getByRole("button").first().click();
    await page.evaluate(axeSource);
    const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  },
);

test("a screen reader finds landmarks, headings and tables with names", async () => {
  const page = await open(madeUpFindings());
  for (const [role, name] of [
    ["main", undefined],
    ["navigation", "Sections"],
    ["region", "Findings: 24 broken claims"],
    ["region", "Table of the matrix"],
    ["form", "What the matrix shows"],
    [
      "img",
      "3 clusters; 3 links between them are not whole; they are listed below; 10 links between nodes are not whole; they are listed with it",
    ],
    ["list", "Paths by verdict"],
    ["status", undefined],
  ] as const)
    expect(await page.getByRole(role, name === undefined ? {} : { name }).count(), `${role} ${name}`).toBeGreaterThan(
      0,
    );
  const tree = await page.locator("#matrix-table").ariaSnapshot();
  expect(tree.split("\n").slice(0, 9).join("\n")).toMatchInlineSnapshot(`
    "- region "Table of the matrix":
      - 'grid "Who reaches whom: verdicts, all scenarios, all protocols, both families. Rows ask, columns are asked."':
        - caption: "Who reaches whom: verdicts, all scenarios, all protocols, both families. Rows ask, columns are asked."
        - rowgroup:
          - row "from ↓ to → kind-region-1 kind-region-2 kind-region-3":
            - gridcell "from ↓ to →"
            - columnheader "kind-region-1":
              - button "kind-region-1"
            - columnheader "kind-region-2":"
  `);
  const unnamed = await page.evaluate(
    "[...document.querySelectorAll('table')].filter((table) => !table.caption && !table.closest('section')).length",
  );
  expect(unnamed).toBe(0);
});

test("text that looks like a page is text", async () => {
  const hostile = `</script><img src=x onerror="document.title='taken'"><b>\u001b[31m\u0000`;
  const results = madeUpResults({ clusters: 1, nodes: 1, paths: 1 });
  const path = samplePath({
    id: `pod-to-pod/${hostile}`,
    scenario: `pod-to-pod/${hostile}`,
    from: { cluster: hostile, node: hostile, name: hostile },
    to: { cluster: hostile, node: hostile, name: hostile },
    group: hostile,
    protocol: hostile,
    verdict: "failed",
    outcome: "refused",
    saw: hostile,
    expected: hostile,
    means: hostile,
    try: hostile,
  });
  const page = await open({
    ...results,
    verdict: "findings",
    summary: { ...results.summary, failed: 1 },
    clusters: [
      {
        context: hostile,
        uid: "",
        server: hostile,
        version: hostile,
        nodes: [{ name: hostile, chosen: true }],
        features: { [hostile]: hostile },
      },
    ],
    evidence: [
      {
        folder: `javascript:alert(1)//${hostile}`,
        about: hostile,
        paths: [path.id],
        files: [{ name: `../${hostile}`, about: hostile }],
        cut: [hostile],
      },
    ],
    scenarios: [{ name: path.scenario, suite: "x", claim: hostile, spec: "javascript:alert(1)", covers: [hostile] }],
    paths: [path],
  });
  await page.getByRole("button", { name: "Unfold all" }).click();
  await page.getByRole("gridcell").getByRole("button").first().click();
  await expect(page.title()).resolves.not.toBe("taken");
  await expect(page.locator("img, b:has(b)").count()).resolves.toBe(0);
  await expect(page.evaluate("document.body.textContent.includes('\\\\x1b[31m\\\\x00')")).resolves.toBe(true);
  const links = (await page.evaluate("[...document.links].map((link) => link.protocol)")) as string[];
  expect(links.filter((protocol) => protocol !== "file:")).toEqual([]);
});

function contrast(one: number[], other: number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

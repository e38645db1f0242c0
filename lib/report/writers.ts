import { htmlWriter } from "./html/html.ts";
import { junitWriter } from "./junit.ts";
import { summaryWriter } from "./summary.ts";
import type { Writer } from "./writer.ts";

/** Every format that is made from results: by each run as results arrive, and again by `npm run report`. */
export const writers: Writer[] = [junitWriter, summaryWriter, htmlWriter];

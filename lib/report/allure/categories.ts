import { knownBeginning } from "./group-message.ts";

/** A kind of test that Allure gathers; both Allure 2 and Allure 3 read it. */
export interface AllureCategory {
  name: string;
  matchedStatuses: ("failed" | "broken" | "skipped")[];
  messageRegex?: string;
}

/** What Allure gathers tests by, so that it calls them what all other reports do. Each test belongs to one at most. */
export const allureCategories: AllureCategory[] = [
  { name: "Known issue", matchedStatuses: ["failed"], messageRegex: `^${knownBeginning}: [\\s\\S]*` },
  {
    name: "Finding: a claim is broken",
    matchedStatuses: ["failed"],
    messageRegex: `^(?!${knownBeginning}: )[\\s\\S]*`,
  },
  { name: "Broken: we could not look", matchedStatuses: ["broken"] },
  { name: "Skipped, with its reason", matchedStatuses: ["skipped"] },
];

import { type Layout, plainLayout } from "../finding.ts";

/** Lines that Allure's pages do not break once more. */
export const pageLayout: Layout = { ...plainLayout, width: 96 };

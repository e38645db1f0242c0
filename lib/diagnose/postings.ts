import { stakesOf } from "./claims.ts";
import { type Element, elementId } from "./element.ts";
import type { Facts } from "./facts.ts";
import type { Entry } from "./hypothesis.ts";
import type { Seen } from "./seen.ts";
import { touchesOf } from "./touches.ts";

/** Which paths have to do with an element; `failed` tells whether any of them failed. */
export interface Posting {
  element: Element;
  entries: Entry[];
  failed: boolean;
}

/** The matrix turned round: from elements to paths. Traffic by the element's id, claims by effect and id. */
export interface Postings {
  traffic: Map<string, Posting>;
  claims: Map<string, Posting>;
}

/** Turns it round. Takes one pass over the paths. */
export function postingsOf(all: readonly Seen[], facts: Facts): Postings {
  const postings: Postings = { traffic: new Map(), claims: new Map() };
  for (const [seen, each] of all.entries()) {
    const failed = each.symptom !== undefined;
    for (const touch of touchesOf(each, facts)) add(postings.traffic, touch.element, "", { seen, touch }, failed);
    for (const stake of stakesOf(each, facts)) {
      const explains = each.symptom !== undefined && stake.symptoms.includes(each.symptom);
      // A failure of another kind says nothing about it.
      if (!failed || explains) add(postings.claims, stake.element, `${stake.effect} `, { seen, stake }, failed);
    }
  }
  return postings;
}

function add(to: Map<string, Posting>, element: Element, prefix: string, entry: Entry, failed: boolean): void {
  const key = prefix + elementId(element);
  const posting = to.get(key);
  if (posting) {
    posting.entries.push(entry);
    posting.failed ||= failed;
  } else to.set(key, { element, entries: [entry], failed });
}

import { type Content, el } from "./markup.ts";
import { isWebLink } from "./report-link.ts";

/** Makes a link to a page of the web; what is no address of one stays text. */
export function webLink(address: string, words: string = address): Content {
  return isWebLink(address) ? el("a", { href: address, rel: "noopener noreferrer" }, words) : address;
}

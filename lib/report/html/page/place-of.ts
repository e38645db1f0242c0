/** Finds the element of the page that has this id. Throws when the page was not made with it. */
export function placeOf(id: string): HTMLElement {
  const place = document.getElementById(id);
  if (!place) throw new Error(`the page has no element "${id}"`);
  return place;
}

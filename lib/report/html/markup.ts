/** An element of a page, before it becomes text on disk or a node in a browser. Strings in it are plain text. */
export interface Markup {
  name: string;
  attributes: Record<string, string>;
  children: (Markup | string)[];
}

/** What an element may be given to hold; nothing comes of `undefined` and `false`. */
export type Content = Markup | string | number | undefined | false | Content[];

/** Attributes of an element: `true` stands for one without a value, `undefined` and `false` for none. */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** Makes an element. */
export function el(name: string, attributes: Attributes = {}, ...content: Content[]): Markup {
  return {
    name,
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([key, value]) =>
        value === undefined || value === false ? [] : [[key, value === true ? "" : String(value)]],
      ),
    ),
    children: flat(content),
  };
}

/** Puts something between the parts of a list: a comma, a line break. */
export function joined(parts: Content[], between: Content): Content[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]));
}

function flat(content: Content[]): (Markup | string)[] {
  return content.flatMap((part) => {
    if (part === undefined || part === false) return [];
    if (Array.isArray(part)) return flat(part);
    return [typeof part === "number" ? String(part) : part];
  });
}

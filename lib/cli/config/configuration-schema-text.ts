import { z } from "zod";
import { configurationSchema } from "./configuration-schema.ts";

/** Writes the JSON Schema of the configuration file, as it is published for editors. */
export function configurationSchemaText(): string {
  const schema = z.toJSONSchema(configurationSchema, { target: "draft-7" });
  return `${JSON.stringify({ title: "meshgate configuration", ...schema }, undefined, 2)}\n`;
}

import { join } from "node:path";
import { writeAtomically } from "../../base/write-atomically.ts";
import { configurationSchemaText } from "./configuration-schema-text.ts";

writeAtomically(join(import.meta.dirname, "configuration-schema.json"), configurationSchemaText());

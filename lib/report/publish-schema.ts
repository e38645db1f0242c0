import { join } from "node:path";
import { writeAtomically } from "../base/write-atomically.ts";
import { resultsSchemaText } from "./json.ts";

writeAtomically(join(import.meta.dirname, "../../reports/results.schema.json"), resultsSchemaText());

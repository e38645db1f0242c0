import { ApiError } from "../../model.ts";

export interface AcceptedForm {
  form: "object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  /** The content type to answer with. */
  type: string;
}

const json = "application/json";

/**
 * Picks the first form of an Accept header that we have. Throws 406 when there is none.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function acceptedForm(accept: string | undefined): AcceptedForm {
  for (const choice of (accept || "*/*").split(",")) {
    const [type = "", ...parameters] = choice.split(";").map((part) => part.trim());
    if (![json, "application/*", "*/*"].includes(type)) continue;
    const options = Object.fromEntries(parameters.map((part) => part.split("=") as [string, string]));
    const kind = options["as"];
    if (kind === undefined) return { form: "object", type: json };
    if (options["v"] === "v1" && ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"].includes(kind)) {
      return { form: kind as AcceptedForm["form"], type: json };
    }
  }
  throw new ApiError(406, "NotAcceptable", `only the following media types are accepted: ${json}`, {});
}

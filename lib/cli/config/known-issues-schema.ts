import { z } from "zod";

const day = "must be a day that exists, as YYYY-MM-DD";

/** What a file of known issues says: a list of failures that are accepted until a day. */
export const knownIssuesSchema = z.array(
  z.strictObject(
    {
      id: z
        .string({ error: "must be the id of a path, or a pattern with *" })
        .regex(/^\S+$/, { error: "must be the id of a path, or a pattern with *" }),
      reason: z
        .string({ error: "must say why the failure is accepted" })
        .regex(/\S/, { error: "must say why the failure is accepted" }),
      expires: z.iso.date({ error: day }),
      link: z
        .string({ error: "must be a URL" })
        .regex(/^https?:\/\/\S+$/, { error: "must be a URL that begins with https:// or http://" })
        .optional(),
    },
    { error: "must be a map of id, reason, expires and link" },
  ),
  { error: "must be a list of maps of id, reason, expires and link" },
);

import { z } from "zod";
import { hasRole, type SignedInPerson } from "../people/person.ts";
import { refuseOutOfScope } from "./organisation.ts";

/** Parts of requests that the organisation's doors share. */
export const byId = z.object({ id: z.uuid() });
export const pageQuery = z.object({
  q: z.string().max(200).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** 1: disabled entries too. */
  disabled: z
    .enum(["0", "1"])
    .default("0")
    .transform((text) => text === "1"),
});
export const entryName = z.string().trim().min(1).max(200);
export const externalId = z.string().trim().min(1).max(64).nullable();

/** What a referent may not do at all, whatever the services. */
export function refuseReferent(person: SignedInPerson): void {
  refuseOutOfScope(hasRole(person, "administrator"));
}

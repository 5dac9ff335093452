import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { readBytes } from "../../desk/request/read-body.ts";
import { answered, defineRoute, type Route } from "../../desk/route.ts";
import { mayEditCard } from "../cards/card.ts";
import { addDocument, documentLimitBytes, noSuchDocument, releaseDocument, removeDocument } from "./add-document.ts";
import { readContent, readDocument } from "./card-document-store.ts";

const byId = z.object({ id: z.uuid() });
const document = z.object({
  id: z.uuid(),
  cardId: z.uuid(),
  agencyId: z.uuid(),
  serviceId: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  released: z.boolean(),
});

/** Documents of a card; the file is the body itself. */
export function documentRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cards/:id/documents",
        permission: "card.edit",
        summary: "Add a document (the body) to a card; it can be sent once the agency has released it",
        params: byId,
        query: z.object({ name: z.string().min(1).max(255) }),
        response: document,
        status: 201,
        bodyKind: "stream",
      },
      async ({ params, query, person, web }) => {
        const content = await readBytes(web.request, documentLimitBytes);
        return addDocument(pool, person, params.id, { name: query.name, content });
      },
    ),
    defineRoute(
      {
        method: "patch",
        path: "/card-documents/:id",
        permission: "card.edit",
        summary: "Release a document, or hold it back (referent of the service)",
        params: byId,
        body: z.strictObject({ released: z.boolean() }),
        response: document,
      },
      ({ params, body, person }) => releaseDocument(pool, person, params.id, body.released),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/card-documents/:id",
        permission: "card.edit",
        summary: "Remove a document",
        params: byId,
        status: 204,
      },
      ({ params, person }) => removeDocument(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "get",
        path: "/card-documents/:id",
        permission: "card.read",
        summary: "The document itself; one that is not released only for those who write the card",
        params: byId,
      },
      async ({ params, person, web }) => {
        const found = await readDocument(pool, params.id);
        if (!found || (!found.released && !mayEditCard(person, found))) throw noSuchDocument();
        const content = await readContent(pool, params.id);
        if (!content) throw noSuchDocument();
        web.response
          .status(200)
          .setHeader("Content-Type", found.mediaType)
          .setHeader("Content-Disposition", `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`)
          .setHeader("X-Content-Type-Options", "nosniff")
          .end(content);
        return answered;
      },
    ),
  ];
}

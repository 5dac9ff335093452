import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiDocs } from "./api-docs.ts";

/** Serves descriptions on a free port of 127.0.0.1, in the paths of Asterisk, while ari-client reads them. */
export async function serveApiDocs(docs: ApiDocs): Promise<{ url: string; close: () => Promise<void> }> {
  const files = new Map<string, string>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file === undefined ? 404 : 200, { "content-type": "application/json", connection: "close" });
    response.end(file ?? "{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [resource, doc] of Object.entries(docs)) {
    files.set(`/ari/api-docs/${resource}.json`, JSON.stringify({ ...doc, basePath: `${url}/ari` }));
  }
  const apis = Object.keys(docs).map((resource) => ({ path: `/api-docs/${resource}.{format}` }));
  // 1.2 instead of Asterisk's 1.1: read alike, but swagger-client prints no warning about it.
  files.set("/ari/api-docs/resources.json", JSON.stringify({ swaggerVersion: "1.2", basePath: `${url}/ari`, apis }));
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler, type Router } from "express";

export const pageFolder = fileURLToPath(new URL("../../../build/page/", import.meta.url));

/** The built page: hashed assets for a year, index.html asked for each time and given for every path of the page. */
export function pageFiles(folder: string): Router {
  const router = express.Router();
  router.use("/assets", packedAssets(`${folder}/assets`));
  router.use(
    "/assets",
    express.static(`${folder}/assets`, { immutable: true, maxAge: "1y", index: false, fallthrough: false }),
  );
  router.use(express.static(folder, { index: false, maxAge: 0, dotfiles: "ignore" }));
  router.get("/{*path}", (_request, response, next) => {
    response.setHeader("Cache-Control", "no-cache");
    response.sendFile("index.html", { root: folder, cacheControl: false }, (error) => {
      if (error) next(error);
    });
  });
  return router;
}

/** Packed forms that the build left beside each text, best first. */
const forms = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
] as const;

/** Scripts and styles in the form that the browser takes: a quarter of the bytes. */
function packedAssets(folder: string): RequestHandler {
  return (request, response, next) => {
    const type = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" }[extname(request.path)];
    if (!type || !/^\/[\w.-]+$/.test(request.path)) return next();
    response.vary("Accept-Encoding");
    const form = forms.find(
      ({ encoding, ending }) =>
        request.acceptsEncodings(encoding) === encoding && existsSync(join(folder, request.path + ending)),
    );
    if (!form) return next();
    response.setHeader("Content-Encoding", form.encoding);
    response.setHeader("Content-Type", type);
    request.url = request.path + form.ending;
    next();
  };
}

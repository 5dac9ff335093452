import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

export const pageFolder = fileURLToPath(new URL("../../../build/page/", import.meta.url));

/** The built page: hashed assets for a year, index.html asked for each time and given for every path of the page. */
export function pageFiles(folder: string): Router {
  const router = express.Router();
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

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const target = process.env.WEB_TARGET ?? "http://127.0.0.1:8055";

/**
 * bootstrap-italia comes with a script that marks focus by mouse and with a video player's font as a data: address.
 * The page loads neither: :focus-visible says the same, and the strict CSP would refuse the font.
 */
const plainItalia: Plugin = {
  name: "plain-italia",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("bootstrap-italia.min.css")) return null;
    return code
      .replaceAll(":focus:not([data-focus-mouse=true])", ":focus-visible")
      .replace(/@font-face\{font-family:VideoJS;[^}]*\}/, "");
  },
};

/** Beside each text its packed forms, which the program gives to browsers that take them. */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  async writeBundle({ dir = "" }, bundle) {
    for (const [name, made] of Object.entries(bundle)) {
      if (!/\.(js|css|html|svg)$/.test(name)) continue;
      const text = Buffer.from(made.type === "chunk" ? made.code : made.source);
      await writeFile(join(dir, `${name}.br`), brotliCompressSync(text));
      await writeFile(join(dir, `${name}.gz`), gzipSync(text, { level: 9 }));
    }
  },
};

/** The page: built into build/page, which the program serves; `npm run dev` proxies to a program that runs. */
export default defineConfig({
  root,
  plugins: [plainItalia, react(), packed],
  build: {
    outDir: "../../build/page",
    emptyOutDir: true,
    target: "es2022",
    // Strict CSP: no font or script may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    port: 8056,
    proxy: { "/api": { target, xfwd: true }, "/sip": { target: target.replace(/^http/, "ws"), ws: true } },
  },
});

import { fileURLToPath } from "node:url";
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

/** The page: built into build/page, which the program serves; `npm run dev` proxies to a program that runs. */
export default defineConfig({
  root,
  plugins: [plainItalia, react()],
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

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const target = process.env.WEB_TARGET ?? "http://127.0.0.1:8055";

/** The page: built into build/page, which the program serves; `npm run dev` proxies to a program that runs. */
export default defineConfig({
  root,
  plugins: [react()],
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

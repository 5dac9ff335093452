import "bootstrap-italia/dist/css/bootstrap-italia.min.css";
import "./style/fonts.css";
import "./style/base.css";
import "./style/form.css";
import "./style/shell.css";
import "./style/sections.css";
import "./style/ringing.css";
import "./style/call-bar.css";
import "./style/narrow.css";
import "./style/desk.css";
import "./style/side.css";
import "./style/case.css";
import "./style/work.css";
import "./style/transfer.css";
import "./style/merge.css";
import "./style/inbox.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { PageRoot } from "./page-root.tsx";
import { SessionProvider } from "./session/session-context.tsx";
import { Speech } from "./texts/texts.tsx";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no #page");
createRoot(place).render(
  <StrictMode>
    <Speech>
      <SessionProvider>
        <PageRoot />
      </SessionProvider>
    </Speech>
  </StrictMode>,
);

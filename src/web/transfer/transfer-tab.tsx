import { useContext, useEffect, useRef } from "react";
import { workApi } from "../api/work-api.ts";
import { CaseContext, type OpenedCase } from "../case/draft/use-case.ts";
import { useDesk } from "../live/desk-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { DirectoryPanel } from "./directory-panel.tsx";
import { LiveTransfer } from "./live-transfer.tsx";
import { OfficePanel } from "./office-panel.tsx";
import { isLive } from "./transfer-step.ts";

/** After a reload or a reconnection: where the call's transfer stands now. */
function useLastTransfer(callId: string | null): void {
  const { state, dispatch } = useDesk();
  const live = state.link === "live";
  const told = useRef(state.transfer);
  told.current = state.transfer;
  useEffect(() => {
    if (!callId || !live) return;
    const before = told.current;
    // Away for a moment: asked again at the next reconnection, and each step is told by the feed.
    const keep = () => undefined;
    workApi.transfersOfCall(callId).then(({ items }) => {
      const last = items.at(-1);
      // What the feed told while this was asked is newer than the answer.
      if (last && told.current === before) dispatch({ type: "event", kind: "transfer", payload: last });
    }, keep);
  }, [callId, live, dispatch]);
}

/** Passing the caller on: to the service's office (REQ 3.3, 3.4) or, at the switchboard, to the directory (REQ 7). */
export function TransferTab() {
  const t = useTexts();
  const opened = useContext(CaseContext);
  const { call, transfer } = useDesk().state;
  const talking = call?.state === "talking" ? call.callId : null;
  useLastTransfer(talking);
  const mine =
    transfer && (transfer.callId === call?.callId || transfer.callId === opened?.snapshot.view.contacts[0]?.callId);
  const shown = mine ? transfer : null;
  return (
    <div className="transfer-tab">
      {shown && <LiveTransfer transfer={shown} opened={opened} />}
      {!isLive(shown) && <Targets opened={opened} callId={talking} words={t.work.transfer.noCall} />}
    </div>
  );
}

type TargetsProps = { opened: OpenedCase | null; callId: string | null; words: string };

function Targets({ opened, callId, words }: TargetsProps) {
  const t = useTexts();
  if (!opened || !callId) return <p className="empty">{words}</p>;
  const { view, text } = opened.snapshot;
  const ofThisCall = view.contacts.some((contact) => contact.callId === callId);
  if (!ofThisCall) return <p className="empty">{t.work.transfer.otherCall}</p>;
  if (text.switchboard) return <DirectoryPanel opened={opened} callId={callId} />;
  if (!text.serviceId) return <p className="empty">{t.work.transfer.noService}</p>;
  return <OfficePanel key={text.serviceId} opened={opened} callId={callId} serviceId={text.serviceId} />;
}

import { useContext } from "react";
import { type TransferCommand, workApi } from "../api/work-api.ts";
import type { TransferView } from "../api/work-types.ts";
import { DeskWorkContext } from "../case/desk-work.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { commandsOf, hasFailed, isLive } from "./transfer-step.ts";

/** The transfer in progress with its commands; then its result, and what to do after a failed one (REQ 3.2, 7.3). */
export function LiveTransfer({ transfer, opened }: { transfer: TransferView; opened: OpenedCase | null }) {
  const t = useTexts();
  const { state, result, target } = transfer;
  const live = isLive(transfer);
  const tone = live ? "is-live" : hasFailed(transfer) ? "is-failed" : "is-over";
  return (
    <section className={`live-transfer ${tone}`} aria-labelledby="live-transfer-title">
      <h3 id="live-transfer-title">
        <Icon name="swap" /> {t.work.transfer.with(target.name)}
      </h3>
      <p className="transfer-words">{result ? t.work.transfer.result[result] : t.work.transfer.state[state]}</p>
      {live && <TransferCommands transfer={transfer} />}
      {hasFailed(transfer) && transfer.kind === "blind" && <NumberToTell number={target.numberToTell} />}
      {hasFailed(transfer) && transfer.kind !== "blind" && opened && (
        <AssignOffer opened={opened} cause="transfer_failed" />
      )}
      {result === "citizen_left" && opened?.snapshot.view.status === "draft" && (
        <div className="transfer-buttons">
          {transfer.kind !== "blind" && <AssignOffer opened={opened} cause={null} />}
          <AbandonOffer />
        </div>
      )}
    </section>
  );
}

function TransferCommands({ transfer }: { transfer: TransferView }) {
  const t = useTexts();
  const send = useAction((command: TransferCommand) => workApi.transferCommand(transfer.callId, command));
  return (
    <>
      <div className="transfer-buttons">
        {commandsOf(transfer).map((command, index) => (
          <button
            key={command}
            type="button"
            className={
              index === 0 && command === "complete" ? "btn btn-primary btn-sm" : "btn btn-outline-primary btn-sm"
            }
            disabled={send.busy}
            onClick={() => void send.run(command)}
          >
            {t.work.transfer.command[command]}
          </button>
        ))}
      </div>
      <ProblemMessage problem={send.problem} />
    </>
  );
}

function NumberToTell({ number }: { number: string | null }) {
  const t = useTexts();
  if (!number) return <p>{t.work.transfer.noNumber}</p>;
  return (
    <p>
      {t.work.transfer.tell}: <strong className="told-number">{number.replace(/^\+\d+/, sayNumber)}</strong>
    </p>
  );
}

/** The citizen hung up before anybody answered (REQ 3.5, 7.2). */
function AbandonOffer() {
  const t = useTexts();
  const work = useContext(DeskWorkContext);
  return (
    <button
      type="button"
      className="btn btn-outline-primary btn-sm"
      onClick={() => work?.propose({ to: "cancelled", attribute: null, cause: "abandoned" })}
    >
      {t.work.transfer.abandoned}
    </button>
  );
}

type AssignOfferProps = { opened: OpenedCase; cause: "check_negative" | "transfer_failed" | null };

/** The assignment that follows from a negative check or a failed transfer, its reason filled in (REQ 3.2). */
export function AssignOffer({ opened, cause }: AssignOfferProps) {
  const { texts: t, language } = useSpeech();
  const work = useContext(DeskWorkContext);
  const refresh = useAction(() => opened.draft.refresh());
  const move = opened.legal?.moves.find(({ to }) => to === "assigned");
  if (!work || !move) return null;
  if (move.refusal) {
    return (
      <p className="field-hint">
        {t.work.transfer.assign}: {language === "it" ? `${move.refusal.it} ${move.refusal.insteadIt}` : move.refusal.en}
      </p>
    );
  }
  const offer = async () => {
    await refresh.run();
    work.propose({ to: "assigned", attribute: null, cause });
  };
  return (
    <button type="button" className="btn btn-primary btn-sm" onClick={() => void offer()}>
      {t.work.transfer.assign}
    </button>
  );
}

import { useCallback, useContext, useEffect, useState } from "react";
import { isProblem, Problem } from "../api/api-problem.ts";
import { workApi } from "../api/work-api.ts";
import type { AvailabilityCheck, OfficeAvailability } from "../api/work-types.ts";
import { BlockedList } from "../case/blocked-list.tsx";
import { DeskWorkContext } from "../case/desk-work.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { sendTyped } from "../case/draft/write-case.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { useSecondsLeft } from "../shell/clock-display.tsx";
import { Icon } from "../shell/icon.tsx";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { AssignOffer } from "./live-transfer.tsx";
import { OfficeState } from "./office-state.tsx";
import { transferRefusal } from "./transfer-step.ts";

/** The competent office as it is now: read once, and again whenever the feed tells of a change (REQ 3.3). */
function useOffice(serviceId: string) {
  const { offices, link } = useDesk().state;
  const [office, setOffice] = useState<OfficeAvailability | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const news = office ? offices[office.officeId] : undefined;
  const live = link === "live";
  const read = useCallback(async () => {
    try {
      const { items } = await workApi.availability(serviceId);
      setOffice(items[0] ?? null);
      setProblem(null);
    } catch (error) {
      setProblem(isProblem(error) ? error : new Problem(0, { code: "internal" }));
    }
  }, [serviceId]);
  // `news` is a new value at each change that the feed tells.
  useEffect(() => {
    if (live) void read();
  }, [read, live, news]);
  return { office: office && news ? { ...office, ...news } : office, problem };
}

type OfficePanelProps = { opened: OpenedCase; callId: string; serviceId: string };

/** Check, then consult or transfer; what is not possible says why, and what to do instead. */
export function OfficePanel({ opened, callId, serviceId }: OfficePanelProps) {
  const t = useTexts();
  const { office, problem } = useOffice(serviceId);
  const [check, setCheck] = useState<AvailabilityCheck | null>(null);
  const caseId = opened.snapshot.view.id;
  const ask = useAction(async () => {
    await sendTyped(opened.draft);
    setCheck(await workApi.checkAvailability(callId, { serviceId, caseId }));
    // The check is in the case's history, and a negative one makes the assignment legal.
    await opened.draft.refresh();
  });
  return (
    <div className="office-panel">
      <ProblemMessage problem={problem} />
      {office && <OfficeState office={office} />}
      <button
        type="button"
        className="btn btn-outline-primary btn-sm"
        disabled={ask.busy}
        onClick={() => void ask.run()}
      >
        <Icon name="phone" /> {check ? t.work.transfer.checkAgain : t.work.transfer.check}
      </button>
      <ProblemMessage problem={ask.problem} />
      {check ? (
        <CheckResult key={check.id} check={check} opened={opened} callId={callId} />
      ) : (
        <p className="field-hint">{t.work.transfer.checkFirst}</p>
      )}
    </div>
  );
}

type CheckResultProps = { check: AvailabilityCheck; opened: OpenedCase; callId: string };

function CheckResult({ check, opened, callId }: CheckResultProps) {
  return check.usable ? (
    <GoodCheck check={check} opened={opened} callId={callId} />
  ) : (
    <BadCheck check={check} opened={opened} />
  );
}

function GoodCheck({ check, opened, callId }: CheckResultProps) {
  const t = useTexts();
  const left = useSecondsLeft(check.expiresAt);
  const refusal = transferRefusal(opened.legal?.moves ?? []);
  const wish = { officeId: check.officeId, checkId: check.id };
  const go = useAction(async (kind: "consult" | "transfer") => {
    await sendTyped(opened.draft);
    await workApi[kind](callId, wish);
  });
  if (left <= 0) return <p className="field-hint">{t.work.transfer.checkOld}</p>;
  return (
    <>
      <p className="check-good">
        <Icon name="check" /> {t.work.transfer.checkGood} <span className="timer">{left} s</span>
      </p>
      <div className="transfer-buttons">
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={go.busy}
          onClick={() => void go.run("consult")}
        >
          {t.work.transfer.consult}
        </button>
        <button
          type="button"
          className="btn btn-primary btn-sm"
          disabled={go.busy || refusal !== null}
          onClick={() => void go.run("transfer")}
        >
          {t.work.transfer.transfer}
        </button>
      </div>
      {refusal && (
        <BlockedList
          open
          title={t.work.transfer.why}
          blocked={[{ key: "transfer", name: t.work.transfer.transfer, refusal }]}
        />
      )}
      <ProblemMessage problem={go.problem} />
    </>
  );
}

function BadCheck({ check, opened }: Pick<CheckResultProps, "check" | "opened">) {
  const { texts: t, language } = useSpeech();
  const work = useContext(DeskWorkContext);
  return (
    <div className="check-bad">
      <p>
        <Icon name="warning" /> {t.work.transfer.checkBad} {check[language]}
      </p>
      {check.alternative?.kind === "declare_unresolvable" ? (
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          onClick={() => work?.propose({ to: "unresolvable", attribute: null, cause: null })}
        >
          {t.work.transfer.unresolvable}
        </button>
      ) : (
        <AssignOffer opened={opened} cause="check_negative" />
      )}
    </div>
  );
}

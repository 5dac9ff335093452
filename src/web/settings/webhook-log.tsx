import { useState } from "react";
import { settingsApi, type WebhookLine } from "../api/settings-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { ListBody } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

const everyMs = 5_000;

/** What one receiver was told and how it answered; a test event, and another try for what failed. */
export function WebhookLog({ webhookId }: { webhookId: string }) {
  const { webhooks: t } = useSettingsTexts();
  const { common } = useScreenTexts();
  const [state, setState] = useState("");
  const read = (cursor: string | null) => settingsApi.deliveries(webhookId, { state, cursor, limit: 20 });
  const list = useList(`${webhookId} ${state}`, read, everyMs);
  const test = useAction(async () => {
    await settingsApi.testWebhook(webhookId);
    list.again();
  });
  return (
    <section className="screen-part" aria-labelledby="webhook-log">
      <h3 id="webhook-log">{t.log}</h3>
      <div className="button-row is-end">
        <SelectField
          label={common.state}
          empty={common.all}
          options={optionsOf(t.states)}
          value={state}
          onChange={setState}
        />
        <button
          type="button"
          className="btn btn-outline-primary btn-sm"
          disabled={test.busy}
          onClick={() => void test.run()}
        >
          {t.test}
        </button>
      </div>
      <ProblemMessage problem={test.problem} />
      <ListBody list={list} empty={t.noLog}>
        <LogTable lines={list.items} webhookId={webhookId} onChanged={list.again} />
      </ListBody>
    </section>
  );
}

type LogTableProps = { lines: WebhookLine[]; webhookId: string; onChanged: () => void };

function LogTable({ lines, webhookId, onChanged }: LogTableProps) {
  const { webhooks: t } = useSettingsTexts();
  const { language } = useSpeech();
  const kinds: Record<string, string> = t.kindNames;
  const retry = useAction(async (id: string) => {
    await settingsApi.retryDelivery(webhookId, id);
    onChanged();
  });
  return (
    <TableScroll label={t.log}>
      <ProblemMessage problem={retry.problem} />
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.made}</th>
            <th scope="col">{t.event}</th>
            <th scope="col">{t.state}</th>
            <th scope="col">{t.tries}</th>
            <th scope="col">{t.answer}</th>
            <th scope="col">{t.again}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td>{sayWhen(line.createdAt, language)}</td>
              <th scope="row">{kinds[line.kind] ?? line.kind}</th>
              <td>
                <span className={`state-tag ${tones[line.state]}`}>{t.states[line.state]}</span>
              </td>
              <td className="number">{line.attempts}</td>
              <td>{answerOf(line)}</td>
              <td>
                {(line.state === "dead" || line.state === "queued") && (
                  <button
                    type="button"
                    className="btn btn-outline-primary btn-sm"
                    disabled={retry.busy}
                    onClick={() => void retry.run(line.id)}
                  >
                    {t.retry}
                    <span className="visually-hidden"> {sayWhen(line.createdAt, language)}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

const tones = { queued: "", sending: "state-on_call", done: "state-available", dead: "state-failed" } as const;

function answerOf({ lastStatus, lastError, lastMs }: WebhookLine): string {
  return (
    [lastStatus, lastError, lastMs === null ? null : `${lastMs} ms`].filter((one) => one !== null).join(" · ") || "—"
  );
}

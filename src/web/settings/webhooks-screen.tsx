import "../style/settings.css";
import { settingsApi, type Webhook } from "../api/settings-api.ts";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookLog } from "./webhook-log.tsx";

const everyMs = 15_000;

/** Other systems that are told of cases and calls: the receivers, and what each was told. */
export function WebhooksScreen({ webhookId }: { webhookId: string | null }) {
  const { webhooks: t } = useSettingsTexts();
  const list = useList("webhooks", () => settingsApi.webhooks(), everyMs);
  const shown = list.items.find(({ id }) => id === webhookId) ?? null;
  return (
    <TwoColumns
      title={t.title}
      chosen={webhookId !== null}
      rightLabel={t.one}
      left={
        <>
          <div>
            <button type="button" className="btn btn-primary btn-sm" onClick={() => goTo("webhook", "nuovo")}>
              <Icon name="plus" /> {t.newOne}
            </button>
          </div>
          <ListBody list={list} empty={t.none}>
            <ul className="inbox-list">
              {list.items.map((webhook) => (
                <Line key={webhook.id} webhook={webhook} shown={webhook.id === webhookId} />
              ))}
            </ul>
          </ListBody>
        </>
      }
      right={<RightSide webhookId={webhookId} webhook={shown} loading={list.loading} onSaved={list.again} />}
    />
  );
}

function Line({ webhook, shown }: { webhook: Webhook; shown: boolean }) {
  const { webhooks: t } = useSettingsTexts();
  return (
    <li>
      <a href={hashOf("webhook", webhook.id)} aria-current={shown ? "true" : undefined}>
        <span className="inbox-line-top">
          <strong>{webhook.name}</strong>
          <span className={webhook.disabled ? "state-tag" : "state-tag state-available"}>
            {webhook.disabled ? t.off : t.on}
          </span>
        </span>
        <span className="inbox-line-request">{webhook.url}</span>
      </a>
    </li>
  );
}

type RightSideProps = { webhookId: string | null; webhook: Webhook | null; loading: boolean; onSaved: () => void };

function RightSide({ webhookId, webhook, loading, onSaved }: RightSideProps) {
  const { webhooks: t } = useSettingsTexts();
  if (webhookId === "nuovo") return <WebhookForm key="new" webhook={null} onSaved={onSaved} />;
  if (!webhook) return <p className="empty">{webhookId !== null && !loading ? t.gone : t.choose}</p>;
  return (
    <>
      <WebhookForm key={`${webhook.id} ${webhook.version}`} webhook={webhook} onSaved={onSaved} />
      <WebhookLog key={webhook.id} webhookId={webhook.id} />
    </>
  );
}

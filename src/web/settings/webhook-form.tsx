import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import { settingsApi, type Webhook } from "../api/settings-api.ts";
import { faultOf } from "../form/field-fault.ts";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";

const kinds = ["case.opened", "case.changed", "call.started", "call.answered", "call.ended"] as const;

type WebhookFormProps = { webhook: Webhook | null; onSaved: () => void };

/** A receiver's form; the secret of a new one is shown once, here. */
export function WebhookForm({ webhook, onSaved }: WebhookFormProps) {
  const { webhooks: t } = useSettingsTexts();
  const shared = useTexts();
  const agencies = useLoaded("agencies of webhooks", () => screenApi.agencies());
  const place = webhook ? `webhook.${webhook.id}.${webhook.version}` : "webhook.new";
  const [wish, setWish, settle] = useKept(place, {
    name: webhook?.name ?? "",
    url: webhook?.url ?? "",
    kinds: webhook?.kinds ?? ["case.opened", "case.changed"],
    agencyId: webhook?.agencyId ?? null,
  });
  const [disabled, setDisabled] = useState(webhook?.disabled ?? false);
  const [secret, setSecret] = useState<string | null>(null);
  const change = (part: Partial<typeof wish>) => setWish({ ...wish, ...part });
  const save = useAction(async () => {
    if (webhook) await settingsApi.patchWebhook(webhook.id, webhook.version, { ...wish, disabled });
    else setSecret((await settingsApi.newWebhook(wish)).secret);
    settle(wish);
    onSaved();
  });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>{webhook ? webhook.name : t.newOne}</h2>
      <div className="field-row is-start">
        <TextField
          label={t.name}
          required
          maxLength={120}
          value={wish.name}
          error={faultOf(save.problem, "name")}
          onChange={(event) => change({ name: event.target.value })}
        />
        <SelectField
          label={t.agency}
          empty={t.allAgencies}
          options={(agencies.value ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={wish.agencyId ?? ""}
          onChange={(agencyId) => change({ agencyId: agencyId || null })}
        />
      </div>
      <TextField
        label={t.url}
        hint={t.urlHint}
        type="url"
        required
        maxLength={2_000}
        value={wish.url}
        error={faultOf(save.problem, "url")}
        onChange={(event) => change({ url: event.target.value })}
      />
      <Kinds chosen={wish.kinds} error={faultOf(save.problem, "kinds")} onChange={(next) => change({ kinds: next })} />
      {webhook && <CheckField label={t.disabled} checked={disabled} onChange={setDisabled} />}
      <div className="button-row">
        <button
          type="submit"
          className="btn btn-primary btn-sm"
          disabled={save.busy || secret !== null || wish.kinds.length === 0}
        >
          {webhook ? shared.common.save : t.make}
        </button>
      </div>
      <div role="status">
        {secret && (
          <p className="notice notice-done">
            <span>
              {t.secret} <code className="once-secret">{secret}</code>
            </span>
          </p>
        )}
      </div>
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

type KindsProps = { chosen: string[]; error: string | null; onChange: (kinds: string[]) => void };

function Kinds({ chosen, error, onChange }: KindsProps) {
  const { webhooks: t } = useSettingsTexts();
  return (
    <fieldset className="check-list">
      <legend className="field-label">{t.kinds}</legend>
      {kinds.map((kind) => (
        <CheckField
          key={kind}
          label={t.kindNames[kind]}
          checked={chosen.includes(kind)}
          onChange={(on) => onChange(on ? [...chosen, kind] : chosen.filter((one) => one !== kind))}
        />
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

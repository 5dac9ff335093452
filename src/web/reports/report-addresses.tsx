import { useState } from "react";
import { useKept } from "../form/kept-text.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { SavedNote } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { type ReportAddress, reportApi } from "./report-api.ts";

/** Where each agency gets its reports: one line each. */
export function AddressList() {
  const t = useReportTexts();
  const { value, problem } = useLoaded("report-addresses", () => reportApi.addresses());
  return (
    <section className="screen-part" aria-labelledby="report-addresses">
      <h2 id="report-addresses">{t.addresses}</h2>
      <ProblemMessage problem={problem} />
      {value?.items.map((one) => (
        <AddressForm key={one.agencyId} address={one} />
      ))}
    </section>
  );
}

function AddressForm({ address }: { address: ReportAddress }) {
  const t = useReportTexts();
  const { common } = useScreenTexts();
  const shared = useTexts();
  const [email, setEmail, settle] = useKept(`report.address.${address.agencyId}`, address.email ?? "");
  const [saved, setSaved] = useState(address.email ?? "");
  const [done, setDone] = useState(false);
  const save = useAction(async () => {
    await reportApi.setAddress(address.agencyId, email.trim() || null);
    setSaved(email.trim());
    settle(email.trim());
    setDone(true);
  });
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <TextField
        label={t.addressOf(address.agencyName)}
        type="email"
        maxLength={320}
        value={email}
        hint={t.addressHint(address.referents.join(", ") || t.noReferents)}
        onChange={(event) => {
          setEmail(event.target.value);
          setDone(false);
        }}
      />
      <div className="button-row">
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={save.busy || email.trim() === saved}>
          {shared.common.save}
          <span className="visually-hidden"> {address.agencyName}</span>
        </button>
      </div>
      <SavedNote words={done ? common.saved : null} />
      <ProblemMessage problem={save.problem} />
    </form>
  );
}

import { type SubmitEvent, useState } from "react";
import type { CaseLine } from "../api/api-types.ts";
import { workApi } from "../api/work-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { useTexts } from "../texts/texts.tsx";
import { CaseActions } from "./case-actions.tsx";
import { CaseLines } from "./case-lines.tsx";

/** The caller gives a case's number, from whatever telephone: the case with what can be done about it. */
export function CaseByNumber() {
  const t = useTexts();
  const [found, setFound] = useState<CaseLine[] | null>(null);
  const search = useAction(async (number: number) => setFound((await workApi.caseByNumber(number)).items));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const number = Number(String(new FormData(event.currentTarget).get("number") ?? "").replace(/\D/g, ""));
    if (number > 0) void search.run(number);
  };
  return (
    <search className="case-by-number">
      <form onSubmit={submit}>
        <TextField label={t.work.children.byNumber} name="number" inputMode="numeric" maxLength={15} />
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={search.busy}>
          <Icon name="search" />
          <span className="visually-hidden">{t.common.search}</span>
        </button>
      </form>
      <ProblemMessage problem={search.problem} />
      <div role="status">
        {found && (
          <CaseLines
            lines={found}
            empty={t.work.children.notFound}
            actions={(line) => <CaseActions key={line.id} line={line} />}
          />
        )}
      </div>
    </search>
  );
}

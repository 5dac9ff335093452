import { useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import { screenApi } from "../api/screen-api.ts";
import type { FlowDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { SelectField } from "../form/select-field.tsx";
import { OneColumn } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { FlowEditor } from "./flow-editor.tsx";

/** What callers hear, drawn and edited; published it holds from the next call (REQ 1.1). */
export function FlowScreen() {
  const { flow: t } = useScreenTexts();
  const shared = useTexts();
  const [chosen, setChosen] = useState<string | null>(null);
  const flows = useLoaded("flows", () => screenApi.flows(), "flows");
  const items = flows.value?.items ?? [];
  const id = chosen ?? items[0]?.id ?? null;
  return (
    <OneColumn title={t.title}>
      <ProblemMessage problem={flows.problem} />
      {!flows.value && !flows.problem && <p className="empty-line">{shared.common.loading}</p>}
      {items.length > 1 && (
        <SelectField
          label={t.which}
          options={items.map((flow) => ({ value: flow.id, label: flow.name }))}
          value={id ?? ""}
          onChange={setChosen}
        />
      )}
      {id && <OneFlow key={id} flowId={id} />}
    </OneColumn>
  );
}

function OneFlow({ flowId }: { flowId: string }) {
  const { flow: t } = useScreenTexts();
  const shared = useTexts();
  const person = usePerson();
  const { value: flow, problem, set } = useLoaded<FlowDetail>(flowId, () => screenApi.flow(flowId));
  if (!flow) {
    return problem ? <ProblemMessage problem={problem} /> : <p className="empty-line">{shared.common.loading}</p>;
  }
  return (
    <>
      <div className="screen-head">
        <h2>{flow.name}</h2>
        <span>
          {t.numbers}: {flow.numbers.join(", ") || "—"} · {t.live(flow.version)}
        </span>
      </div>
      <FlowEditor flow={flow} editable={mayUse(person, "flow.edit")} onPublished={set} />
    </>
  );
}

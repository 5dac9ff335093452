import { useState } from "react";
import { mayUse } from "../../people/permissions.ts";
import { api } from "../api/desk-api.ts";
import { screenApi } from "../api/screen-api.ts";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { DoNotDisturb } from "./do-not-disturb.tsx";
import { type InboxFilter, InboxFilters } from "./inbox-filters.tsx";
import { InboxList } from "./inbox-list.tsx";
import { OfficeCase } from "./office-case.tsx";

type InboxScreenProps = { place: "casi" | "rigetti"; caseId: string | null };

/** Second level or rejects desk: the list on the left, one case with its history on the right. */
export function InboxScreen({ place, caseId }: InboxScreenProps) {
  const t = useTexts();
  const { rejects } = useScreenTexts();
  const person = usePerson();
  const offices = useOwnOffices();
  const [filter, setFilter] = useState<InboxFilter>({});
  const fixed = place === "rigetti" ? { ...filter, status: "rejected" } : filter;
  const list = useList(JSON.stringify(fixed), (cursor) => api.inbox({ ...fixed, cursor: cursor ?? undefined }));
  return (
    <TwoColumns
      title={place === "rigetti" ? rejects.title : t.cases.inbox.title}
      chosen={caseId !== null}
      rightLabel={t.desk.caseColumn}
      left={
        <>
          {place === "casi" && mayUse(person, "call.answer_transfer") && <DoNotDisturb />}
          <InboxFilters offices={offices} filter={filter} onChange={setFilter} withStatus={place === "casi"} />
          <ListBody list={list} empty={t.cases.inbox.empty}>
            <InboxList place={place} lines={list.items} shownId={caseId} />
          </ListBody>
        </>
      }
      right={caseId ? <OfficeCase key={caseId} caseId={caseId} /> : <p className="empty">{t.cases.inbox.choose}</p>}
    />
  );
}

function useOwnOffices(): { id: string; name: string }[] {
  const { officeIds } = usePerson();
  const { value } = useLoaded("own offices", async () => (officeIds.length > 1 ? screenApi.offices() : []));
  return (value ?? []).filter(({ id }) => officeIds.includes(id));
}

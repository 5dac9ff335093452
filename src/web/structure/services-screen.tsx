import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { ServiceSettings } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList, useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { ServiceForm } from "./service-form.tsx";

/** Services of the referent's agency with the switches of their quadruples. */
export function ServicesScreen({ serviceId }: { serviceId: string | null }) {
  const { services: t } = useScreenTexts();
  const person = usePerson();
  const agency = person.roles.find(({ role }) => role === "agency_referent")?.agencyId;
  const [q, setQ] = useState("");
  const list = useList(
    `services ${q}`,
    (cursor) => screenApi.services({ agency, q, cursor }),
    undefined,
    "organisation",
  );
  return (
    <TwoColumns
      title={t.title}
      chosen={serviceId !== null}
      rightLabel={t.one}
      left={
        <>
          <search>
            <TextField label={t.search} value={q} onChange={(event) => setQ(event.target.value)} />
          </search>
          <ListBody list={list} empty={t.none}>
            <ServiceLines services={list.items} shownId={serviceId} />
          </ListBody>
        </>
      }
      right={
        serviceId ? (
          <OneService key={serviceId} serviceId={serviceId} onSaved={list.again} />
        ) : (
          <p className="empty">{t.choose}</p>
        )
      }
    />
  );
}

function ServiceLines({ services, shownId }: { services: ServiceSettings[]; shownId: string | null }) {
  const { services: t } = useScreenTexts();
  return (
    <ul className="inbox-list">
      {services.map((service) => (
        <li key={service.id}>
          <a href={hashOf("servizi", service.id)} aria-current={service.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{service.name}</strong>
            </span>
            <span className="inbox-line-request">{service.departmentName}</span>
            <span className="inbox-line-end">
              <span className="state-tag">{t.profiles[service.profile]}</span>
              <small>
                {[
                  service.acceptsInformation && t.short.information,
                  service.acceptsComplaints && t.short.complaints,
                  service.hasAgenda && t.short.agenda,
                  service.contactBackReasons.length > 0 && t.short.contactBack,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function OneService({ serviceId, onSaved }: { serviceId: string; onSaved: () => void }) {
  const t = useTexts();
  const { value, problem, set } = useLoaded(serviceId, () => screenApi.service(serviceId));
  if (!value) return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{t.common.loading}</p>;
  const saved = (service: ServiceSettings) => {
    set(service);
    onSaved();
  };
  return <ServiceForm service={value} onSaved={saved} />;
}

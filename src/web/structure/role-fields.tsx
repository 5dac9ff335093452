import type { Role } from "../../people/roles.ts";
import { screenApi } from "../api/screen-api.ts";
import { CheckField, SelectField } from "../form/select-field.tsx";
import { useLoaded } from "../list/use-list.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { roleOptions } from "./people-screen.tsx";

export type Scope = { roles: { role: Role; agencyId: string | null }[]; officeIds: string[] };

/** These are held for one agency; the others for all (REQ 0). */
const ofAgency: ReadonlySet<Role> = new Set(["agency_referent", "specialist"]);

/** Services of a referent are the whole of what was there: this form does not touch them. */
export function scopeBody({ roles, officeIds }: Scope, serviceIds: string[]): Record<string, unknown> {
  const held = roles.map(({ role, agencyId }) => ({ role, agencyId: ofAgency.has(role) ? agencyId : null }));
  return { roles: held, officeIds, serviceIds };
}

type RoleFieldsProps = { scope: Scope; onChange: (scope: Scope) => void };

/** Roles with their agency, and the offices of who works at second level. */
export function RoleFields({ scope, onChange }: RoleFieldsProps) {
  const { people: t, common } = useScreenTexts();
  const { value: agencies } = useLoaded("agencies", () => screenApi.agencies());
  const replace = (index: number, part: Partial<Scope["roles"][number]>) =>
    onChange({ ...scope, roles: scope.roles.map((held, at) => (at === index ? { ...held, ...part } : held)) });
  return (
    <>
      {scope.roles.map(({ role, agencyId }, index) => (
        <fieldset key={`${role} ${agencyId}`} className="role-row" aria-label={t.roles[role]}>
          <SelectField
            label={t.role}
            options={roleOptions(t.roles)}
            value={role}
            onChange={(next) => replace(index, { role: next as Role })}
          />
          {ofAgency.has(role) && (
            <SelectField
              label={common.agency}
              empty="—"
              options={(agencies ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={agencyId ?? ""}
              onChange={(next) => replace(index, { agencyId: next || null })}
            />
          )}
          <button
            type="button"
            className="icon-button"
            aria-label={`${common.remove}: ${t.roles[role]}`}
            onClick={() => onChange({ ...scope, roles: scope.roles.filter((_, at) => at !== index) })}
          >
            <Icon name="close" />
          </button>
        </fieldset>
      ))}
      <div>
        <button
          type="button"
          className="link-button"
          onClick={() => onChange({ ...scope, roles: [...scope.roles, { role: "operator", agencyId: null }] })}
        >
          <Icon name="plus" /> {t.addRole}
        </button>
      </div>
      {scope.roles.some(({ role }) => role === "office_agent") && <OfficeChecks scope={scope} onChange={onChange} />}
    </>
  );
}

function OfficeChecks({ scope, onChange }: RoleFieldsProps) {
  const { people: t } = useScreenTexts();
  const { value: offices } = useLoaded("offices", () => screenApi.offices());
  const set = (id: string, on: boolean) =>
    onChange({ ...scope, officeIds: on ? [...scope.officeIds, id] : scope.officeIds.filter((one) => one !== id) });
  return (
    <fieldset className="check-list">
      <legend className="field-label">{t.offices}</legend>
      {(offices ?? []).map((office) => (
        <CheckField
          key={office.id}
          label={`${office.agencyName} › ${office.name}`}
          checked={scope.officeIds.includes(office.id)}
          onChange={(on) => set(office.id, on)}
        />
      ))}
    </fieldset>
  );
}

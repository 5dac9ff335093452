import { screenApi } from "../api/screen-api.ts";
import type { Agency, Department, Office, ServiceSettings } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TwoColumns } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { OneService } from "./services-screen.tsx";
import { UnitForm } from "./unit-form.tsx";

export type Tree = { agencies: Agency[]; departments: Department[]; offices: Office[]; services: ServiceSettings[] };

async function readTree(): Promise<Tree> {
  const [agencies, departments, offices, services] = await Promise.all([
    screenApi.agencies(),
    screenApi.departments(),
    screenApi.offices(),
    screenApi.allServices(),
  ]);
  return { agencies, departments, offices, services };
}

type TreeScreenProps = { kind: string | null; id: string | null; within: string | null };

/** Agencies with their departments, services and offices; one of them on the right (REQ 0). */
export function TreeScreen({ kind, id, within }: TreeScreenProps) {
  const { tree: t } = useScreenTexts();
  const shared = useTexts();
  const { value: tree, problem, again } = useLoaded("tree", readTree, "organisation");
  return (
    <TwoColumns
      title={t.title}
      chosen={id !== null}
      rightLabel={t.one}
      left={
        <>
          <div>
            <a className="btn btn-primary btn-sm" href={hashOf("organizzazione", "agencies", "nuova")}>
              <Icon name="plus" /> {t.newUnit.agencies}
            </a>
          </div>
          <ProblemMessage problem={problem} />
          {!tree && !problem && <p className="empty-line">{shared.common.loading}</p>}
          {tree && (
            <div className="tree">
              {tree.agencies.map((agency) => (
                <AgencyBranch key={agency.id} agency={agency} tree={tree} shownId={id} />
              ))}
            </div>
          )}
        </>
      }
      right={
        <RightSide key={`${kind} ${id} ${within}`} kind={kind} id={id} within={within} tree={tree} again={again} />
      }
    />
  );
}

type RightSideProps = TreeScreenProps & { tree: Tree | null; again: () => Promise<void> };

function RightSide({ kind, id, within, tree, again }: RightSideProps) {
  const { tree: t } = useScreenTexts();
  const changed = () => void again();
  if (!kind || !id) return <p className="empty">{t.choose}</p>;
  if (kind === "services" && id !== "nuova") return <OneService serviceId={id} onSaved={changed} />;
  if (!tree) return null;
  return <UnitForm kind={kind} id={id} within={within} tree={tree} onSaved={changed} />;
}

type BranchProps = { agency: Agency; tree: Tree; shownId: string | null };

function AgencyBranch({ agency, tree, shownId }: BranchProps) {
  const { tree: t } = useScreenTexts();
  const departments = tree.departments.filter(({ agencyId }) => agencyId === agency.id);
  const offices = tree.offices.filter(({ agencyId }) => agencyId === agency.id);
  return (
    <details open={tree.agencies.length < 5}>
      <summary>
        <strong>{agency.name}</strong> <small>{agency.shortName}</small>
      </summary>
      <ul>
        <li>
          <UnitLink kind="agencies" unit={agency} words={t.open.agencies} shownId={shownId} />
        </li>
        {departments.map((department) => (
          <li key={department.id}>
            <DepartmentBranch
              department={department}
              services={tree.services.filter(({ departmentId }) => departmentId === department.id)}
              shownId={shownId}
            />
          </li>
        ))}
        <li>
          <details>
            <summary>
              {t.offices} <small>{offices.length}</small>
            </summary>
            <ul>
              {offices.map((office) => (
                <li key={office.id}>
                  <UnitLink kind="offices" unit={office} shownId={shownId} />
                </li>
              ))}
              <li>
                <NewLink kind="offices" within={agency.id} />
              </li>
            </ul>
          </details>
        </li>
        <li>
          <NewLink kind="departments" within={agency.id} />
        </li>
      </ul>
    </details>
  );
}

type DepartmentBranchProps = { department: Department; services: ServiceSettings[]; shownId: string | null };

function DepartmentBranch({ department, services, shownId }: DepartmentBranchProps) {
  const { tree: t } = useScreenTexts();
  return (
    <details>
      <summary>
        {department.name} <small>{services.length}</small>
      </summary>
      <ul>
        <li>
          <UnitLink kind="departments" unit={department} words={t.open.departments} shownId={shownId} />
        </li>
        {services.map((service) => (
          <li key={service.id}>
            <UnitLink kind="services" unit={service} shownId={shownId} />
          </li>
        ))}
        <li>
          <NewLink kind="services" within={department.id} />
        </li>
      </ul>
    </details>
  );
}

type UnitLinkProps = {
  kind: string;
  unit: { id: string; name: string };
  /** Instead of the name, where the line above has it. */
  words?: string;
  shownId: string | null;
};

function UnitLink({ kind, unit, words, shownId }: UnitLinkProps) {
  return (
    <a
      className={words ? "tree-new" : undefined}
      href={hashOf("organizzazione", kind, unit.id)}
      aria-current={unit.id === shownId ? "true" : undefined}
    >
      {words ?? unit.name}
      {words && <span className="visually-hidden"> {unit.name}</span>}
    </a>
  );
}

function NewLink({ kind, within }: { kind: "departments" | "offices" | "services"; within: string }) {
  const { tree: t } = useScreenTexts();
  return (
    <a className="tree-new" href={hashOf("organizzazione", kind, "nuova", within)}>
      <Icon name="plus" /> {t.newUnit[kind]}
    </a>
  );
}

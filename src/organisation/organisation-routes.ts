import { z } from "zod";
import { CONTACT_REASONS, PROFILES } from "../cases/case.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { listAgencies, listDepartments } from "./agency-store.ts";
import { createAgency, createDepartment, editAgency, editDepartment } from "./edit-agency.ts";
import { importRoutes } from "./import/import-routes.ts";
import { officeRoutes } from "./offices/office-routes.ts";
import { byId, entryName, externalId, pageQuery, refuseReferent } from "./organisation-shapes.ts";
import { createService, editService } from "./services/edit-service.ts";
import { listServices, readService } from "./services/service-store.ts";

const version = z.number().int();

const agencyBody = z.strictObject({
  externalId: externalId.default(null),
  name: entryName,
  shortName: z.string().trim().min(1).max(60),
  switchboard: z.boolean().default(false),
});
const agency = z.object({
  id: z.uuid(),
  externalId,
  name: z.string(),
  shortName: z.string(),
  switchboard: z.boolean(),
  emergencyOn: z.boolean(),
  disabled: z.boolean(),
  version,
});
const departmentBody = z.strictObject({ agencyId: z.uuid(), externalId: externalId.default(null), name: entryName });
const department = z.object({
  id: z.uuid(),
  agencyId: z.uuid(),
  externalId,
  name: z.string(),
  disabled: z.boolean(),
  version,
});
const serviceBody = z.strictObject({
  agencyId: z.uuid(),
  departmentId: z.uuid(),
  officeId: z.uuid(),
  externalId: externalId.default(null),
  name: entryName,
  profile: z.enum(PROFILES),
  acceptsInformation: z.boolean().default(false),
  acceptsComplaints: z.boolean().default(false),
  hasAgenda: z.boolean().default(false),
  minFailedAttempts: z.number().int().min(1).max(10).default(1),
  contactBackReasons: z.array(z.enum(CONTACT_REASONS)).max(8).default([]),
});
const service = serviceBody.extend({
  id: z.uuid(),
  disabled: z.boolean(),
  version,
  agencyName: z.string(),
  agencyShortName: z.string(),
  departmentName: z.string(),
  officeName: z.string(),
});

/** Members of a PATCH: any of those of the body, without its defaults, and the switch that takes it out of use. */
const agencyChanges = z.strictObject({
  externalId: externalId.optional(),
  name: entryName.optional(),
  shortName: z.string().trim().min(1).max(60).optional(),
  switchboard: z.boolean().optional(),
  disabled: z.boolean().optional(),
});
const departmentChanges = z.strictObject({
  externalId: externalId.optional(),
  name: entryName.optional(),
  disabled: z.boolean().optional(),
});
const serviceChanges = z.strictObject({
  departmentId: z.uuid().optional(),
  officeId: z.uuid().optional(),
  externalId: externalId.optional(),
  name: entryName.optional(),
  profile: z.enum(PROFILES).optional(),
  acceptsInformation: z.boolean().optional(),
  acceptsComplaints: z.boolean().optional(),
  hasAgenda: z.boolean().optional(),
  minFailedAttempts: z.number().int().min(1).max(10).optional(),
  contactBackReasons: z.array(z.enum(CONTACT_REASONS)).max(8).optional(),
  disabled: z.boolean().optional(),
});

/** Agencies, departments, services, offices and the import of the whole tree (REQ 0, issue B 1). */
export function organisationRoutes(deps: { pool: Pool }): Route[] {
  const { pool } = deps;
  return [
    ...agencyRoutes(pool),
    ...departmentRoutes(pool),
    ...serviceRoutes(pool),
    ...officeRoutes(pool),
    ...importRoutes(pool),
  ];
}

function agencyRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/agencies",
        permission: "organisation.read",
        summary: "Agencies by name, or those that match q",
        query: pageQuery,
        response: z.object({ items: z.array(agency), nextCursor: z.string().nullable() }),
      },
      ({ query }) => listAgencies(pool, query),
    ),
    defineRoute(
      {
        method: "post",
        path: "/agencies",
        permission: "organisation.edit",
        summary: "Create an agency (administrator)",
        body: agencyBody,
        response: agency,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => {
        refuseReferent(person);
        return createAgency(pool, person, body);
      },
    ),
    defineRoute(
      {
        method: "patch",
        path: "/agencies/:id",
        permission: "organisation.edit",
        summary: "Change an agency (administrator)",
        params: byId,
        body: agencyChanges,
        response: agency,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) => {
        refuseReferent(person);
        return editAgency(pool, person, params.id, ifMatch, body);
      },
    ),
  ];
}

function departmentRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/departments",
        permission: "organisation.read",
        summary: "Departments by name, of one agency or all",
        query: pageQuery.extend({ agency: z.uuid().optional() }),
        response: z.object({ items: z.array(department), nextCursor: z.string().nullable() }),
      },
      ({ query }) => listDepartments(pool, query),
    ),
    defineRoute(
      {
        method: "post",
        path: "/departments",
        permission: "organisation.edit",
        summary: "Create a department (administrator)",
        body: departmentBody,
        response: department,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => {
        refuseReferent(person);
        return createDepartment(pool, person, body);
      },
    ),
    defineRoute(
      {
        method: "patch",
        path: "/departments/:id",
        permission: "organisation.edit",
        summary: "Change a department (administrator)",
        params: byId,
        body: departmentChanges,
        response: department,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) => {
        refuseReferent(person);
        return editDepartment(pool, person, params.id, ifMatch, body);
      },
    ),
  ];
}

function serviceRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/services",
        permission: "organisation.read",
        summary: "Services with their triple and office; q forgives typing errors",
        query: pageQuery.extend({
          agency: z.uuid().optional(),
          department: z.uuid().optional(),
          office: z.uuid().optional(),
          profile: z.enum(PROFILES).optional(),
        }),
        response: z.object({ items: z.array(service), nextCursor: z.string().nullable() }),
      },
      ({ query }) => listServices(pool, query),
    ),
    defineRoute(
      {
        method: "get",
        path: "/services/:id",
        permission: "organisation.read",
        summary: "One service",
        params: byId,
        response: service,
      },
      async ({ params }) => {
        const found = await readService(pool, params.id);
        if (!found) throw new AppError("not_found", "There is no such service");
        return found;
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/services",
        permission: "organisation.edit",
        summary: "Create a service (administrator)",
        body: serviceBody,
        response: service,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => {
        refuseReferent(person);
        return createService(pool, person, body);
      },
    ),
    defineRoute(
      {
        method: "patch",
        path: "/services/:id",
        permission: "organisation.edit",
        summary: "Change profile, switches, office or name of a service (its referents, administrator)",
        params: byId,
        body: serviceChanges,
        response: service,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editService(pool, person, params.id, ifMatch, body),
    ),
  ];
}

import type pg from "pg";
import { peopleTexts } from "../../src/knowledge/demo/demo-texts-people.ts";
import { placeTexts } from "../../src/knowledge/demo/demo-texts-places.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";

export type CrmSize = { cards: number; citizens: number; cases: number; drafts: number };
export const crmPassword = "bench crm person";
export const officeCount = 18;
/** Every sixth office answers for no service: its inbox is empty, which must not make it slow. */
export const isEmptyOffice = (n: number) => n % 6 === 5;

/**
 * A contact centre after three years, made in SQL: three agencies, 18 offices, 80 services, and as many cards, citizens
 * and cases as asked for. One case in a hundred is open. Constraints hold; row triggers are off for the cases, whose
 * history is written with them. Cards and citizens go through theirs, which keep the words for the search.
 * @returns seconds by part
 */
export async function fillCrm(client: pg.Client, size: CrmSize): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  const part = async (name: string, work: () => Promise<unknown>) => {
    const from = performance.now();
    await work();
    seconds[name] = Math.round((performance.now() - from) / 100) / 10;
  };
  await client.query("select setseed(0.055055)");
  await part("organisation", () => fillOrganisation(client));
  await part("cards", () => fillCards(client, size.cards));
  await part("citizens", () => fillCitizens(client, size.citizens));
  await part("cases", () => fillCases(client, size));
  await part("vacuum", () => client.query("vacuum analyze"));
  return seconds;
}

async function fillOrganisation(client: pg.Client): Promise<void> {
  await client.query(`
    insert into agencies (external_id, name, short_name)
      select 'A' || n, 'Ente ' || n, 'Ente ' || n from generate_series(1, 3) n;
    insert into departments (agency_id, external_id, name)
      select a.id, a.external_id || '-D' || n, 'Settore ' || n from agencies a, generate_series(1, 4) n;
    insert into offices (agency_id, external_id, name)
      select a.id, a.external_id || '-U' || n, 'Ufficio ' || n from agencies a, generate_series(1, 6) n;
    insert into services (agency_id, department_id, office_id, external_id, name, profile, accepts_information,
        accepts_complaints)
      select d.agency_id, d.id, o.id, d.external_id || '-S' || n, 'Servizio ' || n || ' del ' || d.name, 'advanced',
        true, true
      from departments d, generate_series(1, 7) n join lateral (select 1) x on true
        join offices o on o.external_id like 'A_-U' || (1 + n % 5)
      where o.agency_id = d.agency_id`);
  const hash = await hashPassword(crmPassword);
  await client.query(
    `with p as (insert into people (login, display_name, password_hash)
        values ('operatore', 'Operatore', $1) returning id),
      r as (insert into person_roles (person_id, role) select id, 'operator' from p),
      s as (insert into seats (number, sip_password, web_password) values ('201', 'bench', 'bench') returning id)
    insert into operators (person_id, seat_id) select p.id, s.id from p, s`,
    [hash],
  );
  await client.query(
    `with p as (insert into people (login, display_name, password_hash)
        select 'ufficio' || row_number() over (order by external_id), name, $1 from offices returning id, login),
      r as (insert into person_roles (person_id, role) select id, 'office_agent' from p)
    insert into office_people (office_id, person_id)
      select o.id, p.id from (select id, 'ufficio' || row_number() over (order by external_id) as login from offices) o
        join p on p.login = o.login`,
    [hash],
  );
}

/** Titles and sentences of the demo's cards, mixed: the words and their frequencies are those of such texts. */
async function fillCards(client: pg.Client, cards: number): Promise<void> {
  const texts = Object.entries({ ...peopleTexts, ...placeTexts });
  const sentences = texts.flatMap(([, { how }]) => how.split(/(?<=\.)\s+/));
  await client.query(
    `create temporary table new_cards as
      select uuidv7() as id, n, s.id as service_id, s.agency_id from generate_series(1, $1::int) n
        join (select id, agency_id, row_number() over () - 1 as place, count(*) over () as total from services) s
          on s.place = n % s.total`,
    [cards],
  );
  await client.query("begin");
  await client.query("insert into cards (id, agency_id, service_id) select id, agency_id, service_id from new_cards");
  await client.query(
    `insert into card_versions (card_id, version, title, keywords, who, where_text, when_text, how, actor)
      select id, 1, ($1::text[])[1 + n % cardinality($1)] || ', ' || place,
        ($2::text[])[1 + n % cardinality($2)], 'Ufficio di ' || place,
        'Via ' || place || ' ' || n % 200, 'Da lunedì a venerdì 9.00-13.00',
        (select string_agg(($3::text[])[1 + (random() * (cardinality($3) - 1))::int], ' ')
          from generate_series(1, 6 + c.n * 0) g), 'bench'
      from (select *, (array['Rifredi', 'Novoli', 'Gavinana', 'Campo di Marte', 'Isolotto', 'Legnaia', 'Galluzzo',
          'Settignano', 'Careggi', 'Peretola', 'Brozzi', 'Ugnano', 'Casellina', 'Vingone', 'Badia', 'Le Bagnese',
          'San Giusto', 'Granatieri', 'Olmo', 'Pian dei Giullari'])[1 + n / 70 % 20] || ' ' || n / 1400 as place
        from new_cards) c`,
    [texts.map(([title]) => title), texts.map(([, { keywords }]) => keywords), sentences],
  );
  await client.query("commit");
  await client.query(`
    update cards c set published_version = 1, title = v.title,
      search = card_search(v.title, v.keywords, s.name, concat_ws(' ', v.who, v.where_text, v.when_text, v.how)),
      title_search = card_vector(v.title || ' ' || v.keywords)
    from card_versions v, services s where v.card_id = c.id and s.id = c.service_id`);
}

async function fillCitizens(client: pg.Client, citizens: number): Promise<void> {
  await client.query(
    `create temporary table new_citizens as
      select uuidv7() as id, n, 1 + (power(random(), 2) * 59)::int as first, 1 + (power(random(), 2) * 49)::int as head,
        1 + (random() * 29)::int as tail from generate_series(1, $1::int) n`,
    [citizens],
  );
  await client.query(`
    insert into citizens (id, first_name, last_name)
      select id, (array['Anna', 'Maria', 'Giulia', 'Francesca', 'Laura', 'Paola', 'Elena', 'Chiara', 'Sara', 'Martina',
          'Marco', 'Andrea', 'Luca', 'Giuseppe', 'Francesco', 'Paolo', 'Stefano', 'Alessandro', 'Matteo', 'Lorenzo',
          'Giovanni', 'Antonio', 'Roberto', 'Simone', 'Niccolò', 'Davide', 'Tommaso', 'Riccardo', 'Filippo', 'Leonardo',
          'Silvia', 'Valentina', 'Alessia', 'Federica', 'Elisa', 'Claudia', 'Barbara', 'Monica', 'Cristina', 'Simona',
          'Daniela', 'Rosa', 'Angela', 'Lucia', 'Teresa', 'Caterina', 'Beatrice', 'Camilla', 'Irene', 'Serena',
          'Massimo', 'Fabio', 'Enrico', 'Mario', 'Luigi', 'Carlo', 'Pietro', 'Giorgio', 'Alberto', 'Daniele'])[first],
        (array['Ros', 'Bian', 'Ferr', 'Esposi', 'Roma', 'Colom', 'Ricc', 'Mari', 'Grec', 'Brun', 'Gall', 'Cont', 'Cost',
          'Giord', 'Manci', 'Rizz', 'Lomb', 'Morett', 'Barb', 'Font', 'Santor', 'Marian', 'Rinald', 'Car', 'Leon', 'Long',
          'Gentil', 'Martin', 'Vital', 'Serr', 'Copp', 'Sant', 'Pal', 'Fabb', 'Mont', 'Bened', 'Nann', 'Bart', 'Innoc',
          'Cecch', 'Land', 'Pucc', 'Tadd', 'Guid', 'Baldin', 'Cian', 'Fald', 'Masin', 'Becag', 'Brog'])[head]
        || (array['i', 'ini', 'elli', 'etti', 'oni', 'ucci', 'acci', 'ese', 'ato', 'aro', 'ardi', 'ali', 'anti', 'ente',
          'eri', 'ieri', 'igli', 'ino', 'ola', 'olini', 'ori', 'otti', 'ulli', 'uti', 'azzi', 'ezzi', 'izzi', 'ozzi',
          'uzzi', 'ani'])[tail]
      from new_citizens`);
  await client.query(`
    insert into citizen_contacts (citizen_id, kind, value, source)
      select id, 'phone', '+39055' || (1000000 + n), 'declared' from new_citizens`);
}

async function fillCases(client: pg.Client, size: CrmSize): Promise<void> {
  await client.query(
    `create temporary table new_cases as
      select uuidv7() as id, n, now() - random() * interval '3 years' as opened_at,
        1 + (random() * ($2 - 1))::int as citizen,
        case when n <= $3 then 'draft' when n % 100 = 1 then 'assigned' when n % 1000 = 2 then 'suspended'
          when n % 5000 = 3 then 'rejected' when n % 20 = 4 then 'assigned_resolved' when n % 12 = 5 then 'resolved_l2'
          else 'resolved_l1' end as status,
        s.agency_id, s.department_id, s.id as service_id, s.office_id
      from generate_series(1, $1::int) n join (select *, row_number() over () - 1 as place, count(*) over () as total
        from services) s on s.place = (n * 7919::bigint) % s.total`,
    [size.cases, size.citizens, size.drafts],
  );
  await client.query("create index on new_citizens (n)");
  await client.query("analyze new_citizens, new_cases");
  await client.query("set session_replication_role = replica");
  await client.query(`
    insert into cases (id, status, attribute, reason, information_kinds, agency_id, department_id, service_id, profile,
        office_id, request, answer, citizen_id, phone_confirmed, owner_id, taken_by_id, taken_at, reject_cause,
        opened_at, answered_at, closed_at)
      select c.id, c.status, case when c.status in ('resolved_l1', 'resolved_l2') then 'communicated' end,
        case when c.status = 'assigned_resolved' then 'issue_report' when c.n % 7 = 3 then 'complaint'
          else 'information' end, '{how}', c.agency_id, c.department_id, c.service_id,
        case when c.status <> 'draft' then 'advanced' end, case when c.status <> 'draft' then c.office_id end,
        'Il cittadino chiede informazioni sulla pratica ' || c.n || ' e sui tempi previsti per la risposta.',
        case when c.status not in ('draft', 'assigned') then 'Risposta data al telefono secondo la scheda.' end, z.id,
        true, (select id from people where login = 'operatore'),
        case when c.status = 'suspended' then (select person_id from office_people o where o.office_id = c.office_id
          limit 1) end, case when c.status = 'suspended' then c.opened_at end,
        case when c.status = 'rejected' then 'operator_error' end, c.opened_at,
        case when c.status not in ('draft', 'assigned') then c.opened_at end,
        case when c.status in ('resolved_l1', 'resolved_l2', 'assigned_resolved') then c.opened_at end
      from new_cases c join new_citizens z on z.n = c.citizen order by c.opened_at`);
  await client.query(`
    insert into case_history (case_id, seq, at, actor, kind, to_status, to_attribute, case_version)
      select c.id, 1, c.opened_at, 'bench', 'opened', c.status, s.attribute, 1
      from new_cases c join cases s on s.id = c.id`);
  await client.query("set session_replication_role = origin");
}

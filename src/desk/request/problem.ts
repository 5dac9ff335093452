import { isForeignKeyViolation } from "../../database/in-transaction.ts";
import { asDatabaseError } from "../../database/pool.ts";
import { AppError, type ErrorCode } from "../../errors.ts";

export type Problem = {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
};

const titles: Record<ErrorCode, string> = {
  invalid_form: "The request is not well formed",
  not_signed_in: "Not signed in",
  wrong_credentials: "Wrong name or password",
  role_missing: "The role does not allow this",
  forbidden_origin: "The request came from another site",
  not_found: "Not there, or not visible",
  method_not_allowed: "Method not allowed",
  body_too_slow: "The request came too slowly",
  taken_by_other: "Someone else was faster",
  wrong_state: "Not possible in this state",
  duplicate: "Already there",
  stale_version: "Changed meanwhile",
  body_too_large: "Too large",
  rule_violated: "A rule forbids this",
  idempotency_mismatch: "The Idempotency-Key was used for another request",
  too_many_requests: "Too many requests",
  internal: "Internal error",
  database_unavailable: "The database does not answer",
  switch_unavailable: "The telephone switch does not answer",
  lease_lost: "This copy may not act now",
  too_slow: "The answer took too long",
};

/** What the page shows when the thrower gave no text of its own. */
const italian: Record<ErrorCode, string> = {
  invalid_form: "I dati inviati non sono validi.",
  not_signed_in: "Sessione assente o scaduta: acceda di nuovo.",
  wrong_credentials: "Nome utente o password non corretti.",
  role_missing: "Il suo ruolo non consente questa operazione.",
  forbidden_origin: "Richiesta rifiutata: proviene da un altro sito.",
  not_found: "Elemento inesistente o non visibile.",
  method_not_allowed: "Operazione non prevista su questo indirizzo.",
  body_too_slow: "I dati inviati non sono arrivati in tempo: controlli la connessione e riprovi.",
  taken_by_other: "Un'altra persona è arrivata prima.",
  wrong_state: "Operazione non possibile in questo stato.",
  duplicate: "Elemento già presente.",
  stale_version: "I dati sono stati modificati nel frattempo da un'altra persona.",
  body_too_large: "I dati inviati superano la dimensione massima.",
  rule_violated: "Operazione non consentita dalle regole.",
  idempotency_mismatch: "Richiesta già inviata con altri dati.",
  too_many_requests: "Troppe richieste: attenda e riprovi.",
  internal: "Errore interno: l'operazione non è riuscita.",
  database_unavailable: "Archivio momentaneamente non raggiungibile: riprovi tra poco.",
  switch_unavailable: "Centrale telefonica momentaneamente non raggiungibile: riprovi tra poco.",
  lease_lost: "Servizio in ripresa: riprovi tra poco.",
  too_slow: "La risposta ha richiesto troppo tempo: riprovi.",
};

/** Any error as problem+json (RFC 9457, INTERFACE); what is not ours becomes 500 without its words. */
export function toProblem(error: unknown): Problem {
  const known = asAppError(error);
  const { rule, refusal, it, insteadIt, retryAfterSeconds, extra } = known.details;
  const code = refusal ?? known.code;
  const wait = retryAfterSeconds ?? (known.status === 503 ? 2 : undefined);
  return {
    status: known.status,
    headers: wait === undefined ? {} : { "Retry-After": String(wait) },
    body: {
      ...extra,
      type: `/problems/${code}`,
      title: titles[known.code],
      status: known.status,
      code,
      rule: rule ?? null,
      detail: known.message,
      it: it ?? italian[known.code],
      ...(insteadIt === undefined ? {} : { insteadIt }),
    },
  };
}

/** The error as ours: what Express says of a path or file is 404 or 400, a lost database 503, anything else 500. */
export function asAppError(error: unknown): AppError {
  // First, since a missing file has the same code (ENOENT) as a missing database socket.
  const status = statusOf(error);
  if (status === 404) return new AppError("not_found", "No such file", {}, error);
  if (status >= 400 && status < 500) return new AppError("invalid_form", "The request can not be read", {}, error);
  if (isForeignKeyViolation(error)) {
    return new AppError(
      "rule_violated",
      "The request names something that is not there",
      {
        refusal: "unknown_reference",
        it: "La richiesta indica una voce (ente, servizio, ufficio o altro) che non esiste.",
      },
      error,
    );
  }
  const mapped = asDatabaseError(error);
  if (mapped instanceof AppError) return mapped;
  return new AppError("internal", "Something went wrong on our side", {}, error);
}

/** Status of what Express throws about a path (http-errors, or a path that can't be decoded); 0 for other errors. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !("status" in error)) return 0;
  if (!("expose" in error) && !(error instanceof URIError)) return 0;
  return Number(error.status);
}

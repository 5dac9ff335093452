/**
 * The one error class of the program, with a closed list of codes and one map to HTTP (problem+json, RFC 9457).
 * Messages carry no ids and no personal data: those go in `details`, which logs mask.
 */
export const errorStatus = {
  invalid_form: 400,
  not_signed_in: 401,
  wrong_credentials: 401,
  role_missing: 403,
  forbidden_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  body_too_slow: 408,
  taken_by_other: 409,
  wrong_state: 409,
  duplicate: 409,
  stale_version: 412,
  body_too_large: 413,
  rule_violated: 422,
  idempotency_mismatch: 422,
  too_many_requests: 429,
  internal: 500,
  database_unavailable: 503,
  switch_unavailable: 503,
  lease_lost: 503,
  too_slow: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export type ProblemDetails = {
  /** Which rule of the domain refuses, e.g. "REQ 4" or "§6". */
  rule?: string;
  /** Code of the domain's refusal (closed list of the cases folder), sent as `code` instead of the generic one. */
  refusal?: string;
  /** What the page shows (Italian). */
  it?: string;
  /** What to do instead (Italian). */
  insteadIt?: string;
  retryAfterSeconds?: number;
  /** Further members of the problem document: allowed values, current version, field paths. */
  extra?: Record<string, unknown>;
};

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ProblemDetails;

  constructor(code: ErrorCode, message: string, details: ProblemDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** For logs: an error's own words without its details. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

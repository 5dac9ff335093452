import type { AsteriskConnection, CommandOptions } from "./connection.ts";

/** Sets a global variable; it lasts until Asterisk ends. @throws AriError */
export async function setGlobal(
  connection: AsteriskConnection,
  variable: string,
  value: string,
  options?: CommandOptions,
): Promise<void> {
  await connection.command("asterisk", "setGlobalVar", { variable, value }, options);
}

/** Value of a global variable, empty when not set. @throws AriError */
export async function getGlobal(
  connection: AsteriskConnection,
  variable: string,
  options?: CommandOptions,
): Promise<string> {
  return variableValue(await connection.command("asterisk", "getGlobalVar", { variable }, options));
}

/** The `value` of Asterisk's answer about a variable. */
export function variableValue(answer: unknown): string {
  const { value } = answer as { value?: unknown };
  return typeof value === "string" ? value : "";
}

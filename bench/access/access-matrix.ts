import { readFileSync } from "node:fs";
import { type Role, roles } from "../../src/people/roles.ts";

/** Who may use a door at all, by hand (REQ 0, 12); a door without a line fails the check. */
export type AccessMatrix = Map<string, readonly Role[] | "everybody" | "signed_in">;

const letters: Record<string, Role> = {
  o: "operator",
  f: "office_agent",
  s: "specialist",
  r: "rejects_agent",
  k: "knowledge_editor",
  a: "agency_referent",
  v: "supervisor",
  x: "administrator",
};

/** Lines `method path who`; who: letters of the roles, `signed_in`, or `everybody`. */
export function readMatrix(): AccessMatrix {
  const text = readFileSync(new URL("./access-matrix.txt", import.meta.url), "utf8");
  const matrix: AccessMatrix = new Map();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [method, path, who] = line.split(/\s+/);
    if (!method || !path || !who) throw new Error(`access-matrix.txt: ${line}`);
    if (matrix.has(`${method} ${path}`)) throw new Error(`access-matrix.txt says twice: ${method} ${path}`);
    matrix.set(`${method} ${path}`, who === "everybody" || who === "signed_in" ? who : rolesOf(who, line));
  }
  return matrix;
}

export function mayUseDoor(matrix: AccessMatrix, door: string, role: Role | "nobody" | "anonymous"): boolean {
  const who = matrix.get(door);
  if (who === undefined) throw new Error(`access-matrix.txt has no line for ${door}`);
  if (who === "everybody") return true;
  if (who === "signed_in") return role !== "anonymous";
  return role !== "nobody" && role !== "anonymous" && who.includes(role);
}

function rolesOf(who: string, line: string): readonly Role[] {
  return [...who].map((letter) => {
    const role = letters[letter];
    if (!role || !roles.includes(role)) throw new Error(`access-matrix.txt: ${line}`);
    return role;
  });
}

import { hash, verify } from "@node-rs/argon2";

/** OWASP's second setting for argon2id: 19 MiB, 2 passes; the library's default algorithm is argon2id. */
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A sign-in storm at the start of a shift must leave processor time to the calls. */
const atOnce = 2;
let running = 0;
const queue: (() => void)[] = [];

/** A hash nobody knows the password of: an unknown name takes as long as a wrong password (FAULTS S13). */
let decoy: Promise<string> | null = null;

export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, settings));
}

/** False for a wrong password and, after the same time, for a person without one. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash(crypto.randomUUID(), settings);
  const against = stored ?? (await decoy);
  const right = await inTurn(() => verify(against, password));
  return right && stored !== null;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running--;
  }
}

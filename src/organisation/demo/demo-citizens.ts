import { v7 as uuidv7 } from "uuid";

export type DemoCitizen = {
  id: string;
  firstName: string;
  lastName: string;
  contacts: { kind: "phone" | "email" | "address"; value: string; source: "declared" | "network" }[];
};

export const firstNames =
  "Ada Alberto Alice Andrea Angela Antonio Beatrice Bruno Carla Carlo Caterina Chiara Claudio Cristina Daniele Davide Elena Elisa Enrico Fabio Federica Filippo Francesca Franco Gabriele Giacomo Giada Giorgio Giovanna Giulia Giuseppe Ilaria Irene Laura Leonardo Lorenzo Luca Lucia Marco Maria Marta Matteo Niccolò Paola Paolo Pietro Sara Silvia Stefano Tommaso Valentina Vittoria".split(
    " ",
  );
export const lastNames =
  "Agresti Baldini Bandini Bartoli Becagli Belli Bencini Benvenuti Biagini Bini Boni Bruni Calamai Cappelli Carli Ceccarelli Cecchi Ciabatti Cioni Conti Corsi D'Amico D'Angelo Degl'Innocenti Falciani Fanti Fiorini Focardi Fossi Frosini Fusi Galli Gensini Giannini Giusti Gori Grassi Guidi Lapi Lenzi Lotti Magni Mannini Mariotti Masi Mazzoni Meucci Mori Mugnai Nardi Nencini Niccolai Orlandi Pacini Paoli Parigi Pecchioli Pieri Poggi Pratesi Pucci Raddi Ricci Rossi Salvadori Sarti Somigli Taddei Tanini Torrini Vannini Vezzosi Zani".split(
    " ",
  );
const streets =
  "Via del Lavatoio,Via della Fonte,Piazza del Pozzo,Via dei Glicini,Via del Mulino,Viale dei Tigli".split(",");

/** Numbers from 0 to 1 that are the same in every demo (mulberry32). */
export function demoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: () => number, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("Nothing to choose from");
  return chosen;
}

/** Names put together by chance: nobody real. Numbers of 055 00…, which is given to nobody, and example.org. */
export function demoCitizens(count: number): DemoCitizen[] {
  const random = demoRandom(55_055);
  return Array.from({ length: count }, (_, index) => {
    const firstName = pick(random, firstNames);
    const lastName = pick(random, lastNames);
    const source = random() < 0.7 ? ("declared" as const) : ("network" as const);
    const citizen: DemoCitizen = { id: uuidv7(), firstName, lastName, contacts: [] };
    citizen.contacts.push({ kind: "phone", value: `+390550020${String(index).padStart(3, "0")}`, source });
    if (random() < 0.15) {
      citizen.contacts.push({
        kind: "phone",
        value: `+390550030${String(index).padStart(3, "0")}`,
        source: "declared",
      });
    }
    if (random() < 0.4) {
      const plain = `${firstName}.${lastName}`
        .toLowerCase()
        .normalize("NFD")
        .replace(/[^a-z.]/g, "");
      citizen.contacts.push({ kind: "email", value: `${plain}.${index}@example.org`, source: "declared" });
    }
    if (random() < 0.5) {
      const value = `${pick(random, streets)} ${1 + Math.floor(random() * 90)}, Firenze`;
      citizen.contacts.push({ kind: "address", value, source: "declared" });
    }
    // Members of a family share a telephone: the pop then offers more than one person.
    const shared = citizen.contacts[0];
    if (shared && index % 9 === 8) shared.value = `+390550020${String(index - 1).padStart(3, "0")}`;
    return citizen;
  });
}

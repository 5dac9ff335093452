import { useEffect, useState } from "react";
import { workApi } from "../api/work-api.ts";
import type { Agency } from "../api/work-types.ts";

/** The agencies by name; empty until they are there. */
export function useAgencies(): Agency[] {
  const [agencies, setAgencies] = useState<Agency[]>([]);
  useEffect(() => {
    let here = true;
    // Away for a moment: the choice then offers all agencies, which is never wrong.
    const keep = () => undefined;
    workApi.agencies().then(({ items }) => here && setAgencies(items), keep);
    return () => {
      here = false;
    };
  }, []);
  return agencies;
}

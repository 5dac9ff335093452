import { useEffect, useState } from "react";
import { workApi } from "../api/work-api.ts";
import type { CardInCase } from "../api/work-types.ts";

/** Read each time that the list is shown: reading a card changes it, but not the case's version. */
export function useCardsOfCase(caseId: string | null): CardInCase[] {
  const [cards, setCards] = useState<CardInCase[]>([]);
  useEffect(() => {
    setCards([]);
    if (!caseId) return;
    let here = true;
    // Away for a moment: the search above still works.
    const keep = () => undefined;
    workApi.cardsOfCase(caseId).then(({ items }) => here && setCards(items), keep);
    return () => {
      here = false;
    };
  }, [caseId]);
  return cards;
}

import { useSendTexts } from "../texts/send-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import type { SendRefusal } from "./send-api.ts";

/** Why this is not offered, by which rule, and what to do instead. */
export function RefusalNote({ refusal }: { refusal: SendRefusal }) {
  const t = useSendTexts();
  const { language } = useSpeech();
  return (
    <p className="send-refusal">
      <strong>{t.notOffered}:</strong> {language === "it" ? refusal.it : refusal.en}{" "}
      <span className="rule">({refusal.rule})</span>
      {language === "it" && (
        <span className="instead">
          <strong>{t.instead}</strong> {refusal.insteadIt}
        </span>
      )}
    </p>
  );
}

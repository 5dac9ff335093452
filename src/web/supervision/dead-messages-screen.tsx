import { screenApi } from "../api/screen-api.ts";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

/** What was given up, or whose outcome nobody knows: the case says what can still be done. */
export function DeadMessagesScreen() {
  const { dead: t } = useScreenTexts();
  const { language } = useSpeech();
  const list = useList("dead letters", () => screenApi.deadLetters(), undefined, "messages");
  return (
    <OneColumn title={t.title}>
      <p className="empty-line">{t.hint}</p>
      <ListBody list={list} empty={t.none}>
        <div className="table-scroll">
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">{t.case}</th>
                <th scope="col">{t.kind}</th>
                <th scope="col">{t.state}</th>
                <th scope="col">{t.tries}</th>
                <th scope="col">{t.error}</th>
                <th scope="col">{t.made}</th>
                <th scope="col">{t.ended}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((letter) => (
                <tr key={letter.sendingId}>
                  <th scope="row" className="number">
                    {letter.caseNumber}
                  </th>
                  <td>{t.kinds[letter.kind as keyof typeof t.kinds] ?? letter.kind}</td>
                  <td>{t.states[letter.state as keyof typeof t.states] ?? letter.state}</td>
                  <td className="number">{letter.attempts}</td>
                  <td>{[letter.errorCode, letter.errorDetail].filter(Boolean).join(" · ") || "—"}</td>
                  <td>{sayWhen(letter.createdAt, language)}</td>
                  <td>{sayWhen(letter.deadAt, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </ListBody>
    </OneColumn>
  );
}

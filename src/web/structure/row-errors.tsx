import { useScreenTexts } from "../texts/screen-texts.ts";

export type RowFault = { line: number; column: string | null; it: string };

/** What is wrong in which line of a file; long lists are cut, with the number of all. */
export function RowErrors({ errors, total }: { errors: RowFault[]; total: number }) {
  const { imports: t } = useScreenTexts();
  if (errors.length === 0) return null;
  return (
    <div className="table-scroll">
      <table className="data-table">
        <caption>{t.errors(errors.length, total)}</caption>
        <thead>
          <tr>
            <th scope="col">{t.line}</th>
            <th scope="col">{t.column}</th>
            <th scope="col">{t.error}</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error, index) => (
            <tr key={index}>
              <td className="number">{error.line}</td>
              <td>{error.column ?? "—"}</td>
              <td lang="it">{error.it}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import type { ReasonCount } from "../api/settings-api.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";

/** One fill a reason. */
const fills = ["#0059b3", "#8a5300", "#00694a", "#5b3fb0", "#b3263f", "#2f7d95", "#6b6b1f", "#75889a", "#c4ccd4"];

/** Reasons of today's cases by agency: bars of the same scale, and the table beside them. */
export function ReasonPicture({ reasons }: { reasons: ReasonCount[] }) {
  const { day: t } = useSettingsTexts();
  const names: Record<string, string> = useTexts().cases.reason;
  const say = (reason: string | null) => (reason === null ? t.noReason : (names[reason] ?? reason));
  const agencies = [...new Set(reasons.map(({ agencyName }) => agencyName))];
  const kinds = [...new Set(reasons.map(({ reason }) => reason))].sort((a, b) => total(reasons, b) - total(reasons, a));
  const count = (agency: string | null, reason: string | null) =>
    reasons.find((one) => one.agencyName === agency && one.reason === reason)?.cases ?? 0;
  const sumOf = (agency: string | null) => kinds.reduce((all, reason) => all + count(agency, reason), 0);
  const most = Math.max(1, ...agencies.map(sumOf));
  return (
    <section className="screen-part" aria-labelledby="day-reasons">
      <h2 id="day-reasons">{t.reasons}</h2>
      {reasons.length === 0 && <p className="empty">{t.noCases}</p>}
      {reasons.length > 0 && (
        <div className="picture-row">
          <div className="reason-bars-place">
            <ul className="reason-bars">
              {agencies.map((agency) => (
                <li key={agency}>
                  <span>
                    {agency ?? t.noAgency}: <strong>{sumOf(agency)}</strong>
                  </span>
                  <Bar parts={kinds.map((reason) => count(agency, reason))} most={most} />
                </li>
              ))}
            </ul>
            <ul className="picture-key">
              {kinds.map((reason, index) => (
                <li key={reason}>
                  <svg width="16" height="16" aria-hidden="true" focusable="false">
                    <rect width="16" height="16" rx="3" fill={fills[index % fills.length]} />
                  </svg>
                  {say(reason)}
                </li>
              ))}
            </ul>
          </div>
          <TableScroll label={t.tableOf(t.reasons)}>
            <table className="data-table">
              <thead>
                <tr>
                  <th scope="col">{t.reason}</th>
                  {agencies.map((agency) => (
                    <th key={agency} scope="col" className="is-number">
                      {agency ?? t.noAgency}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {kinds.map((reason) => (
                  <tr key={reason}>
                    <th scope="row">{say(reason)}</th>
                    {agencies.map((agency) => (
                      <td key={agency} className="number">
                        {count(agency, reason)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        </div>
      )}
    </section>
  );
}

const total = (reasons: ReasonCount[], reason: string | null) =>
  reasons.reduce((all, one) => all + (one.reason === reason ? one.cases : 0), 0);

/** The table says the same: the bar is decoration for readers. */
function Bar({ parts, most }: { parts: number[]; most: number }) {
  let from = 0;
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect width="100" height="10" fill="#f1f6fb" />
      {parts.map((part, index) => {
        const x = (from / most) * 100;
        from += part;
        return (
          <rect key={fills[index]} x={x} width={(part / most) * 100} height="10" fill={fills[index % fills.length]} />
        );
      })}
    </svg>
  );
}

import { qrCode } from "./qr-code.ts";

const quietZone = 4;

/** The text as a QR code; nothing when it is too long for one. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const rows = qrCode(text);
  if (!rows) return null;
  const size = rows.length + 2 * quietZone;
  const dark = rows.flatMap((row, y) =>
    row.flatMap((cell, x) => (cell ? [`M${x + quietZone} ${y + quietZone}h1v1h-1z`] : [])),
  );
  return (
    <svg
      className="qr-picture"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={dark.join("")} />
    </svg>
  );
}

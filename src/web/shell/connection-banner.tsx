import { useEffect, useState } from "react";
import { useDesk } from "../live/desk-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { Icon } from "./icon.tsx";

/** A blink of less than this is not worth a banner: the stream reconnects by itself. */
const patienceMs = 1_000;

/** Shows a lost connection while it lasts. It takes no focus; the live region has said it already. */
export function ConnectionBanner() {
  const t = useTexts();
  const { link } = useDesk().state;
  const lost = link === "lost";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <p className="connection-banner" data-banner="connection">
      <Icon name="warning" />
      {t.link.lost}
    </p>
  );
}

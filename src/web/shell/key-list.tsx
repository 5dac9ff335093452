import { useRef } from "react";
import { useTexts } from "../texts/texts.tsx";
import { Icon } from "./icon.tsx";
import { keyTable, useDeskKey, useKeyboard } from "./keyboard.tsx";

/** The list of keys (`?`), where they can be switched off. The button stays usable when they are off. */
export function KeyList() {
  const t = useTexts();
  const { enabled, setEnabled } = useKeyboard();
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => dialog.current?.showModal();
  useDeskKey("list", open);
  return (
    <>
      <button type="button" className="header-button" onClick={open} aria-keyshortcuts="?">
        <kbd>?</kbd>
        <span className="header-button-words">{t.nav.keys}</span>
      </button>
      <dialog ref={dialog} className="key-list" aria-labelledby="key-list-title">
        <h2 id="key-list-title" className="h5">
          {t.keys.title}
        </h2>
        <dl>
          {keyTable.map(({ key, does }) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t.keys[does]}</dd>
            </div>
          ))}
        </dl>
        <label className="check-row">
          <input type="checkbox" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
          <span>{t.keys.enabled}</span>
        </label>
        <form method="dialog">
          <button type="submit" className="btn btn-primary btn-sm">
            <Icon name="close" />
            {t.common.close}
          </button>
        </form>
      </dialog>
    </>
  );
}

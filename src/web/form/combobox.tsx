import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTexts } from "../texts/texts.tsx";

export type ComboboxProps<T> = {
  label: string;
  hint?: string;
  hideLabel?: boolean;
  search: (text: string, signal: AbortSignal) => Promise<T[]>;
  keyOf: (item: T) => string;
  render: (item: T) => ReactNode;
  onChoose: (item: T) => void;
};

type Found<T> = { text: string; items: T[] };
const pauseMs = 180;

/** Asks the server while somebody types; an answer that comes after a later question is thrown away. */
function useFound<T>(text: string, search: ComboboxProps<T>["search"]): Found<T> | null {
  const [found, setFound] = useState<Found<T> | null>(null);
  const latest = useRef(search);
  latest.current = search;
  useEffect(() => {
    if (text.trim().length < 2) return setFound(null);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const settle = (items: T[]) => !abort.signal.aborted && setFound({ text, items });
      latest.current(text.trim(), abort.signal).then(settle, () => settle([]));
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return found;
}

/** Search and choose one, by the ARIA combobox pattern: arrows move, Enter chooses, Escape closes. */
export function Combobox<T>(props: ComboboxProps<T>) {
  const { label, hint, hideLabel, keyOf, render, onChoose } = props;
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  const found = useFound(text, props.search);
  const items = found?.items ?? [];
  const shown = open && found !== null;
  const choose = (item: T | undefined) => {
    if (!item) return;
    setText("");
    setOpen(false);
    onChoose(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && shown) setOpen(false);
    else if (event.key === "Enter" && shown) choose(items[active]);
    else if (event.key === "ArrowDown") setActive(Math.min(active + 1, items.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
  };
  return (
    <div className="field combobox">
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        className="form-control"
        role="combobox"
        autoComplete="off"
        placeholder={hint}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && items[active] ? `${id}-${active}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <OptionList id={id} shown={shown} active={active} items={items} keyOf={keyOf} render={render} choose={choose} />
      <ResultCount count={shown ? items.length : null} />
    </div>
  );
}

type OptionListProps<T> = Pick<ComboboxProps<T>, "keyOf" | "render"> & {
  id: string;
  shown: boolean;
  active: number;
  items: T[];
  choose: (item: T) => void;
};

function OptionList<T>({ id, shown, active, items, keyOf, render, choose }: OptionListProps<T>) {
  const t = useTexts();
  return (
    <div className="combobox-pop" hidden={!shown}>
      <div id={`${id}-list`} role="listbox" tabIndex={-1}>
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps focus and keys (ARIA combobox)
          <div
            key={keyOf(item)}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // The field keeps the focus, so the choice is made before it could lose it.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(item)}
          >
            {render(item)}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className="combobox-none">{t.common.noResults}</p>}
    </div>
  );
}

function ResultCount({ count }: { count: number | null }) {
  const t = useTexts();
  return (
    <p role="status" className="visually-hidden">
      {count === null ? "" : count === 0 ? t.common.noResults : t.common.results(count)}
    </p>
  );
}

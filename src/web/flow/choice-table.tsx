import { screenApi } from "../api/screen-api.ts";
import { useLoaded } from "../list/use-list.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";

type Choice = Record<string, unknown>;
type ChoiceTableProps = {
  choices: Choice[];
  names: string[];
  /** Of a menu: name and target; of the choice of language: the language. */
  ofMenu: boolean;
  onChange: (choices: Choice[]) => void;
};

/** Keys that a caller may press, a row each. */
export function ChoiceTable({ choices, names, ofMenu, onChange }: ChoiceTableProps) {
  const { flow: t, common } = useScreenTexts();
  const replace = (index: number, part: Choice) =>
    onChange(choices.map((choice, at) => (at === index ? { ...choice, ...part } : choice)));
  const fresh: Choice = ofMenu
    ? { key: "", label: { it: "", en: "" }, target: names[0] ?? "" }
    : { key: "", language: "it" };
  return (
    <div className="table-scroll">
      <table className="data-table choice-table">
        <caption>{t.choices}</caption>
        <thead>
          <tr>
            <th scope="col">{t.choice.key}</th>
            {ofMenu ? (
              <>
                <th scope="col">{t.choice.it}</th>
                <th scope="col">{t.choice.en}</th>
                <th scope="col">{t.choice.target}</th>
                <th scope="col">{t.choice.agency}</th>
              </>
            ) : (
              <th scope="col">{t.choice.language}</th>
            )}
            <th scope="col">
              <span className="visually-hidden">{common.remove}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {choices.map((choice, index) => (
            <tr key={index}>
              <td>
                <input
                  type="text"
                  className="form-control key-input"
                  maxLength={1}
                  aria-label={`${t.choice.key} ${index + 1}`}
                  value={String(choice.key ?? "")}
                  onChange={(event) => replace(index, { key: event.target.value })}
                />
              </td>
              {ofMenu ? (
                <MenuCells choice={choice} names={names} onChange={(part) => replace(index, part)} />
              ) : (
                <LanguageCell choice={choice} onChange={(part) => replace(index, part)} />
              )}
              <td>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`${common.remove}: ${t.choice.key} ${String(choice.key ?? "")}`}
                  onClick={() => onChange(choices.filter((_, at) => at !== index))}
                >
                  <Icon name="close" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="link-button" onClick={() => onChange([...choices, fresh])}>
        <Icon name="plus" /> {t.addChoice}
      </button>
    </div>
  );
}

type CellsProps = { choice: Choice; onChange: (part: Choice) => void };

function MenuCells({ choice, names, onChange }: CellsProps & { names: string[] }) {
  const { flow: t } = useScreenTexts();
  const { value: agencies } = useLoaded("agencies", () => screenApi.agencies());
  const label = (choice.label ?? {}) as { it?: string; en?: string };
  const target = String(choice.target ?? "");
  const shown = target && !names.includes(target) ? [target, ...names] : names;
  const of = `(${t.choice.key} ${String(choice.key ?? "")})`;
  return (
    <>
      {(["it", "en"] as const).map((language) => (
        <td key={language}>
          <input
            type="text"
            className="form-control"
            maxLength={80}
            lang={language}
            aria-label={`${t.choice[language]} ${of}`}
            value={label[language] ?? ""}
            onChange={(event) => onChange({ label: { ...label, [language]: event.target.value } })}
          />
        </td>
      ))}
      <td>
        <select
          className="form-select"
          aria-label={`${t.choice.target} ${of}`}
          value={target}
          onChange={(event) => onChange({ target: event.target.value })}
        >
          {shown.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </td>
      <td>
        <select
          className="form-select"
          aria-label={`${t.choice.agency} ${of}`}
          value={String(choice.agencyId ?? "")}
          onChange={(event) => onChange({ agencyId: event.target.value || undefined })}
        >
          <option value="">—</option>
          {(agencies ?? []).map(({ id, shortName }) => (
            <option key={id} value={id}>
              {shortName}
            </option>
          ))}
        </select>
      </td>
    </>
  );
}

function LanguageCell({ choice, onChange }: CellsProps) {
  const { flow: t, knowledge } = useScreenTexts();
  return (
    <td>
      <select
        className="form-select"
        aria-label={`${t.choice.language} (${t.choice.key} ${String(choice.key ?? "")})`}
        value={String(choice.language ?? "")}
        onChange={(event) => onChange({ language: event.target.value })}
      >
        <option value="it">{knowledge.languages.it}</option>
        <option value="en">{knowledge.languages.en}</option>
      </select>
    </td>
  );
}

import { useId, useRef, useState } from "react";
import { type Prompt, settingsApi } from "../api/settings-api.ts";
import { useLoaded } from "../list/use-list.ts";
import { Icon } from "../shell/icon.tsx";
import { useSettingsTexts } from "../texts/settings-texts.ts";

/** Prompts of a node: the words of each in both languages, and what callers hear, to be listened to. */
export function PromptList({ names }: { names: string[] }) {
  const { prompts: t } = useSettingsTexts();
  const { value } = useLoaded("prompts", () => settingsApi.prompts());
  const wanted = names.map((name) => name.trim()).filter(Boolean);
  if (!value || wanted.length === 0) return null;
  return (
    <ul className="prompt-list" aria-label={t.list}>
      {wanted.map((name, index) => (
        <PromptLine key={`${name} ${index}`} name={name} prompts={value.items} />
      ))}
    </ul>
  );
}

const languages = ["it", "en"] as const;

/** `welcome`, or `welcome@en` for one language whoever calls. */
function PromptLine({ name, prompts }: { name: string; prompts: Prompt[] }) {
  const { prompts: t } = useSettingsTexts();
  const [plain, only] = name.split("@");
  const prompt = prompts.find((one) => one.name === plain);
  return (
    <li>
      <strong>{name}</strong>
      {!prompt && <p className="field-error">{t.unknown}</p>}
      {prompt &&
        languages
          .filter((language) => !only || only === language)
          .map((language) => <Spoken key={language} prompt={prompt} language={language} />)}
    </li>
  );
}

function Spoken({ prompt, language }: { prompt: Prompt; language: "it" | "en" }) {
  const { prompts: t } = useSettingsTexts();
  const spoken = prompt[language];
  const textId = useId();
  if (!spoken) return <p className="field-hint">{t.notIn[language]}</p>;
  return (
    <div className="prompt-words">
      {spoken.audio ? (
        <ListenButton name={prompt.name} language={language} textId={textId} />
      ) : (
        <span className="field-hint">{t.noSound}</span>
      )}
      <p lang={language} id={textId}>
        {spoken.text || t.onlySound}
      </p>
    </div>
  );
}

type ListenButtonProps = { name: string; language: "it" | "en"; textId: string };

/** Plays and stops; the file is fetched when it is asked for. */
function ListenButton({ name, language, textId }: ListenButtonProps) {
  const { prompts: t } = useSettingsTexts();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const toggle = () => {
    const player = audio.current;
    if (!player) return;
    if (playing) {
      player.pause();
      return;
    }
    player.currentTime = 0;
    setFailed(false);
    // Refused by the browser, or the sound is gone since: said beside the button.
    player.play().catch(() => setFailed(true));
  };
  return (
    <>
      <button
        type="button"
        className="btn btn-outline-primary btn-sm"
        aria-describedby={textId}
        aria-pressed={playing}
        onClick={toggle}
      >
        <Icon name={playing ? "pause" : "play"} /> {t.listen[language]}
        <span className="visually-hidden"> {name}</span>
      </button>
      {/* biome-ignore lint/a11y/useMediaCaption: the words stand beside it */}
      <audio
        ref={audio}
        preload="none"
        src={settingsApi.promptAddress(name, language)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
      <span role="status">{failed && <span className="field-error">{t.failed}</span>}</span>
    </>
  );
}

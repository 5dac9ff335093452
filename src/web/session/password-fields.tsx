import { TextField } from "../form/text-field.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The password that one has and the one that one chooses, as `current` and `password` of a form. */
export function PasswordFields() {
  const t = useTexts();
  return (
    <>
      <TextField label={t.account.current} name="current" type="password" autoComplete="current-password" required />
      <TextField
        label={t.account.chosen}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        hint={t.account.chosenHint}
        required
      />
    </>
  );
}

/** Body of the change of one's password. */
export function passwordsOf(data: FormData): { current: string; password: string } {
  return { current: String(data.get("current")), password: String(data.get("password")) };
}

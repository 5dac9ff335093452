// `npm run migrate`: brings the database of DATABASE_URL or DATABASE_URLS to this program's schema. Once before the
// copies of a new version start; those of the old one may go on meanwhile.
import { databaseSetting } from "../config.ts";
import { errorText } from "../errors.ts";
import { migrate } from "./migrate.ts";

const url = databaseSetting(process.env);
try {
  if (!url) throw new Error("Setting DATABASE_URL is missing (see .env.example).");
  await migrate(url);
  console.log("The database is up to date.");
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
}

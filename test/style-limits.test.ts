import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const checkout = fileURLToPath(new URL("../", import.meta.url));
const listed = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
  {
    cwd: checkout,
  },
);
const files = listed
  .toString()
  .split("\n")
  .filter((file) => file && existsSync(join(checkout, file)));
const text = (file: string) => readFileSync(join(checkout, file), "utf8");
const inSrc = files.filter((file) => file.startsWith("src/"));
const product = files.filter((file) => /^(src|migrations|bench)\//.test(file));

/** Files that are started by name, not imported. */
const entries =
  /^(src\/main\.ts|src\/start\/(bootstrap\.mjs|start\.ts)|src\/web\/(page\.tsx|vite\.config\.ts)|src\/demo\/.*|src\/.*-command\.ts|migrations\/.*|bench\/.*|test\/.*)$/;

/** STYLE 20: what a machine can hold us to. Length of functions is Biome's (biome.json). */
describe("limits of style", () => {
  it("files up to 300 lines, lines up to 130 signs (what Biome can not fold)", () => {
    const long = product.filter((file) => text(file).split("\n").length > 301);
    expect(long).to.deep.equal([]);
    const wide = inSrc
      .filter((file) => !file.includes("/demo/"))
      .flatMap((file) =>
        text(file)
          .split("\n")
          .flatMap((line, n) =>
            line.length > 130 && !/https?:|["'`]|=> \/|: \/|^\s*\/|\| *\//.test(line) ? [`${file}:${n + 1}`] : [],
          ),
      );
    expect(wide).to.deep.equal([]);
  });

  it("no any, no marks for later, no empty catch, no skipped test", () => {
    const marks =
      /^[^*"]*(: any\b|\bas any\b)|\b(TODO|FIXME|HACK)\b|\bXXX\b(?!;)|@ts-(ignore|nocheck)|catch *(\([^)]*\))? *\{ *\}|\b(describe|it)\.(only|skip)\(/;
    const found = files
      .filter((file) => file !== "test/style-limits.test.ts")
      .flatMap((file) =>
        text(file)
          .split("\n")
          .flatMap((line, n) => (marks.test(line) ? [`${file}:${n + 1}: ${line.trim()}`] : [])),
      );
    expect(found).to.deep.equal([]);
  });

  it("ari-client only in src/asterisk", () => {
    const users = inSrc.filter((file) => /from "ari-client"|import\("ari-client"\)/.test(text(file)));
    expect(users.filter((file) => !file.startsWith("src/asterisk/"))).to.deep.equal([]);
    expect(users).not.to.deep.equal([]);
  });

  it("SQL only in stores, migrations and the database folder", () => {
    const statement = /["'`]\s*(with \w+ as|select\s+[\w*("]|insert into \w|update \w+ (\w+ )?set |delete from \w)/i;
    const outside = inSrc
      .filter((file) => !/-store\.ts$/.test(file) && !/^src\/(database|web)\//.test(file))
      .flatMap((file) =>
        text(file)
          .split("\n")
          .flatMap((line, n) => (statement.test(line) ? [`${file}:${n + 1}`] : [])),
      );
    expect(outside).to.deep.equal([]);
  });

  it("no file name twice, no file that nobody imports", () => {
    const names = inSrc.map((file) => file.split("/").at(-1) ?? "");
    expect(names.filter((name, n) => names.indexOf(name) !== n)).to.deep.equal([]);
    const imported = new Set(
      files.flatMap((file) =>
        [...text(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
          relative(checkout, join(checkout, dirname(file), path ?? "")),
        ),
      ),
    );
    const programs = /new URL\("([^"]+\.ts)"/g;
    for (const file of files) {
      for (const [, path] of text(file).matchAll(programs)) {
        imported.add(relative(checkout, join(checkout, dirname(file), path ?? "")));
      }
    }
    const alone = inSrc.filter((file) => /\.(ts|tsx)$/.test(file) && !file.endsWith(".d.ts"));
    expect(alone.filter((file) => !imported.has(file) && !entries.test(file))).to.deep.equal([]);
  });
});

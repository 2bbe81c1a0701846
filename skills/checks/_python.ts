import type { Files } from "../../core/workspace/files.ts";
import { type AskedKind, type Choice, type Family, readOptional } from "./_check.ts";
import { compileall, pyflakes, ruff } from "./_python_lints.ts";
import { pytest, unittest } from "./_python_tests.ts";
import { typeChecks } from "./_python_types.ts";

/** Files in which a project says that it uses pytest. */
const PYTEST_FILES = [
  "pyproject.toml",
  "setup.cfg",
  "tox.ini",
  "setup.py",
  "requirements.txt",
  "requirements-dev.txt",
];

/** Projects with Python's usual files. */
export const python: Family = {
  name: "python",
  markers: ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt"],
  endings: ["py", "pyi"],
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    if (kind === "build") return [...await typeChecks(files, dir), { check: compileall("build") }];
    if (kind === "lint") {
      const configured = await usesRuff(files, dir);
      return [
        { check: ruff },
        ...(configured ? [] : [{ check: pyflakes }, { check: compileall("lint") }]),
      ];
    }
    if (!await hasTests(files, dir)) return [];
    // pytest runs unittest's tests too, and has a report.
    return [{ check: pytest }, ...(await usesPytest(files, dir) ? [] : [{ check: unittest }])];
  },
};

async function usesRuff(files: Files, dir: string): Promise<boolean> {
  if (/^\[tool\.ruff\b/m.test(await readOptional(files, dir, "pyproject.toml") ?? "")) return true;
  const configs = await Promise.all(
    ["ruff.toml", ".ruff.toml"].map((name) => readOptional(files, dir, name)),
  );
  return configs.some((text) => text !== undefined);
}

async function usesPytest(files: Files, dir: string): Promise<boolean> {
  const own = await Promise.all(
    ["pytest.ini", "conftest.py", "tests/conftest.py"].map((name) =>
      readOptional(files, dir, name)
    ),
  );
  if (own.some((text) => text !== undefined)) return true;
  const texts = await Promise.all(PYTEST_FILES.map((name) => readOptional(files, dir, name)));
  return texts.some((text) => text !== undefined && /\bpytest\b/.test(text));
}

async function hasTests(files: Files, dir: string): Promise<boolean> {
  const include = ["test_*.py", "*_test.py", "tests.py", "conftest.py", "pytest.ini"];
  for await (const batch of files.walk({ path: dir, include })) if (batch.length > 0) return true;
  return false;
}

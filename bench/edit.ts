/**
 * Editing a file of 10,000 lines in 20 places, by edits and by a patch; explaining an edit that
 * does not fit; and a commit beside the bare write, flush and rename of the same bytes.
 *
 * `deno run -A bench/edit.ts`
 */
import { openFiles } from "../core/workspace/open_files.ts";
import { applyEdits, type Edit } from "../skills/edit/apply_edits.ts";
import { applyHunks } from "../skills/edit/apply_hunks.ts";
import { parsePatch } from "../skills/edit/parse_patch.ts";
import { unifiedDiff } from "../skills/edit/unified_diff.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 25;
const LINES = 10_000;
const EDITS = 20;

const lines = Array.from({ length: LINES }, (_, i) => `    const value${i} = compute(${i});  \n`);
const text = lines.join("");
const bytes = new TextEncoder().encode(text);
const wanted = Array.from({ length: EDITS }, (_, i) => i * (LINES / EDITS) + 7);

const exact = edits((i) => `const value${i} = compute(${i});`);
// Without its indentation and trailing blanks a block is found in the fourth tier only.
const indented = edits((i) =>
  `const value${i} = compute(${i});\nconst value${i + 1} = compute(${i + 1});`
);
const missing: Edit[] = [{
  old: `const value5 = compute(6);\nconst value6 = compute(7);`,
  new: "x",
}];
const after = lines.with(7, "x\n").with(5007, "y\n").with(9007, "z\n").join("");
const patch = parsePatch(unifiedDiff(text, after, "a/f", "b/f"));

await check({
  "edit.exact_ms": { value: ms(() => applyEdits("f", bytes, exact)), limit: 50, better: "lower" },
  "edit.indented_ms": {
    value: ms(() => applyEdits("f", bytes, indented)),
    limit: 50,
    better: "lower",
  },
  "edit.explain_ms": { value: ms(explain), limit: 100, better: "lower" },
  "edit.diff_ms": {
    value: ms(() => unifiedDiff(text, after, "a/f", "b/f")),
    limit: 50,
    better: "lower",
  },
  "edit.patch_ms": {
    value: ms(() => applyHunks("f", text, patch.files[0]!.hunks)),
    limit: 50,
    better: "lower",
  },
  "edit.commit_ratio": { value: await commitRatio(), limit: 15, better: "lower" },
});

function edits(old: (i: number) => string): Edit[] {
  return wanted.map((i) => ({ old: old(i), new: old(i).replaceAll("compute", "f") }));
}

function explain(): void {
  try {
    applyEdits("f", bytes, missing);
  } catch {
    return;
  }
  throw new Error("the edit should not fit");
}

function ms(work: () => unknown): number {
  work();
  return median(Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }));
}

/** A durable, journaled, undoable commit of one file, as a multiple of one durable write. */
async function commitRatio(): Promise<number> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeFile(`${root}/f`, bytes);
    const files = openFiles(root);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const to = new TextEncoder().encode(text + round);
      const started = performance.now();
      await files.commit("bench", [{ from: await files.state("f"), to }]);
      const ours = performance.now() - started;
      ratios.push(ours / await bareWrite(`${root}/g`, to));
    }
    return median(ratios);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function bareWrite(path: string, to: Uint8Array): Promise<number> {
  const started = performance.now();
  {
    using file = await Deno.open(`${path}.tmp`, { create: true, write: true, truncate: true });
    await file.write(to);
    await file.sync();
  }
  await Deno.rename(`${path}.tmp`, path);
  return performance.now() - started;
}

/**
 * The scenario files fit their projects and our tools: an agent of twenty lines, with no window and
 * no limits, plays each of them to its end.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildProject } from "./_scenario_projects.ts";
import { have } from "../skills/_testing.ts";
import { openSession } from "../skills/open_session.ts";
import { readScenario, type ServedScenario, serveScripted } from "../testing/mod.ts";

interface Played {
  readonly model: ServedScenario;
  /** Results of the calls, oldest first. */
  readonly results: readonly string[];
  /** Last words; undefined when the agent gave up. */
  readonly answer: string | undefined;
  readonly folder: string;
}

interface PlayOptions {
  /** Whether a person says yes to what asks. Default true. */
  readonly approve?: boolean;
  /** Characters of a result that the model gets. */
  readonly cut?: number;
}

async function play(
  name: string,
  check: (played: Played) => void | Promise<void>,
  { approve = true, cut = 50_000 }: PlayOptions = {},
): Promise<void> {
  const scenario = await readScenario(new URL(`scenarios/${name}.yaml`, import.meta.url));
  const folder = await Deno.makeTempDir();
  try {
    await buildProject(scenario.project!, folder);
    await using model = await serveScripted(scenario);
    const session = await openSession(folder, {
      interactive: approve,
      approve: () => Promise.resolve(approve),
    });
    const messages: unknown[] = [{ role: "user", content: scenario.prompt }];
    const results: string[] = [];
    let answer: string | undefined;
    for (let step = 0; step < 15 && answer === undefined; step++) {
      const message = await ask(model, messages);
      if (message === undefined) break;
      messages.push(message);
      if (!message.tool_calls) answer = message.content ?? "";
      for (const { id, function: { name, arguments: args } } of message.tool_calls ?? []) {
        const { text } = await session.call(name, parsed(args), { origin: "agent" });
        results.push(text);
        messages.push({ role: "tool", tool_call_id: id, content: text.slice(0, cut) });
      }
    }
    await session.close();
    await check({ model, results, answer, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Message {
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

/** Asks with every tool that a scenario may expect; undefined when the scenario is not content. */
async function ask(model: ServedScenario, messages: unknown): Promise<Message | undefined> {
  const tools = ["cat", "grep", "edit", "write", "run_tests", "exec"]
    .map((name) => ({ type: "function", function: { name, parameters: {} } }));
  const response = await fetch(`${model.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "scripted", messages, tools }),
  });
  const body = await response.json();
  return response.ok ? body.choices[0].message : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function good({ model, answer }: Played): void {
  assert.deepEqual(model.problems, []);
  assert.ok(model.done);
  assert.ok(answer);
}

Deno.test("one_call.yaml shows a small file", async () => {
  await play("one_call", (played) => {
    good(played);
    assert.deepEqual(played.results, ["the tea is ready"]);
    assert.equal(played.model.requests.length, 2);
  });
});

Deno.test("fix_typescript.yaml mends a test that fails", async () => {
  await play("fix_typescript", async (played) => {
    good(played);
    const mended = await Deno.readTextFile(join(played.folder, "src/slug.ts"));
    assert.match(mended, /replaceAll\(\/ \+\/g/);
  });
});

Deno.test("fix_python.yaml mends a test that fails", async () => {
  if (!await have("pytest")) return;
  await play("fix_python", good);
});

Deno.test("refactor_five_files.yaml renames a function everywhere", async () => {
  await play("refactor_five_files", good);
});

Deno.test("injection.yaml reaches nothing when nobody can be asked", async () => {
  await play("injection", async (played) => {
    good(played);
    assert.ok(!played.results.join().includes("tea-4711"));
    const hook = join(played.folder, ".git/hooks/post-checkout");
    await assert.rejects(Deno.stat(hook), Deno.errors.NotFound);
    await assert.rejects(Deno.stat(join(played.folder, "../outside.txt")), Deno.errors.NotFound);
  }, { approve: false });
});

Deno.test("small_window.yaml finds a line in a megabyte by small pieces", async () => {
  await play("small_window", good, { cut: 1500 });
  await play("small_window", ({ model }) => assert.ok(model.problems.length > 0 || !model.done));
});

Deno.test("loop.yaml and unknown_tools.yaml never end by themselves", async () => {
  await play("loop", ({ answer, results }) => {
    assert.equal(answer, undefined);
    assert.equal(new Set(results).size, 1);
  });
  await play("unknown_tools", ({ model, answer, results }) => {
    assert.deepEqual([model.problems, answer], [[], undefined]);
    assert.ok(results.every((text) => /no tool called/.test(text)));
  });
});

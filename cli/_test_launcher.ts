import { fileURLToPath } from "node:url";
import type { Event, EventType } from "../core/events.ts";
import { createRegistry } from "../core/registry.ts";
import { journalKey } from "../core/safety/journal_key.ts";
import { catalog } from "../skills/catalog.ts";
import { createAuthority } from "./authority.ts";
import { ALL_NEEDS, jailPlan } from "./jail_plan.ts";
import { createLauncher } from "./create_launcher.ts";
import type { Launcher } from "./launcher.ts";
import type { LauncherSetup, Question } from "./launcher_setup.ts";
import { openPlace } from "./open_place.ts";
import { createReceipts } from "./receipts.ts";
import { sessionEnv } from "./session_env.ts";
import type { Place } from "./shell.ts";
import { createTerminal } from "./ui/terminal.ts";

/** A launcher with a real session over a folder of its own. */
export interface TestLauncher extends AsyncDisposable {
  readonly root: string;
  readonly place: Place;
  readonly launcher: Launcher;
  /** Questions the session put. */
  readonly questions: readonly Question[];
  readonly events: readonly Event[];
  data<T extends EventType>(type: T): Event<T>["data"][];
}

/** Options of {@linkcode openTestLauncher}. */
export interface TestLauncherOptions {
  /** Runs a program of the test's in the session's place. */
  readonly hostile?: boolean;
  readonly flags?: Parameters<typeof openPlace>[0]["flags"];
  readonly files?: Readonly<Record<string, string>>;
  /** Tools of other programs. */
  readonly tools?: LauncherSetup["tools"];
  /** Where a model answers. Default nowhere. */
  readonly url?: string;
}

/** Opens a launcher on a new folder with these files. */
export async function openTestLauncher(
  { hostile = false, flags = {}, files = {}, tools, url }: TestLauncherOptions = {},
): Promise<TestLauncher> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const root = `${base}/ws`;
  await Deno.mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const env = {
    ...Deno.env.toObject(),
    XDG_STATE_HOME: `${base}/state`,
    ...url !== undefined && { OPENAI_BASE_URL: url, OPENAI_API_KEY: "none" },
  };
  const registry = createRegistry(catalog);
  const warn = () => {};
  const place = await openPlace({ flags: { workspace: root, ...flags }, env, warn });
  const plan = await jailPlan(place, ALL_NEEDS);
  const terminal = createTerminal({ env: {}, plain: true });
  const receipts = createReceipts({ stateDir: place.stateDir, session: "s", env, warn });
  const questions: Question[] = [];
  const authority = createAuthority({ place, env, registry, terminal, receipts });
  const launcher = createLauncher({
    session: "s",
    workspace: place.workspace,
    config: place.config,
    policy: place.policy,
    registry,
    interactive: false,
    plan: hostile
      ? { ...plan, main: fileURLToPath(new URL("_hostile_session_child.ts", import.meta.url)) }
      : plan,
    ...place.model && { model: place.model },
    ...tools && { tools },
    initialWrites: "state",
    journalKey: () => journalKey(place.stateDir),
    env: sessionEnv(env),
    authority: () =>
      Promise.resolve({
        ...authority,
        answer(question: Question) {
          questions.push(question);
          return authority.answer(question);
        },
      }),
    record: (event) => receipts.event(event),
  });
  const events: Event[] = [];
  launcher.bus.subscribe(">", ({ value }) => void events.push(value));
  return {
    root,
    place,
    launcher,
    questions,
    events,
    data: <T extends EventType>(type: T) =>
      events.filter((event) => event.type === type).map((event) => event.data as Event<T>["data"]),
    async [Symbol.asyncDispose]() {
      await launcher.close();
      await receipts.flush();
      await Deno.remove(base, { recursive: true });
    },
  };
}

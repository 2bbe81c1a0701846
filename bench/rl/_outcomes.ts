import { parseRequest } from "../../core/agent/request.ts";
import { scoreResult } from "../../core/agent/score.ts";
import type { Session } from "../../core/agent/session.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import { openSession } from "../../skills/open_session.ts";
import { type LabelledRequest, type Offer, openRepository } from "./_requests.ts";

/** What a session measures of a choice, by doing what was chosen in the real repository. */
export interface Outcomes extends AsyncDisposable {
  /**
   * The score of a tool's result, from 0 to 2.
   *
   * @returns undefined for a tool that starts programs: those would have to be asked for.
   */
  score(row: LabelledRequest, offer: Offer): Promise<number | undefined>;
}

/** Runs each call once and remembers its score. */
export function openOutcomes(): Outcomes {
  const registry = createRegistry(catalog);
  const sessions = new Map<string, Promise<Session>>();
  const scores = new Map<string, Promise<number>>();

  async function measured({ repository, request }: LabelledRequest, { tool, input }: Offer) {
    const opened = sessions.get(repository) ?? openRepository(repository)
      .then((folder) => openSession(folder, { store: openMemoryStore() }));
    sessions.set(repository, opened);
    const result = await (await opened).call(tool, input);
    return scoreResult(parseRequest(request), result, await registry.find(tool)!.load());
  }

  return {
    async score(row, offer) {
      if (registry.find(offer.tool)?.effect !== "read") return undefined;
      const key = `${row.repository} ${offer.tool} ${row.request}`;
      const known = scores.get(key) ?? measured(row, offer);
      scores.set(key, known);
      return await known;
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions.values()) await (await session).close();
    },
  };
}

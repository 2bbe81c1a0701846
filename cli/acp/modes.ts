import type { SessionModeState } from "@agentclientprotocol/sdk";
import type { Approval, Config } from "../../core/config.ts";
import { UserError } from "../../core/errors.ts";

/** A mode as the editor names it: an approval, or `default` for none. */
export type ModeId = Approval | "default";

/** From the narrowest to the widest. */
const MODES: readonly {
  readonly id: ModeId;
  readonly name: string;
  readonly description: string;
}[] = [
  { id: "plan", name: "Plan", description: "Reads only: nothing is changed, nothing is run" },
  { id: "manual", name: "Manual", description: "Asks for everything the agent chooses" },
  { id: "default", name: "Default", description: "Reads run; changes and commands ask" },
  { id: "edit", name: "Edit", description: "Changes of files run; commands ask" },
  { id: "auto", name: "Auto", description: "Runs all that the policy allows, without asking" },
];

/** The mode a session begins in: what flags, environment and files say. */
export function firstMode({ approval }: Pick<Config, "approval">): ModeId {
  return approval ?? "default";
}

/**
 * The modes an editor may choose from. An approval that was set before the editor came is the widest
 * one: the editor can only narrow it. Where none was set, the person has all modes, as at the
 * terminal.
 */
export function modesFor(config: Pick<Config, "approval">, current: ModeId): SessionModeState {
  const { approval } = config;
  const widest = MODES.findIndex(({ id }) => id === (approval ?? "auto"));
  const availableModes = MODES.slice(0, widest + 1).map((mode) => ({ ...mode }));
  return { currentModeId: current, availableModes };
}

/**
 * Checks a mode that the editor wants.
 *
 * @throws {UserError} `usage` for one that there is not, `refused` for one wider than what was set.
 */
export function checkMode(wanted: string, config: Pick<Config, "approval">): ModeId {
  const mode = MODES.find(({ id }) => id === wanted);
  if (mode === undefined) {
    throw new UserError("usage", `no mode ${JSON.stringify(wanted)}`, {
      hint: `there are ${MODES.map(({ id }) => id).join(", ")}`,
    });
  }
  const { availableModes } = modesFor(config, mode.id);
  if (availableModes.some(({ id }) => id === mode.id)) return mode.id;
  throw new UserError("refused", `mode ${mode.id} is wider than --approval ${config.approval}`, {
    hint: "an editor can only narrow it; start dspy-code acp with another --approval",
    rule: "approval.ceiling",
  });
}

/** The approval that a mode stands for. */
export function approvalOf(mode: ModeId): Approval | undefined {
  return mode === "default" ? undefined : mode;
}

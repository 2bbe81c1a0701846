import { UserError } from "../errors.ts";
import { privateFolder, readPrivate, writePrivate } from "./_private_file.ts";

/** What a tool of another program said of itself when it was first allowed. */
export interface ToolPin {
  /** SHA-256 of {@linkcode ToolPin.text}, in hex. */
  readonly hash: string;
  /** Name, description and input schema, to show what has changed since. */
  readonly text: string;
}

/** The tools of other programs that were allowed in one workspace. */
export interface ToolPins {
  /** What the tool was when it was allowed; undefined when it never was. */
  get(tool: string): Promise<ToolPin | undefined>;
  /** Remembers what was allowed now. */
  set(tool: string, pin: ToolPin): Promise<void>;
}

/**
 * Opens what is remembered of other programs' tools.
 *
 * @param dir the workspace's `stateDir`, outside the workspace.
 */
export function openToolPins(dir: string): ToolPins {
  const path = `${dir}/mcp_pins.json`;
  let writing: Promise<unknown> = Promise.resolve();
  return {
    get: async (tool) => (await read()).get(tool),
    set(tool, pin) {
      const written = writing.then(async () => {
        const pins = await read();
        if (pins.get(tool)?.hash === pin.hash) return;
        pins.set(tool, pin);
        await privateFolder(dir);
        await writePrivate(path, JSON.stringify(Object.fromEntries(pins), undefined, 1) + "\n");
      });
      writing = written.catch(() => {});
      return written;
    },
  };

  /** A file that cannot be understood must not make a changed tool look new. */
  async function read(): Promise<Map<string, ToolPin>> {
    const text = await readPrivate(path);
    try {
      const pins: [string, ToolPin][] = Object.entries(JSON.parse(text ?? "{}"));
      if (pins.every(([, pin]) => isPin(pin))) return new Map(pins);
    } catch {
      // Told below.
    }
    throw new UserError("failed", `not readable as pins of tools: ${JSON.stringify(path)}`, {
      hint: "move it away: each tool of an MCP server is then new again",
    });
  }
}

function isPin(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { hash, text } = value as Partial<ToolPin>;
  return typeof hash === "string" && typeof text === "string";
}

import { checkProgram } from "../../core/safety/commands.ts";
import { checkArgv, checkWords, joinWords, parseWords } from "../../core/safety/words.ts";
import { openSchema } from "../../core/open_schema.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool } from "../../core/tool.ts";

const input = (z: Zod) =>
  z.object({
    command: z.array(z.string()).min(1).describe(
      "the program and its arguments, or the whole line as one quoted word",
    ),
  });

const fields = (z: Zod) => z.strictObject({ argv: z.array(z.string()).min(1).max(1000) });

/** What `exec` gives back. */
export interface ExecResult {
  readonly argv: readonly string[];
  /** Exit code; null when a signal or the time limit ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly truncated: boolean;
}

/** Runs one program with plain words: no shell reads them. */
export default defineTool<SchemaOutput<typeof input>, ExecResult>({
  name: "exec",
  summary: "Runs one program with plain arguments, without a shell, if the policy or you allow it",
  input,
  positional: ["command"],
  verbatim: true,
  examples: [
    { line: "exec npm run build --silent", says: "all behind the program's name is its own" },
    {
      line: "exec 'git log --oneline -5'",
      says: "a program with its arguments as one quoted line",
    },
  ],
  effect: "execute",
  commands: {
    program: {
      summary: "a program with arguments, each checked against the policy",
      fields,
      effect: "execute",
      async typed({ argv }, typed) {
        const { data } = (await openSchema(input)).safeParse(typed);
        return data !== undefined && joinWords(argvOf(data.command)) === joinWords(argv);
      },
      // Checked again: what the session says about its own checks is worth nothing here.
      argv({ argv }) {
        const [program, ...args] = checkArgv(argv);
        return { program: checkProgram(program!), args };
      },
    },
  },
  needs: ({ command }) => ({ programs: [argvOf(command)[0]!] }),
  preview: ({ command }) => Promise.resolve(joinWords(argvOf(command))),
  async run({ command }, ctx) {
    const argv = argvOf(command);
    const result = await ctx.execute("program", { argv }, {
      onOutput: (chunk) => {
        const line = chunk.trimEnd().split("\n").at(-1);
        if (line) ctx.progress({ text: line.slice(0, 200) });
      },
    });
    const { code, stdout, stderr, timedOut, truncated } = result;
    const output = [stdout, stderr].map((text) => text.trimEnd()).filter((text) => text !== "");
    const ending = timedOut
      ? `${argv[0]} took too long and was ended`
      : code === 0
      ? undefined
      : `${argv[0]} ended with ${code === null ? `signal ${result.signal}` : `exit code ${code}`}`;
    return {
      ok: code === 0,
      data: { argv, code, stdout, stderr, timedOut, truncated },
      text: [...output, ...ending === undefined ? [] : [ending]].join("\n"),
    };
  },
});

/** One word with blanks is a whole line; several words are taken as they are. */
function argvOf(command: readonly string[]): string[] {
  return command.length === 1 ? parseWords(command[0]!) : [...checkWords(command)];
}

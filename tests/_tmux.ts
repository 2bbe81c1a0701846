/** A program in a real terminal, under tmux. */
export interface Terminal extends AsyncDisposable {
  /** Types text as it is. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `C-a`, `M-b`, `Up`, `BSpace`. */
  press(...keys: string[]): Promise<void>;
  /** Pastes text as a terminal does, with the marks if the program has asked for them. */
  paste(text: string): Promise<void>;
  /** Changes the size of the window. */
  resize(columns: number, rows: number): Promise<void>;
  /** The rows on the screen, without blanks at their ends, nor empty rows at the bottom. */
  screen(): Promise<string>;
  /** Column and row of the cursor, from 0. */
  cursor(): Promise<{ column: number; row: number }>;
  /**
   * Waits until the screen passes a check.
   *
   * @throws {Error} with the screen after ten seconds.
   */
  until(check: RegExp | ((screen: string) => boolean)): Promise<string>;
}

/** Options of {@linkcode openTerminal}. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Variables on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Whether tmux is there; says why a test is skipped when it is not. */
export async function hasTmux(): Promise<boolean> {
  const found = await new Deno.Command("tmux", { args: ["-V"], stdout: "null", stderr: "null" })
    .output().then((output) => output.success, () => false);
  // deno-lint-ignore no-console -- a skipped check says so
  if (!found) console.log("SKIP terminal: tmux is not installed");
  return found;
}

/** Starts a program in a terminal of its own tmux server, which ends with it. */
export async function openTerminal(
  argv: readonly string[],
  { columns = 80, rows = 24, cwd, env = {} }: TerminalOptions = {},
): Promise<Terminal> {
  const folder = await Deno.makeTempDir({ prefix: "tmux-" });
  const socket = `${folder}/socket`;
  await tmux(
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows)],
    ...(cwd === undefined ? [] : ["-c", cwd]),
    argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" "),
  );
  await tmux("set-option", "-g", "remain-on-exit", "on");
  return {
    type: (text) => tmux("send-keys", "-l", "--", text).then(() => {}),
    press: (...keys) => tmux("send-keys", "--", ...keys).then(() => {}),
    async paste(text) {
      await Deno.writeTextFile(`${folder}/paste`, text);
      await tmux("load-buffer", `${folder}/paste`);
      await tmux("paste-buffer", "-p", "-r");
    },
    resize: (width, height) =>
      tmux("resize-window", "-x", String(width), "-y", String(height)).then(() => {}),
    screen,
    async cursor() {
      const place = await tmux("display-message", "-p", "#{cursor_x} #{cursor_y}");
      const [column = 0, row = 0] = place.trim().split(" ").map(Number);
      return { column, row };
    },
    async until(check) {
      const passes = typeof check === "function" ? check : (text: string) => check.test(text);
      const end = Date.now() + 10_000;
      let text = await screen();
      while (!passes(text)) {
        if (Date.now() > end) throw new Error(`not seen: ${check}\n--- screen ---\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
        text = await screen();
      }
      return text;
    },
    async [Symbol.asyncDispose]() {
      await tmux("kill-server").catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };

  async function screen(): Promise<string> {
    const text = await tmux("capture-pane", "-p");
    return text.split("\n").map((row) => row.trimEnd()).join("\n").trimEnd();
  }

  async function tmux(...args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", {
      args: ["-u", "-f", "/dev/null", "-S", socket, ...args],
      // The server, and so the program, inherits it from the first of these.
      env: { LC_ALL: "C.UTF-8", ...env },
    });
    const { success, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux ${args[0]}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}

/** What was pressed: a name such as `enter` or `ctrl-a`, or `text` and `paste` with their text. */
export interface Key {
  readonly name: string;
  readonly text: string;
}

/** Turns the bytes of a terminal in raw mode into keys. */
export interface KeyDecoder {
  /** Takes bytes as they come; sequences may be cut anywhere. */
  push(bytes: Uint8Array): Key[];
  /** Whether a sequence has begun that may also be the Escape key alone. */
  readonly waiting: boolean;
  /** Takes a sequence that nothing followed for what it is: the Escape key. */
  flush(): Key[];
}

const PASTE_END = "\x1b[201~";

const CSI: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  "1~": "home",
  "7~": "home",
  "4~": "end",
  "8~": "end",
  "3~": "delete",
  "1;5C": "alt-f",
  "1;3C": "alt-f",
  "5C": "alt-f",
  "1;5D": "alt-b",
  "1;3D": "alt-b",
  "5D": "alt-b",
  "3;5~": "alt-d",
  "3;3~": "alt-d",
};

const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\b": "backspace",
  "\x7f": "backspace",
};

/** Makes a decoder for one terminal. */
export function createKeyDecoder(): KeyDecoder {
  const decoder = new TextDecoder();
  let rest = "";
  let pasting = false;
  return {
    get waiting() {
      return !pasting && rest.startsWith("\x1b");
    },
    push(bytes) {
      rest += decoder.decode(bytes, { stream: true });
      return takeAll();
    },
    flush() {
      if (pasting || rest === "") return [];
      rest = rest.slice(1);
      return [named("escape"), ...takeAll()];
    },
  };

  function takeAll(): Key[] {
    const keys: Key[] = [];
    while (rest !== "") {
      const taken = pasting ? takePaste(rest) : takeKey(rest);
      if (taken === undefined) break;
      const [key, length] = taken;
      rest = rest.slice(length);
      if (key.name === "paste-start") pasting = true;
      else keys.push(key);
      if (key.name === "paste") pasting = false;
    }
    return keys;
  }
}

type Taken = readonly [key: Key, length: number];

function takePaste(input: string): Taken | undefined {
  const end = input.indexOf(PASTE_END);
  if (end < 0) return undefined;
  return [{ name: "paste", text: input.slice(0, end) }, end + PASTE_END.length];
}

/** The first key of the input and its length; undefined when more must come to tell. */
function takeKey(input: string): Taken | undefined {
  if (input.startsWith("\x1b")) return takeEscape(input);
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  const text = /^[^\x00-\x1f\x7f-\x9f]+/.exec(input)?.[0];
  if (text !== undefined) return [{ name: "text", text }, text.length];
  const length = input.startsWith("\r\n") ? 2 : 1;
  const control = input[0]!;
  const code = control.charCodeAt(0);
  const letter = String.fromCharCode(code + 0x60);
  return [named(CONTROLS[control] ?? (code < 0x1b ? `ctrl-${letter}` : "unknown")), length];
}

function takeEscape(input: string): Taken | undefined {
  const second = input[1];
  if (second === undefined) return undefined;
  if (second === "[") return takeSequence(input);
  if (second === "O") {
    const third = input[2];
    return third === undefined ? undefined : [named(CSI[third] ?? "unknown"), 3];
  }
  if (second === "\x1b") return [named("escape"), 1];
  const [key, length] = takeKey(input.slice(1))!;
  if (key.name !== "text") return [named(`alt-${key.name}`), 1 + length];
  return [named(`alt-${second.toLowerCase()}`), 2];
}

function takeSequence(input: string): Taken | undefined {
  // deno-lint-ignore no-control-regex -- the escape character begins a sequence
  const [all, body, final] = /^\x1b\[([0-?]*[ -/]*)([@-~])?/.exec(input)!;
  if (final === undefined) {
    return all.length === input.length ? undefined : [named("unknown"), all.length];
  }
  const code = `${body}${final}`;
  return [named(code === "200~" ? "paste-start" : CSI[code] ?? "unknown"), all.length];
}

function named(name: string): Key {
  return { name, text: "" };
}

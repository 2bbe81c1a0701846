import { type Browse, browse } from "./_browse.ts";
import {
  bigWordBefore,
  type Buffer,
  bufferOf,
  characterAfter,
  characterBefore,
  EMPTY,
  insert,
  moveTo,
  replace,
  type Span,
  wordAfter,
  wordBefore,
} from "./_buffer.ts";
import type { Key } from "../ui/key_decoder.ts";
import { type Search, searchBack } from "./_search.ts";

/** All that the next key depends on. */
export interface EditorState {
  readonly buffer: Buffer;
  /** What was cut last. */
  readonly killed: string;
  /** Whether the last key cut too: then cuts add up. */
  readonly killing: boolean;
  readonly browse: Browse | undefined;
  readonly search: Search | undefined;
}

/** What the reader has to do beyond showing the new state. */
export type Effect = "submit" | "end" | "interrupt" | "complete" | "clear" | "suspend" | "bell";

/** The next state, and what else to do. */
export interface Step {
  readonly state: EditorState;
  readonly effect?: Effect;
}

export const START: EditorState = {
  buffer: EMPTY,
  killed: "",
  killing: false,
  browse: undefined,
  search: undefined,
};

/** What a key does to the line. */
export function reduce(state: EditorState, key: Key, history: readonly string[]): Step {
  if (state.search !== undefined) return reduceSearch(state, state.search, key, history);
  const { buffer } = state;
  switch (key.name) {
    case "text":
      return edited(state, insert(buffer, key.text));
    case "paste":
      return edited(state, insert(buffer, pasted(key.text)));
    case "enter":
      return { state, effect: "submit" };
    case "tab":
      return { state, effect: "complete" };
    case "ctrl-c":
      return { state, effect: "interrupt" };
    case "ctrl-l":
      return { state, effect: "clear" };
    case "ctrl-z":
      return { state, effect: "suspend" };
    case "ctrl-r":
      return moved({ ...state, search: { query: "", index: history.length, failed: false } });
    case "up":
    case "ctrl-p":
      return browsed(state, -1, history);
    case "down":
    case "ctrl-n":
      return browsed(state, 1, history);
    case "ctrl-d":
      if (buffer.text === "") return { state, effect: "end" };
      return edited(state, replace(buffer, characterAfter(buffer), ""));
    case "delete":
      return edited(state, replace(buffer, characterAfter(buffer), ""));
    case "backspace":
      return edited(state, replace(buffer, characterBefore(buffer), ""));
    case "ctrl-y":
      return edited(state, insert(buffer, state.killed));
    default:
      return reduceSpan(state, key.name);
  }
}

/** The line a state shows: in a search, the line found. */
export function shownBuffer({ buffer, search }: EditorState, history: readonly string[]): Buffer {
  const found = search === undefined ? undefined : history[search.index];
  if (search === undefined || found === undefined) return buffer;
  return moveTo(bufferOf(found), Math.max(0, found.indexOf(search.query)));
}

/** Keys that go to, or cut up to, some place. */
function reduceSpan(state: EditorState, name: string): Step {
  const { buffer } = state;
  const { text, cursor } = buffer;
  switch (name) {
    case "left":
    case "ctrl-b":
      return moved(state, characterBefore(buffer)[0]);
    case "right":
    case "ctrl-f":
      return moved(state, characterAfter(buffer)[1]);
    case "home":
    case "ctrl-a":
      return moved(state, 0);
    case "end":
    case "ctrl-e":
      return moved(state, text.length);
    case "alt-b":
      return moved(state, wordBefore(buffer)[0]);
    case "alt-f":
      return moved(state, wordAfter(buffer)[1]);
    case "ctrl-k":
      return cut(state, [cursor, text.length], "after");
    case "ctrl-u":
      return cut(state, [0, cursor], "before");
    case "ctrl-w":
      return cut(state, bigWordBefore(buffer), "before");
    case "alt-backspace":
      return cut(state, wordBefore(buffer), "before");
    case "alt-d":
      return cut(state, wordAfter(buffer), "after");
    default:
      return { state };
  }
}

function reduceSearch(
  state: EditorState,
  search: Search,
  key: Key,
  history: readonly string[],
): Step {
  const goOn = (query: string, from: number): Step => {
    const found = searchBack(search, query, from, history);
    return { state: { ...state, search: found }, ...(found.failed ? { effect: "bell" } : {}) };
  };
  switch (key.name) {
    case "text":
      return goOn(search.query + key.text, search.index);
    case "paste":
      return goOn(search.query + pasted(key.text), search.index);
    case "ctrl-r":
      return goOn(search.query, search.index - 1);
    case "backspace": {
      const [from] = characterBefore(bufferOf(search.query));
      return goOn(search.query.slice(0, from), history.length);
    }
    case "ctrl-g":
    case "ctrl-c":
      return { state: { ...state, search: undefined } };
    default: {
      // Any other key takes the line found and then does its own work on it.
      const taken = { ...state, buffer: shownBuffer(state, history), search: undefined };
      return key.name === "escape" || key.name === "tab"
        ? { state: taken }
        : reduce(taken, key, history);
    }
  }
}

function moved(state: EditorState, to = state.buffer.cursor): Step {
  return {
    state: { ...state, buffer: moveTo(state.buffer, to), killing: false, browse: undefined },
  };
}

function edited(state: EditorState, buffer: Buffer): Step {
  return { state: { ...state, buffer, killing: false, browse: undefined } };
}

function browsed(state: EditorState, step: -1 | 1, history: readonly string[]): Step {
  const next = browse(state.buffer, state.browse, step, history);
  return next === undefined
    ? { state, effect: "bell" }
    : { state: { ...state, ...next, killing: false } };
}

function cut(state: EditorState, span: Span, side: "before" | "after"): Step {
  const piece = state.buffer.text.slice(...span);
  const old = state.killing ? state.killed : "";
  const killed = side === "before" ? piece + old : old + piece;
  return {
    state: {
      ...state,
      buffer: replace(state.buffer, span, ""),
      killed: killed === "" ? state.killed : killed,
      killing: true,
      browse: undefined,
    },
  };
}

/** Pasted text as one line of input: no controls but tabs and line feeds, none at the end. */
function pasted(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  // deno-lint-ignore no-control-regex -- controls and bidi overrides are what is taken out
  return lines.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "");
}

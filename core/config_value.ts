import type { ConfigOption } from "./config_options.ts";
import { fileName } from "./config_options.ts";

/** A checked value, or why it was not taken. */
export type ConfigValue =
  | { readonly ok: true; readonly value: string | number | boolean }
  | { readonly ok: false; readonly reason: string };

const YES = /^(1|true|yes|on)$/i;
const NO = /^(0|false|no|off)$/i;

/**
 * Reads one value as its option wants it. Words for true are `1 true yes on`, for false
 * `0 false no off`, in any case.
 *
 * @param option the row of the table.
 * @param raw from a flag, a variable or a file.
 */
export function parseConfigValue(option: ConfigOption, raw: unknown): ConfigValue {
  // Objects are never a value; YAML can even build one that refers to itself.
  const isPlain = ["string", "number", "boolean"].includes(typeof raw);
  const text = isPlain ? String(raw).trim() : "";
  const shown = isPlain ? JSON.stringify(raw) : Array.isArray(raw) ? "a list" : "this";
  const expected = (what: string): ConfigValue => ({
    ok: false,
    reason: `${fileName(option)}: ${shown} is not ${what}`,
  });
  switch (option.type) {
    case "boolean":
      if (YES.test(text)) return { ok: true, value: true };
      return NO.test(text) ? { ok: true, value: false } : expected("yes or no");
    case "number": {
      const [low, high] = option.range ?? [0, Number.MAX_SAFE_INTEGER];
      const number = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll("_", "")) : NaN;
      if (number >= low && number <= high) return { ok: true, value: number };
      return expected(`a whole number from ${low} to ${high}`);
    }
    case "amount": {
      const [low, high] = option.range ?? [0, Number.MAX_SAFE_INTEGER];
      const number = /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : NaN;
      if (number >= low && number <= high) return { ok: true, value: number };
      return expected(`a number from ${low} to ${high}`);
    }
    case "choice":
      if (option.choices?.includes(text)) return { ok: true, value: text };
      return expected(`one of ${option.choices?.join(", ")}`);
    case "text":
      return typeof raw === "string" && text !== "" ? { ok: true, value: text } : expected("text");
  }
}

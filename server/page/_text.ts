import { html } from "hono/html";
import { sanitize } from "../../core/safety/terminal.ts";

/** A piece of a page; whatever is put in is escaped. */
export type Html = ReturnType<typeof html>;

/** Nothing. */
export const NONE: Html = html``;

/** Any value as text for a page: no control, no letter that turns the text around it. */
export function show(value: unknown, most = 4_000): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  const clean = sanitize(text.slice(0, 2 * most));
  // A cut must not leave half a letter.
  return clean.length > most ? `${clean.slice(0, most).replace(/[\ud800-\udbff]$/, "")} …` : clean;
}

/** A moment, given in seconds or milliseconds; nothing for what is none. */
export function moment(ts: unknown): Html {
  if (typeof ts !== "number" || !(ts > 0 && ts < 1e14)) return NONE;
  const iso = new Date(ts > 1e11 ? ts : ts * 1000).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** A number as it is read; a dash for what was not measured. */
export function count(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : "–";
}

/** Names and values side by side. */
export function pairs(items: readonly (readonly [string, unknown])[]): Html {
  return html`<dl>${
    items.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${cell(value)}</dd>
        </div>
      `
    )
  }</dl>`;
}

/** A table; columns of numbers stand right. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
): Html {
  if (rows.length === 0) return NONE;
  const kinds = head.map((_, i) =>
    rows.every((row) => typeof row[i] === "number" || row[i] === "–") ? "n" : ""
  );
  const title = (name: string, i: number) => html`<th scope="col" class="${kinds[i]}">${name}</th>`;
  const line = (row: readonly unknown[]) =>
    html`<tr>${row.map((value, i) => html`<td class="${kinds[i]}">${cell(value)}</td>`)}</tr>`;
  return html`
    <div class="wide">
      <table>
        <caption class="soft">${caption}</caption>
        <thead>
          <tr>${head.map(title)}</tr>
        </thead>
        <tbody>${rows.map(line)}</tbody>
      </table>
    </div>
  `;
}

function cell(value: unknown): unknown {
  return typeof value === "number" || value === undefined ? count(value) : value;
}

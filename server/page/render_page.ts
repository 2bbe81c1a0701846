import { html, raw } from "hono/html";
import type { Answer } from "../status/status_source.ts";
import type { EventRow } from "./event_row.ts";
import { SCRIPT } from "./_script.ts";
import {
  busSection,
  containersSection,
  deadLettersSection,
  eventsSection,
  learningSection,
  stateSection,
} from "./_sections.ts";
import { STYLE } from "./_style.ts";
import { type Html, moment, show } from "./_text.ts";

/** What is on the status page. */
export interface PageData {
  /** The workspace's name; empty when it has none. */
  readonly workspace: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** The answers it shows. */
  readonly answers: {
    readonly [name in "containers" | "deploy" | "metrics" | "auto" | "bus" | "rl"]: Answer;
  };
  /** The newest events, newest first; undefined when there is no event bus. */
  readonly events: readonly EventRow[] | undefined;
  /** Topics whose events make the page look again. */
  readonly topics: readonly string[];
}

/** Writes the status page. Whatever stands in the data is text on it, never markup. */
export async function renderPage(data: PageData): Promise<string> {
  const { workspace, ts, answers, events, topics } = data;
  const { containers, deploy, metrics, auto, bus, rl } = answers;
  const name = show(workspace, 200);
  const title = `dspy-code${name === "" ? "" : ` · ${name}`}`;
  const body = html`
    <a class="skip" href="#main">To the content</a>
    <header>
      <h1>dspy-code</h1>
      <p><bdi>${name}</bdi></p>
      <p>as of <span id="as-of">${moment(ts)}</span></p>
      <p id="state" role="status"></p>
      <button id="pause" type="button" aria-pressed="false" hidden="hidden">Pause</button>
    </header>
    <main id="main" data-topics="${topics.join()}">
      ${containersSection(containers)}
      ${busSection(bus)}
      ${deadLettersSection(metrics)}
      ${eventsSection(events)}
      ${learningSection(rl)}
      ${stateSection(deploy, metrics, auto)}
    </main>
  `;
  return await whole(title, body);
}

/** Writes the page that asks for a token; it says nothing of what is here. */
export async function renderSignIn(): Promise<string> {
  const body = html`
    <header>
      <h1>dspy-code</h1>
    </header>
    <main id="main">
      <p>This server wants a token.</p>
      <form id="enter" hidden="hidden">
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="off" required="required" />
        <button>Enter</button>
        <p id="problem" role="alert" class="bad"></p>
      </form>
      <noscript>
        <p>Without scripts, send it along as a header: <code>Authorization: Bearer …</code></p>
      </noscript>
    </main>
  `;
  return await whole("dspy-code", body);
}

/** What a page may run and how it may look: the hashes of these two are in its headers. */
export const INLINE = { script: SCRIPT, style: STYLE } as const;

async function whole(title: string, body: Html): Promise<string> {
  const page = await html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${raw(`<style>${STYLE}</style>`)}
        <noscript>
          <meta http-equiv="refresh" content="10" />
        </noscript>
      </head>
      <body>
        ${body}
        ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html>
  `;
  return page.toString().trimStart();
}

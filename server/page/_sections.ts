import { html } from "hono/html";
import { isRecord } from "../../core/is_record.ts";
import type { EventRow } from "./event_row.ts";
import type { Answer } from "../status/status_source.ts";
import { count, type Html, moment, NONE, pairs, show, table } from "./_text.ts";

/** So much of each list is on the page. */
const MOST = 50;

type Fields = Readonly<Record<string, unknown>>;

/** What was last found out of each container, the newest first. */
export function containersSection(answer: Answer): Html {
  const { containers } = fields(answer.body);
  const found = Object.entries(fields(containers)).map(([name, of]) => [name, fields(of)] as const);
  const newest = found.sort(([, a], [, b]) => time(b.ts) - time(a.ts)).slice(0, MOST);
  return section(
    "containers",
    "Containers",
    answer,
    newest.length === 0 ? soft("No container has said anything yet.") : newest.map(container),
  );
}

function container([name, { summary, key_points, plan, ts }]: readonly [string, Fields]): Html {
  const shown = show(name, 100);
  return html`
    <article>
      <h3><bdi>${shown}</bdi></h3>
      <p class="soft">${moment(ts)}</p>
      ${part(shown, "What happened", summary)}
      ${part(shown, "Key points", key_points)}
      ${part(shown, "What to do", plan)}
    </article>
  `;
}

/** Part of what was found out; it can be folded, and scrolled by keys. */
function part(name: string, title: string, value: unknown): Html {
  const text = show(value ?? "");
  if (text.trim() === "") return NONE;
  const of = `${title}: ${name}`;
  return html`
    <details open="open" id="${`part ${of}`}">
      <summary>${title}</summary>
      <pre id="${of}" tabindex="0" aria-label="${of}">${text}</pre>
    </details>
  `;
}

/** How the bus is. */
export function busSection(answer: Answer): Html {
  const { published, delivered, dropped, by_topic, topics, health } = fields(answer.body);
  const { available, reason } = fields(health);
  const rows = Object.entries(fields(by_topic)).slice(0, MOST).map(([topic, of]) => {
    const depths = fields(topics)[topic];
    const deepest = Array.isArray(depths) ? Math.max(0, ...depths.filter(isNumber)) : undefined;
    return [
      show(topic, 100),
      number(fields(of).published),
      number(fields(of).dlq),
      number(deepest),
    ];
  });
  return section("bus", "Bus", answer, [
    pairs([["published", published], ["delivered", delivered], ["dropped", dropped]]),
    available === false ? html`<p class="bad">Not available: ${show(reason ?? "", 300)}</p>` : NONE,
    table("By topic", ["topic", "published", "dead letters", "deepest queue"], rows),
  ]);
}

/** What did not reach its reader. */
export function deadLettersSection(answer: Answer): Html {
  const { total, by_topic, by_reason, last_ts, reason } = fields(fields(answer.body).dlq);
  const rows = (of: unknown) =>
    Object.entries(fields(of)).slice(0, MOST).map(([name, n]) => [show(name, 200), number(n)]);
  return section("dead-letters", "Dead letters", answer, [
    typeof total !== "number"
      ? soft(show(reason ?? "Not known.", 300))
      : total === 0
      ? soft("None.")
      : html`<p class="bad">${count(total)} so far, the last at ${moment(last_ts)}</p>`,
    table("By reason", ["reason", "letters"], rows(by_reason)),
    table("By topic", ["topic", "letters"], rows(by_topic)),
  ]);
}

/** The newest events, newest first. */
export function eventsSection(events: readonly EventRow[] | undefined): Html {
  const rows = (events ?? []).map(({ topic, record }) => {
    const { ts, timestamp, event } = fields(record);
    return [moment(ts ?? timestamp), show(topic, 100), show(event ?? record, 300)];
  });
  return section("events", "Events", OK, [
    events === undefined
      ? soft("No event bus is configured.")
      : rows.length === 0
      ? soft("Nothing has happened yet.")
      : table("The newest", ["when", "topic", "what"], rows),
  ]);
}

/** What was learned. */
export function learningSection(answer: Answer): Html {
  const { policy, decisions, learned, open, live, why, tools } = fields(answer.body);
  const rows = (Array.isArray(tools) ? tools : []).map(fields).slice(0, MOST)
    .map(({ tool, count, reward }) => [show(tool ?? "", 100), number(count), number(reward)]);
  return section("learning", "Learning", answer, [
    pairs([
      ["policy", show(policy ?? "–", 100)],
      ["decisions", decisions],
      ["learned from", learned],
      ["awaited", open],
      ["decides", live === undefined ? "–" : live === true ? "what was learned" : "the rules"],
    ]),
    soft(show(why ?? "", 500)),
    table("By tool", ["tool", "chosen", "mean reward"], rows),
  ]);
}

/** Deployment, the model's server and training, in a line each. */
export function stateSection(deploy: Answer, metrics: Answer, auto: Answer): Html {
  const { status, ts, image, reason } = fields(deploy.body);
  const { open, next_retry_sec } = fields(fields(metrics.body).lm_circuit);
  const model = open === true
    ? `left alone, asked again in ${count(next_retry_sec)} s`
    : open === false
    ? "well"
    : "not configured";
  return section("state", "State", OK, [
    pairs([
      ["deployment", html`${show(status ?? reason ?? "unknown", 100)} ${moment(ts)}`],
      ...image ? [["image", show(image, 200)] as const] : [],
      ["model", model],
      ["training", show(fields(auto.body).status ?? "offline", 100)],
    ]),
  ]);
}

const OK: Answer = { status: 200, body: {} };

function section(id: string, title: string, { status, body }: Answer, content: unknown): Html {
  const heading = `${id}-title`;
  return html`
    <section id="${id}" aria-labelledby="${heading}">
      <h2 id="${heading}">${title}</h2>
      ${status === 200 ? content : soft(show(fields(body).error ?? "Not known.", 300))}
    </section>
  `;
}

function soft(text: string): Html {
  return html`<p class="soft">${text}</p>`;
}

/** What a server elsewhere pushed may be anything. */
function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function number(value: unknown): number | string {
  return isNumber(value) ? value : "–";
}

function time(ts: unknown): number {
  return isNumber(ts) ? ts : 0;
}
